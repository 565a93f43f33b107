import { existsSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { MessageBus, MessageLike } from '@jellybrick/dbus-next';
import { addressBits, formatAddress, parseAddress } from '../model/address.ts';

const busSocket = '/run/dbus/system_bus_socket';
const bus = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' } as const;
const service = 'org.freedesktop.resolve1';
const manager = { destination: service, path: '/org/freedesktop/resolve1', interface: 'org.freedesktop.resolve1.Manager' } as const;

/** A call that has no answer by then is given up: nobody waits longer for a convenience. */
const answerWithinMs = 3000;
/** It learns of a new link from the kernel by itself, sooner or later than we come to speak of it. */
const knowsLinkWithinMs = 1000;

/** What systemd-resolved does for one link. */
export interface LinkNames {
  readonly domain: string;
  readonly server: string;
}

/**
 * systemd-resolved, over the system's D-Bus. It is never started for our sake, and one that belongs to another
 * network namespace is none: its links of the same number are others.
 */
export class Resolved implements Disposable {
  #connection: Promise<Connection> | undefined;
  readonly #listeners = new Set<() => void>();

  async runs(): Promise<boolean> {
    if (!existsSync(busSocket)) return false;
    try {
      const [pid] = await this.#ask({ ...bus, member: 'GetConnectionUnixProcessID', signature: 's', body: [service] });
      return readlinkSync(`/proc/${String(pid)}/ns/net`) === readlinkSync('/proc/self/ns/net');
    } catch {
      return false;
    }
  }

  /** Rings when it starts and when it ends, as far as somebody asked before whether it runs. */
  watch(onChange: () => void): Disposable {
    this.#listeners.add(onChange);
    return { [Symbol.dispose]: () => this.#listeners.delete(onChange) };
  }

  /** Undefined where the link has no server of its own. A link that is used in another way than `assign` does has an empty domain. */
  async read(index: number): Promise<LinkNames | undefined> {
    const path = `${manager.path}/link/${busLabel(index)}`;
    const [all] = await this.#ask({
      destination: service,
      path,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'GetAll',
      signature: 's',
      body: [`${service}.Link`],
    });
    // oxlint-disable-next-line no-unsafe-type-assertion -- the types of org.freedesktop.resolve1(5)
    const { DNS: { value: servers = [] } = {}, Domains: { value: domains = [] } = {}, DefaultRoute } = all as LinkProperties;
    const [[server], [domain]] = [servers, domains];
    if (server === undefined) return undefined;
    const asAssigned = servers.length === 1 && domains.length === 1 && domain?.[1] === true && DefaultRoute?.value === false;
    return { server: textOf(server[1]), domain: asAssigned ? domain[0] : '' };
  }

  /** dnsmasq neither signs nor encrypts; so neither is asked of it, whatever is asked of servers elsewhere. */
  async assign(index: number, { domain, server }: LinkNames): Promise<void> {
    await this.#whenKnown({ ...manager, member: 'SetLinkDefaultRoute', signature: 'ib', body: [index, false] });
    await this.#ask({ ...manager, member: 'SetLinkDNSSEC', signature: 'is', body: [index, 'no'] });
    await this.#ask({ ...manager, member: 'SetLinkDNSOverTLS', signature: 'is', body: [index, 'no'] });
    await this.#ask({ ...manager, member: 'SetLinkDomains', signature: 'ia(sb)', body: [index, [[domain, true]]] });
    await this.#ask({ ...manager, member: 'SetLinkDNS', signature: 'ia(iay)', body: [index, [wireOf(server)]] });
  }

  async revert(index: number): Promise<void> {
    await this.#ask({ ...manager, member: 'RevertLink', signature: 'i', body: [index] });
  }

  [Symbol.dispose](): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.then(({ bus: opened }) => opened.disconnect()).catch(() => undefined);
  }

  async #whenKnown(message: MessageLike): Promise<void> {
    for (const deadline = Date.now() + knowsLinkWithinMs; ; await setTimeout(20)) {
      try {
        await this.#ask(message);
        return;
      } catch (error) {
        if (!isUnknown(error) || Date.now() > deadline) throw error;
      }
    }
  }

  async #ask(message: MessageLike): Promise<readonly unknown[]> {
    this.#connection ??= connect({
      lost: () => (this.#connection = undefined),
      changed: () => this.#listeners.forEach((listener) => listener()),
    });
    const giveUp = new AbortController();
    const late = setTimeout(answerWithinMs, undefined, { signal: giveUp.signal, ref: false }).then(() => {
      throw new Error(`no answer on D-Bus to ${message.member}`);
    });
    try {
      return await Promise.race([this.#connection.then(({ call }) => call(message)), late]);
    } finally {
      giveUp.abort();
      late.catch(() => undefined);
    }
  }
}

interface LinkProperties {
  readonly DNS?: { readonly value?: readonly (readonly [family: number, address: Uint8Array])[] };
  readonly Domains?: { readonly value?: readonly (readonly [domain: string, routeOnly: boolean])[] };
  readonly DefaultRoute?: { readonly value?: boolean };
}

/** It does not know the link: not yet, or no more. */
export function isUnknown(error: unknown): boolean {
  return (
    error instanceof Error &&
    'type' in error &&
    (error.type === `${service}.NoSuchLink` || error.type === 'org.freedesktop.DBus.Error.UnknownObject')
  );
}

interface Connection {
  readonly bus: MessageBus;
  readonly call: (message: MessageLike) => Promise<readonly unknown[]>;
}

async function connect(on: { readonly lost: () => void; readonly changed: () => void }): Promise<Connection> {
  const { systemBus, Message, MessageFlag } = await import('@jellybrick/dbus-next');
  const opened = systemBus({ busAddress: `unix:path=${busSocket}` });
  // Its types leave out what its connection passes on.
  (opened as NodeJS.EventEmitter).on('error', on.lost).on('end', on.lost);
  opened.on('message', ({ member, body }) => {
    if (member === 'NameOwnerChanged' && body[0] === service) on.changed();
  });
  const call = async (message: MessageLike): Promise<readonly unknown[]> =>
    (await opened.call(new Message({ ...message, flags: MessageFlag.NO_AUTO_START })))?.body ?? [];
  await call({
    ...bus,
    member: 'AddMatch',
    signature: 's',
    body: [`type='signal',sender='${bus.destination}',member='NameOwnerChanged',arg0='${service}'`],
  });
  return { bus: opened, call };
}

/** As sd-bus writes a number into a path: a digit in front is spelt out. */
function busLabel(index: number): string {
  const [first = '', ...rest] = String(index);
  return `_3${first}${rest.join('')}`;
}

const families = { ipv4: 2, ipv6: 10 } as const;

function wireOf(server: string): readonly [family: number, address: Buffer] {
  const { family, value } = parseAddress(server)!;
  const length = addressBits(family) / 8;
  return [families[family], Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex')];
}

function textOf(bytes: Uint8Array): string {
  return formatAddress({ family: bytes.length === 4 ? 'ipv4' : 'ipv6', value: BigInt(`0x${Buffer.from(bytes).toString('hex')}`) });
}
