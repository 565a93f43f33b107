import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { OvsPortObject } from '../model/host-state.ts';
import { Ovsdb, type OvsdbOperation, type OvsdbResult, type OvsdbRow, type OvsdbUuid } from './ovsdb.ts';

/** Where its database listens: ovs-vsctl(8). */
const sockets = ['/run/openvswitch/db.sock', '/var/run/openvswitch/db.sock'];
const database = 'Open_vSwitch';

/** How long the switch may take to do what the database says. */
const takesWithinMs = 5000;
/** When the database went away, it is looked for again this often. */
const againMs = 2000;

/** A port as the database has it. */
export interface OvsPort extends Omit<OvsPortObject, 'kind'> {
  /** What the switch says of it, where it cannot use it. */
  readonly error?: string;
}

/**
 * Open vSwitch on this host, by its database. It is asked anew each time: other programs write there too. Nothing is
 * connected before somebody asks.
 */
export class OpenVSwitch implements Disposable {
  #connection: Promise<Ovsdb> | undefined;
  #closed = false;
  readonly #listeners = new Set<(link: string | undefined) => void>();

  /** Rings with the name of a port that came, changed or went; without one when anything may have. */
  watch(onChange: (link: string | undefined) => void): Disposable {
    this.#listeners.add(onChange);
    return { [Symbol.dispose]: () => this.#listeners.delete(onChange) };
  }

  /** The names of its bridges; undefined where it does not run. */
  async bridges(): Promise<readonly string[] | undefined> {
    try {
      const [found] = await this.#transact([select('Bridge', [], ['name'])]);
      return (found?.rows ?? []).flatMap(({ name }) => textOf(name) ?? []);
    } catch (error) {
      if (error instanceof NotRunning) return undefined;
      throw error;
    }
  }

  /** Those of these links that are ports, as they are. */
  async ports(links: readonly string[]): Promise<readonly OvsPort[]> {
    if (links.length === 0) return [];
    const found = await this.#transact(
      links.flatMap((link) => [
        select('Port', [['name', '==', link]], ['_uuid', 'name', 'tag', 'trunks', 'vlan_mode', 'protected']),
        select('Interface', [['name', '==', link]], ['external_ids', 'error']),
      ]),
    );
    const ports = links.flatMap((_link, index) => {
      const [port, card] = [found[index * 2]?.rows?.[0], found[index * 2 + 1]?.rows?.[0]];
      return port === undefined ? [] : [{ port, card: card ?? {} }];
    });
    if (ports.length === 0) return [];
    const holders = await this.#transact(ports.map(({ port }) => select('Bridge', [['ports', 'includes', port['_uuid']]], ['name'])));
    return ports.map(({ port, card }, index) => readPort(port, card, textOf(holders[index]?.rows?.[0]?.['name']) ?? ''));
  }

