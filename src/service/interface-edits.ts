import { takenLinks } from '../compile/linux/interface.ts';
import type { Catalog, InterfaceEntry, Interfaces, RunningInterface } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { FilesChange } from '../model/host-config.ts';
import type { HostInterface, InterfacePart } from '../model/host-interface.ts';

/** Keeps a definition, new or changed. A card that it takes has none of its own any more: it lives inside this one. */
export function keepDefinition(catalog: Catalog, definition: HostInterface): Catalog {
  const config = withoutStatus(definition);
  const inside = new Set(partNames(config));
  const interfaces = new Map<string, InterfaceEntry>();
  for (const [name, entry] of catalog.interfaces) keep(interfaces, name, inside.has(name) ? withoutConfig(entry) : entry);
  return { ...catalog, interfaces: interfaces.set(config.name, { ...catalog.interfaces.get(config.name), config }) };
}

export function dropDefinition(catalog: Catalog, name: string): Catalog {
  const entry = catalog.interfaces.get(name);
  if (entry?.config === undefined) throw noDefinition(name, 'There is nothing to undefine.');
  return replace(catalog, name, withoutConfig(entry));
}

/** The definition that an interface would be brought up with. */
export function startable({ interfaces }: Catalog, name: string): HostInterface {
  const { config, live } = interfaces.get(name) ?? {};
  if (live !== undefined)
    throw new ViaductError('operation-invalid', `interface '${name}' is already running`, { params: { interface: name } });
  if (config === undefined) throw noDefinition(name, 'Define it first with iface-define.');
  return config;
}

/** Marks an interface as up. A card that it takes and that was up by itself is up as a part of this one from now on. */
export function bringUp(catalog: Catalog, name: string, live: RunningInterface): Catalog {
  const config = startable(catalog, name);
  const taken = new Set<string>(takenLinks(live.definition));
  const interfaces = new Map<string, InterfaceEntry>();
  for (const [other, entry] of catalog.interfaces) keep(interfaces, other, taken.has(other) ? withoutLive(entry) : entry);
  return { ...catalog, interfaces: interfaces.set(name, { config, live }) };
}

export function takeDown(catalog: Catalog, name: string): Catalog {
  const entry = catalog.interfaces.get(name);
  if (entry?.live === undefined) {
    throw new ViaductError('operation-invalid', `interface '${name}' is not running as Viaduct's`, {
      hint: "Only what Viaduct brought up is taken down by it; for the rest use the host's own tools.",
      params: { interface: name },
    });
  }
  return replace(catalog, name, withoutLive(entry));
}

export function beginTransaction(catalog: Catalog): Catalog {
  if (catalog.restorePoint !== undefined) {
    throw new ViaductError('operation-invalid', 'there is already a pending transaction of interface changes', {
      hint: 'End it with iface-commit or iface-rollback.',
    });
  }
  return { ...catalog, restorePoint: catalog.interfaces };
}

export function commitTransaction(catalog: Catalog): Catalog {
  const { restorePoint, ...rest } = catalog;
  if (restorePoint === undefined) throw noTransaction('commit');
  return rest;
}

/** Interfaces that were begun since go down, and those that were ended come back. */
export function rollBack(catalog: Catalog): Catalog {
  const { restorePoint, ...rest } = catalog;
  if (restorePoint === undefined) throw noTransaction('roll back');
  return { ...rest, interfaces: restorePoint };
}

/** A running interface gets another shape while it runs. */
export function reshape(catalog: Catalog, name: string, live: RunningInterface): Catalog {
  const { config } = catalog.interfaces.get(name) ?? {};
  const kept =
    config === undefined
      ? catalog
      : keepDefinition(catalog, { ...live.definition, ...(config.start !== undefined && { start: config.start }) });
  return replace(kept, name, { ...kept.interfaces.get(name), live });
}

