import { formatNetwork } from '../formats/libvirt/network.ts';
import type { SpecDocument } from '../formats/spec.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import { ownsBridge, type Network, type NetworkDraft } from '../model/network.ts';
import type { Uuid } from '../model/units.ts';
import { completeNetwork } from './complete.ts';
import { grantsNamespace } from './grants.ts';
import { seededBytes } from './ids.ts';
import { findByName, portsOf } from './lookup.ts';
import { activate, deactivate, define, entryOf, setAutostart, undefine, withEntry } from './network-edits.ts';

/**
 * Merges what somebody wants into the catalog. What is so already keeps its identity, so that a second
 * time changes nothing; networks that are not mentioned are left alone.
 */
export function mergeSpec(catalog: Catalog, documents: readonly SpecDocument[], hostNames: ReadonlySet<string>): Catalog {
  return documents.reduce((merged, document) => mergeDocument(merged, document, hostNames), catalog);
}

function mergeDocument(
  catalog: Catalog,
  { network: draft, autostart, active, absent }: SpecDocument,
  hostNames: ReadonlySet<string>,
): Catalog {
  const known = findByName(catalog, draft.name);
  if (absent === true) return known === undefined ? catalog : remove(catalog, known.uuid);
  const network = completeNetwork(catalog, asKnown(draft, known?.entry.config ?? known?.entry.live), hostNames, seededBytes(draft.name));
  const { uuid } = network;
  const kept = known?.entry.config !== undefined && reads(known.entry.config, network);
  let merged = kept ? catalog : define(catalog, network);
  if (autostart !== undefined) merged = setAutostart(merged, uuid, autostart);
  const { live, config } = entryOf(merged, uuid);
  if (!active) return live === undefined ? merged : deactivate(merged, uuid);
  if (live === undefined) return activate(merged, uuid);
  if (config === undefined || reads(live, config)) return merged;
  refuseMove(merged, live, config);
  return withEntry(merged, uuid, { ...entryOf(merged, uuid), live: config });
}

function remove(catalog: Catalog, uuid: Uuid): Catalog {
  const stopped = entryOf(catalog, uuid).live === undefined ? catalog : deactivate(catalog, uuid);
  return stopped.networks.has(uuid) ? undefine(stopped, uuid) : stopped;
}

/** What a specification leaves open stays as it was chosen before. */
function asKnown(draft: NetworkDraft, known: Network | undefined): NetworkDraft {
  if (known === undefined) return draft;
  const bridge =
    draft.bridge?.name === undefined && known.bridge?.name !== undefined ? { ...draft.bridge, name: known.bridge.name } : draft.bridge;
  const mac = draft.mac ?? known.mac;
  // A specification has no words for grants, so it does not take them away either.
  const grants = known.metadata.filter(({ uri }) => uri === grantsNamespace && !draft.metadata.some((element) => element.uri === uri));
  return {
    ...draft,
    metadata: [...draft.metadata, ...grants],
    uuid: draft.uuid ?? known.uuid,
    ...(bridge !== undefined && { bridge }),
    ...(mac !== undefined && { mac }),
  };
}

/** Two definitions are the same when they read the same. */
function reads(a: Network, b: Network): boolean {
  return a === b || formatNetwork(a) === formatNetwork(b);
}

/** Guests are plugged into a bridge by name: they would be left behind. */
export function refuseMove(catalog: Catalog, live: Network, wanted: Network): void {
  const plugged = portsOf(catalog, live.uuid).length;
  const stays =
    live.bridge?.name === wanted.bridge?.name && (live.forward.mode === wanted.forward.mode || (ownsBridge(live) && ownsBridge(wanted)));
  if (plugged === 0 || stays) return;
  throw new ViaductError(
    'operation-invalid',
    `network '${live.name}' cannot move to another bridge while ${plugged} of its ports are in use`,
    {
      hint: 'Stop its guests first, or leave its bridge and mode as they are.',
      params: { network: live.name },
    },
  );
}