  /** Puts a link onto a bridge, or brings a port into shape, and waits until the switch has it so. */
  async put(port: OvsPort): Promise<void> {
    const { link, bridge, externalIds } = port;
    const [ports, holder, target] = await this.#transact([
      select('Port', [['name', '==', link]], ['_uuid']),
      select('Bridge', [], ['name', 'ports']),
      select('Bridge', [['name', '==', bridge]], ['_uuid']),
    ]);
    if ((target?.rows ?? []).length === 0) throw new NoBridge(bridge);
    const known = ports?.rows?.[0];
    const uuid = known?.['_uuid'] as OvsdbUuid | undefined;
    const others = (holder?.rows ?? []).filter(
      ({ name, ports: has }) => uuid !== undefined && name !== bridge && setOf(has).some(isSame(uuid)),
    );
    const row = { tag: optional(port.tag), trunks: ['set', port.trunks], vlan_mode: optional(port.vlanMode), protected: port.isolated };
    const ids = ['map', Object.entries(externalIds)];
    const changes: OvsdbOperation[] =
      uuid === undefined
        ? [
            { op: 'insert', table: 'Interface', 'uuid-name': 'card', row: { name: link, external_ids: ids } },
            { op: 'insert', table: 'Port', 'uuid-name': 'port', row: { name: link, interfaces: ['named-uuid', 'card'], ...row } },
          ]
        : [
            { op: 'update', table: 'Port', where: [['_uuid', '==', uuid]], row },
            { op: 'update', table: 'Interface', where: [['name', '==', link]], row: { external_ids: ids } },
            ...others.map(({ name }) => movePort(textOf(name) ?? '', 'delete', uuid)),
          ];
    await this.#apply([...changes, movePort(bridge, 'insert', uuid ?? ['named-uuid', 'port'])]);
    const [now] = await this.ports([link]);
    if (now?.error !== undefined) throw new Error(now.error);
  }

  /** Takes a port off its bridge, whichever that is now, if it is `bridge`. */
  async remove(link: string, bridge: string): Promise<void> {
    const [ports] = await this.#transact([select('Port', [['name', '==', link]], ['_uuid'])]);
    const uuid = ports?.rows?.[0]?.['_uuid'] as OvsdbUuid | undefined;
    if (uuid !== undefined) await this.#apply([movePort(bridge, 'delete', uuid)]);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    void this.#connection?.then((connection) => connection[Symbol.dispose]()).catch(() => undefined);
  }

  /** As `ovs-vsctl` does: counts the wish up, and waits until the switch has counted up to it. */
  async #apply(operations: readonly OvsdbOperation[]): Promise<void> {
    const results = await this.#transact([
      ...operations,
      { op: 'mutate', table: 'Open_vSwitch', where: [], mutations: [['next_cfg', '+=', 1]] },
      select('Open_vSwitch', [], ['next_cfg']),
    ]);
    const wanted = Number(results.at(-1)?.rows?.[0]?.['next_cfg']);
    for (const deadline = Date.now() + takesWithinMs; ; await setTimeout(10)) {
      const [found] = await this.#transact([select('Open_vSwitch', [], ['cur_cfg'])]);
      if (Number(found?.rows?.[0]?.['cur_cfg']) >= wanted) return;
      if (Date.now() > deadline) throw new Error('its database has it, but ovs-vswitchd does not answer');
    }
  }

  async #transact(operations: readonly OvsdbOperation[]): Promise<readonly OvsdbResult[]> {
    return (await this.#connected()).transact(database, operations);
  }

  #connected(): Promise<Ovsdb> {
    if (this.#connection !== undefined) return this.#connection;
    const connection = this.#connect();
    this.#connection = connection;
    connection.catch(() => (this.#connection = undefined));
    return connection;
  }

  async #connect(): Promise<Ovsdb> {
    const path = sockets.find((socket) => existsSync(socket));
    try {
      if (path === undefined) throw new NotRunning();
      const connection = await Ovsdb.connect(path);
      connection.onClose = () => this.#lost();
      connection.onUpdate = ({ Port: ports = {} }) => {
        for (const change of Object.values(ports)) this.#ring(nameOf(change));
      };
      await connection.monitor(database, { Port: ['name', 'tag', 'trunks', 'vlan_mode', 'protected'] });
      return connection;
    } catch (cause) {
      throw cause instanceof NotRunning ? cause : new NotRunning({ cause });
    }
  }

  /** Once it was there it is looked for until it is there again. */
  #lost(): void {
    this.#connection = undefined;
    const again = async (): Promise<void> => {
      while (!this.#closed) {
        await setTimeout(againMs, undefined, { ref: false });
        if (this.#closed || (await this.bridges().catch(() => undefined)) !== undefined) break;
      }
      this.#ring(undefined);
    };
    void again();
  }

  #ring(link: string | undefined): void {
    for (const listener of this.#listeners) listener(link);
  }
}

/** Nobody answers at its socket. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
  constructor(options: ErrorOptions = {}) {
    super('Open vSwitch does not run here', options);
  }
}

export class NoBridge extends Error {
  override readonly name = 'NoBridge';
  constructor(bridge: string) {
    super(`there is no Open vSwitch bridge ${bridge}`);
  }
}

function select(table: string, where: readonly unknown[], columns: readonly string[]): OvsdbOperation {
  return { op: 'select', table, where, columns };
}

function movePort(bridge: string, mutator: 'insert' | 'delete', port: readonly [string, string]): OvsdbOperation {
  return { op: 'mutate', table: 'Bridge', where: [['name', '==', bridge]], mutations: [['ports', mutator, ['set', [port]]]] };
}

function readPort(port: OvsdbRow, card: OvsdbRow, bridge: string): OvsPort {
  const [error] = setOf(card['error']);
  const [tag] = setOf(port['tag']);
  const [mode] = setOf(port['vlan_mode']);
  return {
    link: port['name'] as OvsPort['link'],
    bridge: bridge as OvsPort['bridge'],
    tag: Number(tag ?? 0),
    trunks: setOf(port['trunks'])
      .map(Number)
      .toSorted((a, b) => a - b),
    vlanMode: (mode ?? '') as OvsPort['vlanMode'],
    isolated: port['protected'] === true,
    externalIds: Object.fromEntries(mapOf(card['external_ids'])),
    ...(typeof error === 'string' && { error }),
  };
}

/** RFC 7047, section 5.1: one value stands for the set of it; a set says that it is one. */
function setOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value[0] === 'set') return value[1] as unknown[];
  return value === undefined ? [] : [value];
}

function mapOf(value: unknown): readonly (readonly [string, string])[] {
  return Array.isArray(value) && value[0] === 'map' ? (value[1] as [string, string][]) : [];
}

function optional(value: number | string): unknown {
  return value === 0 || value === '' ? ['set', []] : value;
}

function isSame([, uuid]: OvsdbUuid): (other: unknown) => boolean {
  return (other) => Array.isArray(other) && other[1] === uuid;
}

/** An update carries the row before and after, as far as it changed: a new name alone, an old one when it went. */
function nameOf({ new: now, old }: OvsdbRow): string | undefined {
  const row = (now ?? old) as OvsdbRow | undefined;
  return textOf(row?.['name']);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