/** Takes the definition out of an interface that runs: it is forgotten when it goes down. */
export function forget(catalog: Catalog, name: string): Catalog {
  const { live } = catalog.interfaces.get(name) ?? {};
  return live === undefined ? catalog : replace(catalog, name, { live });
}

/** `files` where the host's own programs make the change, which then may take its time. */
export function openCheckpoint(catalog: Catalog, deadline: number, files?: FilesChange): Catalog {
  if (catalog.checkpoint !== undefined) {
    throw new ViaductError('operation-invalid', 'an earlier change still waits to be confirmed', {
      hint: 'Use `viaduct host confirm` to keep it, or `viaduct host rollback` to take it back.',
    });
  }
  return { ...catalog, checkpoint: { deadline, interfaces: catalog.interfaces, ...(files !== undefined && { files, working: true }) } };
}

/** The change is done: from now on somebody has until `deadline` to say that it is well. */
export function moveDeadline(catalog: Catalog, deadline: number): Catalog {
  const { checkpoint } = catalog;
  if (checkpoint === undefined) throw nothingToConfirm();
  const { working: _working, ...made } = checkpoint;
  return { ...catalog, checkpoint: { ...made, deadline } };
}

/** `at` is now, in milliseconds since the epoch. */
export function confirmCheckpoint(catalog: Catalog, at: number): Catalog {
  const { checkpoint, ...rest } = catalog;
  if (checkpoint === undefined) throw nothingToConfirm();
  const { interfaces: before, files } = checkpoint;
  return { ...rest, lastChange: { at, before, after: catalog.interfaces, ...(files !== undefined && { files }) } };
}

export function returnToCheckpoint(catalog: Catalog): Catalog {
  const { checkpoint, ...rest } = catalog;
  if (checkpoint === undefined) throw nothingToConfirm();
  return { ...rest, interfaces: checkpoint.interfaces };
}

/** The names of all links that a definition has below it. */
export function partNames(definition: HostInterface): readonly string[] {
  return definition.type === 'bridge' || definition.type === 'bond' ? definition.ports.flatMap(namesOf) : [];
}

function namesOf(part: InterfacePart): readonly string[] {
  return part.type === 'bond' ? [part.name, ...part.ports.map(({ name }) => name)] : [part.name];
}

function replace(catalog: Catalog, name: string, entry: InterfaceEntry): Catalog {
  const interfaces = new Map(catalog.interfaces);
  interfaces.delete(name);
  keep(interfaces, name, entry);
  return { ...catalog, interfaces: interfaces as Interfaces };
}

function keep(interfaces: Map<string, InterfaceEntry>, name: string, entry: InterfaceEntry): void {
  if (entry.config !== undefined || entry.live !== undefined) interfaces.set(name, entry);
}

function withoutConfig({ live }: InterfaceEntry): InterfaceEntry {
  return live === undefined ? {} : { live };
}

function withoutLive({ config }: InterfaceEntry): InterfaceEntry {
  return config === undefined ? {} : { config };
}

/** What the kernel reported is no wish. */
function withoutStatus({ link: _link, ...definition }: HostInterface): HostInterface {
  if (definition.type === 'bridge' || definition.type === 'bond') return { ...definition, ports: definition.ports.map(partWithoutStatus) };
  return definition;
}

function partWithoutStatus({ link: _link, ...part }: InterfacePart): InterfacePart {
  return part.type === 'bond' ? { ...part, ports: part.ports.map(partWithoutStatus) } : part;
}

function noDefinition(name: string, hint: string): ViaductError {
  return new ViaductError('operation-invalid', `Viaduct keeps no definition of interface '${name}'`, { hint, params: { interface: name } });
}

function noTransaction(what: string): ViaductError {
  return new ViaductError('operation-invalid', `there is no pending transaction to ${what}`, { hint: 'Begin one with iface-begin.' });
}

function nothingToConfirm(): ViaductError {
  return new ViaductError('operation-invalid', 'no change of the host waits to be confirmed', {
    hint: 'It was confirmed already, or taken back when its time was over.',
  });
}
