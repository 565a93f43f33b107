import { parseAddress, prefixOf } from '../model/address.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostInterface, InterfaceProtocol } from '../model/host-interface.ts';
import { parseIfName } from '../model/units.ts';
import { refuseVlanId } from '../model/vlan.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { deleteBridge, guarded, nameTaken, refuseInUse, startGuarded, wayOf } from './host-bridges.ts';
import { homeOf, readings } from './dialects.ts';
import { writeGuarded } from './host-write.ts';
import { dropDefinition, partNames, takeDown } from './interface-edits.ts';
import type { HostChange, Input } from './operation-types.ts';
import { holderOf, vlanDevices } from './vlan-devices.ts';

/** A VLAN of a card as one thing: the device that speaks it, and the bridge that makes a switch of it. */
export async function createVlan(context: Context, input: Input<'vlan.create'>): Promise<HostChange> {
  const { id, uplink, bridge = `brvlan${id}`, protocol, mtu, stp = false, forwardDelay, address } = input;
  refuseVlanId(id);
  const links = await context.system.links();
  const holder = holderOf({ tag: id, lower: uplink }, links);
  if (holder !== undefined) throw vlanTaken(id, uplink, holder.name, holder.master);
  const taken = new Set<string>(links.map(({ name }) => name));
  const part = {
    type: 'vlan',
    name: deviceName(id, uplink, taken),
    tag: id,
    lower: uplink,
    ...(protocol === '802.1ad' && { protocol }),
  } as const;
  const base = {
    start: 'onboot',
    ...(mtu !== undefined && { mtu }),
    protocols: address === undefined ? [] : [addressed(address)],
  } as const;
  const definition: HostInterface =
    bridge === false
      ? { ...part, ...base }
      : { ...base, name: bridge, type: 'bridge', stp, delay: forwardDelay ?? (stp ? 15 : 0), ports: [part] };
  if (taken.has(definition.name) || context.store.catalog().interfaces.has(definition.name)) throw nameTaken(definition.name);
  return startGuarded(context, definition, input);
}

/** All of it goes, or, while guests are on it, nothing. */
export async function deleteVlan(context: Context, input: Input<'vlan.delete'>): Promise<HostChange> {
  const { id, uplink, dryRun = false } = input;
  refuseVlanId(id);
  const { interfaces } = context.store.catalog();
  const found = [...interfaces].flatMap(([name, { live, config }]) => {
    const definition = live?.definition ?? config;
    const device = definition && onlyDevice(definition);
    if (definition === undefined || device?.tag !== id || (uplink !== undefined && device.lower !== uplink)) return [];
    return [{ name, definition, device, isUp: live !== undefined }];
  });
  const [only, ...others] = found;
  if (only === undefined) return deleteWritten(context, input);
  if (others.length > 0) {
    throw new ViaductError('interface-ambiguous', `VLAN ${id} is there more than once: ${found.map(({ name }) => name).join(', ')}`, {
      hint: `Say of which: ${found.map(({ device }) => `--uplink ${device.lower}`).join(' or ')}.`,
    });
  }
  const { name, definition, device, isUp } = only;
  if (!isUp && !dryRun) {
    await change(context, (catalog) => dropDefinition(catalog, name));
    return { name, steps: [], moved: [] };
  }
  const above = (await context.system.links()).filter(({ lower, type }) => lower === device.name && type === 'vlan');
  if (above.length > 0) {
    throw new ViaductError('operation-invalid', `${device.name} carries ${above.map((link) => link.name).join(', ')}`, {
      hint: 'Delete these first: they would go with it.',
      params: { interface: device.name },
    });
  }
  if (definition.type === 'bridge') return deleteBridge(context, { ...input, bridge: name });
  const drop = (catalog: Catalog) => (catalog.interfaces.get(name)?.config === undefined ? catalog : dropDefinition(catalog, name));
  return guarded(context, name, [name], (catalog) => drop(takeDown(catalog, name)), input);
}

/** A VLAN that the host's own files describe: its device goes with the bridge that is over it alone. */
async function deleteWritten(context: Context, { id, uplink, ...way }: Input<'vlan.delete'>): Promise<HostChange> {
  const isIt = (definition: HostInterface) =>
    definition.type === 'vlan' && definition.tag === id && (uplink === undefined || definition.lower === uplink);
  const described = readings().flatMap(({ interfaces }) => interfaces);
  const device = described.find(({ definition }) => isIt(definition))?.definition;
  const home = device && homeOf([device.name], way.backend);
  if (home === undefined) throw noSuchVlan(id, uplink);
  const bridge = home.written.find(({ definition }) => definition.type === 'bridge' && partNames(definition).join() === device?.name);
  if (bridge !== undefined) await refuseInUse(context, bridge.definition.name, new Set([device?.name ?? '']));
  const names = [bridge?.definition.name, device?.name].filter((name) => name !== undefined);
  return writeGuarded(context, home, { name: names[0] ?? '', wanted: [], removed: names }, wayOf(way));
}

/** The device of an interface that is nothing but one VLAN: a bridge over it, or the device alone. */
function onlyDevice(definition: HostInterface): ReturnType<typeof vlanDevices>[number] | undefined {
  if (definition.type === 'bridge' && definition.ports.length !== 1) return undefined;
  return vlanDevices(definition)[0];
}

/** `eth0.10`; where the card's name is too long for that, `vlan10`. */
function deviceName(id: number, uplink: string, taken: ReadonlySet<string>): string {
  const name = parseIfName(`${uplink}.${id}`) ?? `vlan${id}`;
  if (!taken.has(name)) return name;
  throw new ViaductError('name-in-use', `A device named '${name}' is there already.`, {
    hint: `It is not VLAN ${id} of ${uplink}. Rename or remove it, or name the device yourself: viaduct host apply FILE.`,
    params: { link: name },
  });
}

function addressed(text: string): InterfaceProtocol {
  const [address = '', length = ''] = text.split('/');
  const family = parseAddress(address)?.family;
  const prefix = /^\d+$/.test(length) ? prefixOf({ address, prefix: Number(length) }) : undefined;
  if (family !== undefined && prefix !== undefined) return { family, ips: [{ address, prefix }] };
  throw new ViaductError('invalid-argument', `'${text}' is no address with its prefix.`, { hint: 'Write it as 192.168.10.1/24.' });
}

function vlanTaken(id: number, uplink: string, device: string, bridge: string | undefined): ViaductError {
  return new ViaductError(
    'name-in-use',
    `VLAN ${id} of ${uplink} is ${device} already${bridge === undefined ? '' : `, a port of ${bridge}`}`,
    {
      hint: 'One VLAN of a card has one device.',
      params: { vlan: id, link: uplink, holder: bridge ?? device },
    },
  );
}

function noSuchVlan(id: number, uplink: string | undefined): ViaductError {
  return new ViaductError('interface-not-found', `Viaduct made no VLAN ${id}${uplink === undefined ? '' : ` of ${uplink}`}`, {
    hint: '`viaduct vlan list` shows which there are, and whose they are.',
    params: { vlan: id },
  });
}
