import type { Mac } from './units.ts';

/** One address that dnsmasq gave out. */
export interface Lease {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  /** Absent for a DHCPv6 client whose MAC nobody learnt. */
  readonly mac?: Mac;
  readonly hostname?: string;
  /** Hex groups with colons, as dnsmasq writes it. */
  readonly clientId?: string;
  /** DHCPv6 identity association. */
  readonly iaid?: string;
  /** Seconds since the epoch; 0 never ends. */
  readonly expiry: number;
}
