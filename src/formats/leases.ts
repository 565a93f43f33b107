import { canonicalAddress, parseAddress } from '../model/address.ts';
import type { Lease } from '../model/lease.ts';
import { parseMac } from '../model/units.ts';
import type { Mac } from '../model/units.ts';

/**
 * Reads dnsmasq's lease database: `EXPIRY MAC ADDRESS NAME CLIENT-ID` for IPv4, and after a line
 * `duid SERVER-DUID` the same with `[T]IAID` and the client's DUID for IPv6; `*` is "none", expiry 0 never ends.
 *
 * dnsmasq writes the file in place while we read: a last line without its line break is left out, and so is
 * every line that is not a whole lease. Source: lease.c of dnsmasq 2.90.
 */
export function parseLeases(text: string): Lease[] {
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => parseLease(line) ?? []);
}

/** The server's DUID, hex groups with colons; undefined while there is no DHCPv6. */
export function serverDuid(text: string): string | undefined {
  return /^duid ([\da-f:]+)\n/m.exec(text)?.[1];
}

function parseLease(line: string): Lease | undefined {
  const [expiry = '', client = '', address = '', hostname = '', clientId = ''] = line.split(' ');
  const family = parseAddress(address)?.family;
  if (family === undefined || !/^\d+$/.test(expiry) || hostname === '' || clientId === '') return undefined;
  const mac = family === 'ipv6' ? macInDuid(clientId) : parseMac(client.replace(/^[\da-f]{2}-/, ''));
  return {
    family,
    address: canonicalAddress(address),
    ...(mac !== undefined && { mac }),
    ...(hostname !== '*' && { hostname }),
    ...(clientId !== '*' && { clientId }),
    ...(family === 'ipv6' && { iaid: client.replace(/^T/, '') }),
    expiry: Number(expiry),
  };
}

/** DUID-LLT (1) and DUID-LL (3) of Ethernet end in a MAC of the machine that made them: a good guess, no more. */
function macInDuid(duid: string): Mac | undefined {
  const [, mac] = /^00:(?:01:00:01(?::[\da-f]{2}){4}|03:00:01):((?:[\da-f]{2}:){5}[\da-f]{2})$/.exec(duid) ?? [];
  return mac === undefined ? undefined : parseMac(mac);
}
