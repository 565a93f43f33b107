import { canonicalAddress, contains, parseAddress, subnetOf } from './address.ts';
import { ViaductError } from './errors.ts';
import type { NetworkDraft } from './network.ts';
import type { PortRange } from './nft.ts';

/** Ports of the host that lead to a guest: the first to `toPort`, the next to the one after it. */
export interface PortForward {
  readonly protocol: 'tcp' | 'udp';
  /** Where the host listens; all its addresses when absent. Canonical. */
  readonly address?: string;
  readonly ports: PortRange;
  /** The guest's name, followed when its address changes, or its address. */
  readonly to: string;
  readonly toPort: number;
}

/** Each port is an entry of its own in the kernel's map, so that a packet costs one look-up however many there are. */
const mostPorts = 1024;

/** Reads what a person types: `tcp`, `[ADDRESS:]PORT[-PORT]`, `GUEST[:PORT]`, with IPv6 addresses in brackets. */
export function parseForward(protocol: string, listen: string, target: string): PortForward {
  if (protocol !== 'tcp' && protocol !== 'udp') throw wrong(`'${protocol}' is no protocol that can be forwarded`, 'Use tcp or udp.');
  const [, address, first = '', last = first] = /^(?:(\[[^\]]+\]|[^:]+):)?(\d{1,5})(?:-(\d{1,5}))?$/.exec(listen) ?? [];
  if (first === '') throw wrong(`'${listen}' is no port to listen on`, 'Write 8080, 8000-8010, 192.0.2.1:8080 or [2001:db8::1]:8080.');
  const [, host = '', port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(target) ?? [];
  if (host === '') throw wrong(`'${target}' is no guest to forward to`, 'Write web, web:80, 192.168.122.10:80 or [2001:db8::10]:80.');
  const forward: PortForward = {
    protocol,
    ...(address !== undefined && { address: canonicalAddress(unwrapped(address)) }),
    ports: { start: Number(first), end: Number(last) },
    to: canonicalAddress(unwrapped(host)),
    toPort: port === undefined ? Number(first) : Number(port),
  };
  validateForward(forward);
  return forward;
}

/** `[192.0.2.1:]8080[-8090]`: what {@link parseForward} reads as `listen`. */
export function listenText({ address, ports }: PortForward): string {
  const range = ports.start === ports.end ? String(ports.start) : `${ports.start}-${ports.end}`;
  return address === undefined ? range : `${wrapped(address)}:${range}`;
}

export function targetText({ to, toPort }: PortForward): string {
  return `${wrapped(to)}:${toPort}`;
}

/** `tcp 8080`: how messages name a forward. */
export function forwardName(forward: PortForward): string {
  return `${forward.protocol} ${listenText(forward)}`;
}

/** True when some packet could be meant for both. A forward of all addresses meets those of each. */
export function forwardsMeet(a: PortForward, b: PortForward): boolean {
  const apart = a.address !== undefined && b.address !== undefined && a.address !== b.address;
  return a.protocol === b.protocol && !apart && a.ports.start <= b.ports.end && b.ports.start <= a.ports.end;
}

/** What a network's forwards have to keep to, whatever document they came from. */
export function validateForwards({ name, forward, forwards = [], ips }: NetworkDraft): void {
  if (forwards.length === 0) return;
  if (forward.mode !== 'nat' && forward.mode !== 'route' && forward.mode !== 'open') {
    throw new ViaductError('config-unsupported', `Network '${name}' of mode '${forward.mode}' cannot forward ports`, {
      hint: 'Only networks of mode nat, route and open lead from the host to their guests.',
      params: { network: name },
    });
  }
  const subnets = ips.flatMap((ip) => subnetOf(ip) ?? []);
  for (const [index, one] of forwards.entries()) {
    validateForward(one);
    const target = parseAddress(one.to);
    if (target !== undefined && !subnets.some((subnet) => contains(subnet, target))) {
      throw wrong(`'${one.to}' is no address of network '${name}'`, 'Forward to a guest of this network, by its name or its address.');
    }
    const other = forwards.slice(0, index).find((before) => forwardsMeet(before, one));
    if (other !== undefined)
      throw wrong(`${forwardName(one)} and ${forwardName(other)} of network '${name}' are the same port`, 'Remove one of them.');
  }
}

function validateForward(forward: PortForward): void {
  const { address, ports, to, toPort } = forward;
  const span = ports.end - ports.start;
  if (ports.start < 1 || ports.end > 65_535 || span < 0)
    throw wrong(`'${listenText(forward)}' is no range of ports`, 'Ports go from 1 to 65535.');
  if (span >= mostPorts)
    throw wrong(
      `${forwardName(forward)} has more than ${mostPorts} ports`,
      'Give the guest an address of its own instead, in a network of mode route.',
    );
  if (toPort < 1 || toPort + span > 65_535) throw wrong(`'${targetText(forward)}' is no port of a guest`, 'Ports go from 1 to 65535.');
  const [listens, target] = [address === undefined ? undefined : parseAddress(address), parseAddress(to)];
  if (address !== undefined && listens === undefined)
    throw wrong(`'${address}' is no address to listen on`, 'Leave it out to listen on all.');
  if (address !== undefined && isLoopback(address)) {
    throw wrong(
      `${forwardName(forward)} cannot listen on a loopback address`,
      'Packets from 127.0.0.1 or ::1 never leave the host; connect to another address of it.',
    );
  }
  if (listens !== undefined && target !== undefined && listens.family !== target.family) {
    throw wrong(`${forwardName(forward)} cannot lead to ${to}, an address of the other family`, 'Forward IPv4 to IPv4 and IPv6 to IPv6.');
  }
  if (target === undefined && !/^[a-z0-9_]([a-z0-9_.-]{0,252}[a-z0-9_])?$/i.test(to))
    throw wrong(`'${to}' is neither a guest's name nor an address`);
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

function wrapped(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function unwrapped(text: string): string {
  return text.replace(/^\[(.*)\]$/, '$1');
}

function wrong(message: string, hint?: string): ViaductError {
  return new ViaductError('invalid-argument', message, { hint });
}
