import { ViaductError } from './errors.ts';
import { ownsBridge, type Network, type NetworkDraft } from './network.ts';
import type { Mac, Uuid } from './units.ts';

/** What has to be made up, and what is taken already. */
export interface Picks {
  uuid(): Uuid;
  /** A random unicast address of libvirt's block, 52:54:00:…. */
  mac(): Mac;
  /** True for the bridges of other networks and for every link of the host. */
  bridgeTaken(name: string): boolean;
}

/** Chooses what a definition left open, once and for all: the result is stored and printed again. */
export function fillDefaults(draft: NetworkDraft, pick: Picks): Network {
  const network: Network = { ...draft, uuid: draft.uuid ?? pick.uuid() };
  if (!ownsBridge(draft)) return network;
  const { name, stp = true, delay = 0, ...rest } = draft.bridge ?? {};
  return { ...network, bridge: { name: bridgeName(name ?? 'virbr%d', pick), stp, delay, ...rest }, mac: draft.mac ?? pick.mac() };
}

/** libvirt gives up at 256; a host of ours may have a thousand networks. */
const tries = 10_000;

/** A name with `%d` in it is a template for the lowest free number; any other name is taken as it is. With a second `%` it is no template to libvirt, which then takes its own. */
function bridgeName(wanted: string, pick: Picks): string {
  if (!wanted.includes('%d')) return wanted;
  const template = wanted.split('%').length > 2 ? 'virbr%d' : wanted;
  for (let number = 0; number < tries; number++) {
    const name = template.replace('%d', String(number));
    if (!pick.bridgeTaken(name)) return name;
  }
  throw new ViaductError('name-in-use', `Bridge generation exceeded max id ${tries - 1}: every name like '${template}' is in use`, {
    hint: "Name the bridge yourself: <bridge name='…'/>.",
  });
}
