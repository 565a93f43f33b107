import { canonicalAddress } from '../../model/address.ts';
import { ViaductError } from '../../model/errors.ts';
import type { DhcpHost, Dns, IpBlock, LeaseTime } from '../../model/network.ts';
import type { Mac } from '../../model/units.ts';

/** An address held for a MAC because a port has it, not because the definition says so. */
export interface Reservation {
  readonly mac: Mac;
  readonly address: string;
}

/**
 * The `dhcp-hostsfile`: one reservation per line, re-read on SIGHUP. Where the definition already
 * speaks for a MAC or promises an address, a port's reservation steps back: dnsmasq refuses to promise
 * one address twice. Where it promises IPv4 addresses to names, all of them do: who has the name shows only
 * when he asks, and dnsmasq would prefer what is held for his MAC.
 */
export function hostsFile(blocks: readonly IpBlock[], reservations: readonly Reservation[]): string {
  const lines: string[] = [];
  const taken = new Set<string>();
  for (const { family, dhcp } of blocks) {
    for (const host of dhcp?.hosts ?? []) {
      lines.push(hostLine(family, host));
      if (host.mac !== undefined) taken.add(host.mac);
      if (host.ip !== undefined) taken.add(canonicalAddress(host.ip));
    }
  }
  const byName = blocks.some(({ family, dhcp }) => family === 'ipv4' && dhcp?.hosts.some(({ mac }) => mac === undefined) === true);
  for (const { mac, address } of byName ? [] : reservations) {
    if (taken.has(mac) || taken.has(address)) continue;
    taken.add(mac).add(address);
    lines.push(`${mac},${address}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** The `addn-hosts` file: `IP<TAB>name<TAB>name<TAB>`, every address once. */
export function addnHostsFile(dns: Dns | undefined): string {
  const names = new Map<string, readonly string[]>();
  for (const { ip, hostnames } of dns?.hosts ?? []) {
    const address = canonicalAddress(ip);
    names.set(address, [...(names.get(address) ?? []), ...hostnames.map(word)]);
  }
  return [...names].map(([address, hostnames]) => `${[address, ...hostnames].join('\t')}\t\n`).join('');
}

/** `2h`, `30m`, `120s` or `infinite`. */
export function leaseTime({ expiry, unit = 'minutes' }: LeaseTime): string {
  return expiry === 0 ? 'infinite' : `${expiry}${unit.charAt(0)}`;
}

/** IPv4: `MAC,IP[,NAME]` or `NAME,IP`. IPv6: `[id:ID,][NAME,]\[IP\]`. The lease time comes last. */
function hostLine(family: IpBlock['family'], { mac, id, name, ip, lease }: DhcpHost): string {
  const address = ip === undefined ? undefined : canonicalAddress(ip);
  const fields =
    family === 'ipv6'
      ? [id && `id:${word(id)}`, name && word(name), address && `[${address}]`]
      : mac === undefined
        ? [name && word(name), address]
        : [mac, address, name && word(name)];
  return [...fields, lease && leaseTime(lease)].filter(Boolean).join(',');
}

/** Fields are parted by commas or blanks, and nothing can quote them: text that has one does not go in. */
function word(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\s,\u0000-\u001f]/.test(text))
    throw new ViaductError('config-unsupported', `'${text}' cannot be a name or client id in dnsmasq's hosts files.`, {
      hint: 'Remove blanks, commas and control characters from it.',
    });
  return text;
}
