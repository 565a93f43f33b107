import type { Lease } from '../model/lease.ts';
import type { Mac } from '../model/units.ts';
import { parseMac } from '../model/units.ts';

/**
 * Reads dnsmasq's lease database. IPv4: `EXPIRY MAC ADDRESS NAME CLIENT-ID`; after a line `duid SERVER-DUID`
 * IPv6: `EXPIRY [T]IAID ADDRESS NAME CLIENT-DUID`. `*` stands for "none"; expiry 0 never ends. A half-written
 * last line is left out. Source: lease.c of dnsmasq 2.90.
 */
export function parseLeases(text: string): Lease[] {
  const leases: Lease[] = [];
  let isIpv6 = false;
  for (const line of text.split('\n').slice(0, -1)) {
    const [expiry = '', client = '', address, hostname = '*', clientId = '*'] = line.split(' ');
    if (expiry === 'duid') isIpv6 = true;
    else if (address !== undefined && /^\d+$/.test(expiry)) {
      const mac = isIpv6 ? macInDuid(clientId) : parseMac(withoutHardwareType(client));
      leases.push({
        family: isIpv6 ? 'ipv6' : 'ipv4',
        address,
        expiry: Number(expiry),
        ...(mac !== undefined && { mac }),
        ...(isIpv6 && { iaid: client.replace(/^T/, '') }),
        ...(hostname !== '*' && { hostname }),
        ...(clientId !== '*' && { clientId }),
      });
    }
  }
  return leases;
}

/** Hex groups with colons; undefined while there is no DHCPv6. */
export function serverDuid(text: string): string | undefined {
  return /^duid ([0-9a-f:]+)$/m.exec(text)?.[1];
}

/** `06-52:54:…` is written for hardware that is not Ethernet. */
function withoutHardwareType(client: string): string {
  return client.replace(/^[0-9a-f]{2}-/, '');
}

/**
 * DUID-LLT (1) and DUID-LL (3) of Ethernet end in the MAC their maker had when the DUID was made: a good guess, no more.
 */
function macInDuid(duid: string): Mac | undefined {
  const groups = duid.split(':');
  const kind = groups.slice(0, 4).join(':');
  if (kind === '00:01:00:01' && groups.length === 14) return parseMac(groups.slice(8).join(':'));
  if (kind === '00:03:00:01' && groups.length === 10) return parseMac(groups.slice(4).join(':'));
  return undefined;
}
