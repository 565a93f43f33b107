import { ViaductError } from '../model/errors.ts';
import type { Port } from '../model/port.ts';
import type { Caller, Context } from './context.ts';
import { isGranted } from './grants.ts';
import { currentOf, findNetwork, findPort } from './lookup.ts';
import type { Input, NetworkKey, OperationName, Output } from './operation-types.ts';

/** What a caller with grants only may ask for, and how much of the answer is for him. */
type Rule<Name extends OperationName> = {
  /** Throws where he may not; may put something else in the place of what he asked. */
  readonly ask: (context: Context, input: Input<Name>) => Input<Name>;
  readonly answer?: (context: Context, output: Output<Name>) => Output<Name>;
};

/** Everything that is not here is refused. */
const rules: { readonly [Name in OperationName]?: Rule<Name> } = {
  'mac.new': { ask: (_context, input) => input },
  'nic.models': { ask: (_context, input) => input },
  'network.list': {
    ask: (context, input) => {
      requireAnyGrant(context);
      return input;
    },
    answer: (context, networks) => networks.filter(({ uuid }) => has(context, uuid)),
  },
  'network.get': {
    ask: (context, input) => {
      requireGrant(context, input.network, input.by);
      return input;
    },
  },
  'network.xml': onNetwork(),
  'network.bridgeName': onNetwork(),
  'network.leases': onNetwork(),
  'port.list': {
    ask: (context, input) => {
      if (input.network === undefined) requireAnyGrant(context);
      else requireGrant(context, input.network);
      return input;
    },
    answer: (context, ports) => ports.filter(({ network }) => has(context, network.uuid)),
  },
  'port.get': onPort(),
  'port.xml': onPort(),
  'port.arguments': onPort(),
  'port.bandwidth': onPort(),
  'port.create': { ask: ownPort },
  'port.delete': onOwnPort(),
  'port.setLink': onOwnPort(),
  'port.open': onOwnPort(),
  'port.move': { ask: ownMove },
};

/** The rules of one call: none for callers who may do everything. */
export function rightsOf<Name extends OperationName>(caller: Caller, name: Name): Rule<Name> | undefined {
  if (caller.limited !== true) return undefined;
  const rule: Rule<Name> | undefined = rules[name];
  if (rule !== undefined) return rule;
  throw denied(caller, `${name} is for administrators.`);
}

export function denied({ user }: Caller, what: string, network?: string): ViaductError {
  return new ViaductError('access-denied', `User '${user}' may not do this: ${what}`, {
    hint:
      network === undefined
        ? 'Use sudo, or become a member of the group "viaduct" or "libvirt".'
        : `Ask an administrator for: sudo viaduct net grant ${network} user:${user}`,
    params: { user, ...(network !== undefined && { network }) },
  });
}

/** A tap that he himself may open; what leads elsewhere or has a chosen name is not for him. */
function ownPort(context: Context, input: Input<'port.create'>): Input<'port.create'> {
  const { caller } = context;
  requireGrant(context, input.network);
  const { link, vlan } = input;
  if (vlan !== undefined) throw denied(caller, 'which VLAN a port is in is for its network and portgroup to say.');
  if (link !== undefined && (link.kind === 'veth' || link.kind === 'macvtap' || link.name !== undefined)) {
    throw denied(caller, 'only taps with a name of our choice are made for users with a grant.');
  }
  const multiQueue = link !== undefined && 'multiQueue' in link && link.multiQueue === true;
  return { ...input, link: { kind: 'auto', uid: caller.uid, ...(multiQueue && { multiQueue }) } };
}

/** From one granted network to another. */
function ownMove(context: Context, input: Input<'port.move'>): Input<'port.move'> {
  requireGrant(context, input.to);
  return onOwnPort<Input<'port.move'>>().ask(context, input);
}

function onNetwork<Given extends { network: string }>() {
  return {
    ask: (context: Context, input: Given): Given => {
      requireGrant(context, input.network);
      return input;
    },
  };
}

function onPort<Given extends { network?: string; port: string }>() {
  return {
    ask: (context: Context, input: Given): Given => {
      granted(context, input);
      return input;
    },
  };
}

function onOwnPort<Given extends { network?: string; port: string }>() {
  return {
    ask: (context: Context, input: Given): Given => {
      if (granted(context, input).creator !== context.caller.uid) throw denied(context.caller, `port '${input.port}' is somebody else's.`);
      return input;
    },
  };
}

function granted(context: Context, { network, port }: { network?: string; port: string }): Port {
  const catalog = context.store.catalog();
  if (network !== undefined) requireGrant(context, network);
  const found = findPort(catalog, network === undefined ? undefined : findNetwork(catalog, network).uuid, port);
  requireGrant(context, found.network);
  return found;
}

/** Somebody without a grant does not learn either which networks there are. */
function requireGrant(context: Context, network: string, by?: NetworkKey): void {
  if (!has(context, network, by))
    throw denied(context.caller, `network '${nameOf(context, network)}' is not granted to him.`, nameOf(context, network));
}

/** An empty list would look like a host without networks. */
function requireAnyGrant({ store, caller }: Context): void {
  for (const entry of store.catalog().networks.values()) if (isGranted(currentOf(entry), caller)) return;
  throw denied(caller, 'no network is granted to him.');
}

function has({ store, caller }: Context, network: string, by?: NetworkKey): boolean {
  try {
    return isGranted(findNetwork(store.catalog(), network, by).network, caller);
  } catch (cause) {
    if (cause instanceof ViaductError) return false;
    throw cause;
  }
}

function nameOf({ store }: Context, network: string): string {
  for (const [uuid, entry] of store.catalog().networks) if (uuid === network) return currentOf(entry).name;
  return network;
}
