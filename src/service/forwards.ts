import { targetsOf } from '../compile/linux/forwards.ts';
import { parseAddress } from '../model/address.ts';
import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Network } from '../model/network.ts';
import {
  forwardName,
  forwardsMeet,
  listenText,
  parseForward,
  targetText,
  validateForwards,
  type PortForward,
} from '../model/port-forward.ts';
import type { Uuid } from '../model/units.ts';
import type { Listener } from '../system/listeners.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { currentOf, findNetwork, portsOf } from './lookup.ts';
import { updateDefinitions } from './network-edits.ts';
import type { Input } from './operation-types.ts';
import type { ForwardSummary } from './reach-types.ts';

export async function listForwards({ store, system }: Context, input: Input<'forward.list'>): Promise<readonly ForwardSummary[]> {
  const catalog = store.catalog();
  const entries =
    input.network === undefined
      ? [...catalog.networks]
      : [[findNetwork(catalog, input.network).uuid, findNetwork(catalog, input.network).entry] as const];
  const rows = entries.flatMap(([uuid, entry]) => (currentOf(entry).forwards ?? []).map((forward) => ({ uuid, entry, forward })));
  const listeners = rows.length === 0 ? [] : await system.listeners(new Set(rows.flatMap(({ forward }) => portsIn(forward))));
  return rows.map(({ uuid, entry, forward }) => summarize(catalog, uuid, entry, forward, listeners));
}

/** Refused where a program of the host listens on the port: it would hear nothing any more. */
export async function addForward(context: Context, input: Input<'forward.add'>): Promise<ForwardSummary> {
  const forward = parseForward(input.protocol, input.listen, input.to);
  const { uuid } = findNetwork(context.store.catalog(), input.network);
  const listener = (await context.system.listeners(new Set(portsIn(forward)))).find((one) => hears(one, forward));
  if (listener !== undefined) throw taken(forward, listener);
  const { after } = await edit(context, uuid, (network) => {
    const forwards = [...(network.forwards ?? []), forward];
    validateForwards({ ...network, forwards });
    return { ...network, forwards };
  });
  return summarize(after, uuid, findNetwork(after, uuid).entry, forward, []);
}

export async function removeForward(context: Context, input: Input<'forward.remove'>): Promise<Record<never, never>> {
  const wanted = parseForward(input.protocol, input.listen, 'any');
  const { uuid, entry } = findNetwork(context.store.catalog(), input.network);
  const isIt = (forward: PortForward) => forwardName(forward) === forwardName(wanted);
  if (![entry.live, entry.config].some((network) => network?.forwards?.some(isIt))) {
    throw new ViaductError('operation-invalid', `network '${currentOf(entry).name}' does not forward ${forwardName(wanted)}`, {
      hint: `See what it forwards: viaduct forward list ${currentOf(entry).name}`,
    });
  }
  await edit(context, uuid, ({ forwards = [], ...network }) => {
    const left = forwards.filter((forward) => !isIt(forward));
    return left.length === 0 ? network : { ...network, forwards: left };
  });
  return {};
}

/** A port of the host leads to one guest. Looked at where forwards have changed only. */
export function refuseForwardClashes(before: Catalog, after: Catalog): void {
  for (const [uuid, { live }] of after.networks) {
    if (live?.forwards === undefined || before.networks.get(uuid)?.live?.forwards === live.forwards) continue;
    for (const [other, { live: theirs }] of after.networks) {
      if (other !== uuid && theirs?.forwards !== undefined) refuseClash(live, theirs);
    }
  }
}

function refuseClash({ name, forwards = [] }: Network, other: Network): void {
  for (const forward of forwards) {
    const clash = other.forwards?.find((one) => forwardsMeet(forward, one));
    if (clash === undefined) continue;
    throw new ViaductError(
      'name-in-use',
      `Network '${name}' cannot forward ${forwardName(forward)}: network '${other.name}' forwards it to ${targetText(clash)}`,
      {
        hint: `Choose another port, or remove that one: viaduct forward remove ${other.name} ${forwardName(clash)}`,
        params: { network: name, by: other.name },
      },
    );
  }
}

function edit(context: Context, uuid: Uuid, update: (network: Network) => Network) {
  return change(context, (catalog) => updateDefinitions(catalog, uuid, { live: true, config: true }, update), {
    replaced: 'network-updated',
  });
}

function summarize(
  catalog: Catalog,
  uuid: Uuid,
  entry: NetworkEntry,
  forward: PortForward,
  listeners: readonly Listener[],
): ForwardSummary {
  const network = currentOf(entry);
  const hidden = listeners.find((listener) => hears(listener, forward));
  return {
    network: network.name,
    protocol: forward.protocol,
    listen: listenText(forward),
    to: targetText(forward),
    targets:
      entry.live === undefined
        ? []
        : targetsOf(forward, entry.live, portsOf(catalog, uuid), entry.targets ?? []).map((to) => targetText({ ...forward, to })),
    ...(hidden !== undefined && { hides: hidden.program ?? 'another program' }),
  };
}

/** Loopback is never forwarded, so who listens there alone is not in the way. */
function hears({ protocol, address, port }: Listener, forward: PortForward): boolean {
  if (protocol !== forward.protocol || port < forward.ports.start || port > forward.ports.end) return false;
  if (address.startsWith('127.') || address === '::1') return false;
  const any = parseAddress(address)?.value === 0n;
  return any || forward.address === undefined || forward.address === address;
}

function taken(forward: PortForward, { program, address, port }: Listener): ViaductError {
  const who = program ?? 'another program';
  return new ViaductError('name-in-use', `Port ${forward.protocol} ${port} cannot be forwarded: ${who} listens on it at ${address}`, {
    hint: `Choose another port, stop ${who}, or forward an address of the host that it does not listen on.`,
    params: { port, program: who },
  });
}

function portsIn({ ports }: PortForward): number[] {
  return Array.from({ length: ports.end - ports.start + 1 }, (_, index) => ports.start + index);
}
