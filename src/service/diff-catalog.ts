import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import type { ViaductEvent } from '../model/event.ts';
import type { Network } from '../model/network.ts';
import type { Uuid } from '../model/units.ts';
import { currentOf } from './lookup.ts';

/** `Omit` that keeps the variants of a union apart. */
type Without<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
type Happening = Without<ViaductEvent, 'at'>;

export interface Announce {
  /** What a persistent definition that took another's place is called: by `net-define`, or by an update of it. */
  readonly replaced: 'network-defined' | 'network-updated';
}

/**
 * What happened between two catalogs. Entries are compared by identity: an edit that makes a new
 * definition is told, even when it reads the same, because libvirt tells of every definition.
 */
export function diffCatalog(before: Catalog, after: Catalog, announce: Announce): readonly Happening[] {
  const events: Happening[] = [];
  for (const uuid of new Set([...before.networks.keys(), ...after.networks.keys()])) {
    const was = before.networks.get(uuid);
    const is = after.networks.get(uuid);
    if (was !== is) events.push(...networkEvents(uuid, was, is, announce));
  }
  if (before.ports !== after.ports) events.push(...portEvents(before, after));
  return events;
}

function networkEvents(uuid: Uuid, was: NetworkEntry | undefined, is: NetworkEntry | undefined, announce: Announce): Happening[] {
  const subject = is ?? was;
  if (subject === undefined) return [];
  const network = { uuid, name: currentOf(subject).name };
  const metadata = announce.replaced === 'network-updated' ? metadataEvents(network, was, is) : [];
  if (metadata.length > 0) return metadata;
  const events: Happening[] = [];
  if (was?.live !== undefined && is?.live === undefined) events.push({ kind: 'network-stopped', network });
  if (was?.config !== undefined && is?.config === undefined) events.push({ kind: 'network-undefined', network });
  const replaced = was?.config !== undefined && is?.config !== undefined && was.config !== is.config;
  if (was?.config === undefined && is?.config !== undefined) events.push({ kind: 'network-defined', network });
  if (was?.live === undefined && is?.live !== undefined) events.push({ kind: 'network-started', network });
  const updated = was?.live !== undefined && is?.live !== undefined && was.live !== is.live;
  if (replaced) events.push({ kind: announce.replaced, network });
  if (updated && !(replaced && announce.replaced === 'network-updated')) events.push({ kind: 'network-updated', network });
  return events;
}

/** Title, description or one element changed and nothing else: that has an event of its own. */
function metadataEvents(network: { uuid: Uuid; name: string }, was?: NetworkEntry, is?: NetworkEntry): Happening[] {
  const pairs = [
    [was?.config, is?.config],
    [was?.live, is?.live],
  ].filter((pair): pair is [Network, Network] => pair[0] !== pair[1] && pair[0] !== undefined && pair[1] !== undefined);
  const [first] = pairs;
  if (first === undefined || (was?.live === undefined) !== (is?.live === undefined) || !pairs.every(sameButMetadata)) return [];
  const [old, now] = first;
  const events: Happening[] = [];
  if (old.title !== now.title) events.push({ kind: 'network-metadata', network, what: 'title' });
  if (old.description !== now.description) events.push({ kind: 'network-metadata', network, what: 'description' });
  for (const uri of new Set([...old.metadata, ...now.metadata].map((element) => element.uri))) {
    const xml = (of: Network) => of.metadata.find((element) => element.uri === uri)?.xml;
    if (xml(old) !== xml(now)) events.push({ kind: 'network-metadata', network, what: 'element', uri });
  }
  return events;
}

function sameButMetadata([a, b]: [Network, Network]): boolean {
  return JSON.stringify(withoutMetadata(a)) === JSON.stringify(withoutMetadata(b));
}

function withoutMetadata({ title: _title, description: _description, metadata: _metadata, ...rest }: Network): object {
  return rest;
}

function portEvents(before: Catalog, after: Catalog): Happening[] {
  const events: Happening[] = [];
  const named = (uuid: Uuid) => {
    const entry = after.networks.get(uuid) ?? before.networks.get(uuid);
    return { uuid, name: entry === undefined ? uuid : currentOf(entry).name };
  };
  // A port that moved has left one network and come to another.
  for (const [uuid, port] of before.ports) {
    if (after.ports.get(uuid)?.network !== port.network) events.push({ kind: 'port-deleted', network: named(port.network), port: uuid });
  }
  for (const [uuid, port] of after.ports) {
    if (before.ports.get(uuid)?.network !== port.network) events.push({ kind: 'port-created', network: named(port.network), port: uuid });
  }
  return events;
}
