/** What guests behind guarded ports may not forge or offer. Absent is off. */
export interface Guard {
  /** Frames carry the port's own MAC address. */
  readonly mac?: boolean;
  /** Packets carry an address that is the guest's. */
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  /** ARP speaks for the guest's own MAC and IPv4 addresses. */
  readonly arp?: boolean;
  /** Neighbour discovery speaks for the guest's own MAC and IPv6 addresses. */
  readonly nd?: boolean;
  /** Guests do not answer as DHCP servers. */
  readonly dhcpServer?: boolean;
  /** Guests do not answer as routers. */
  readonly ra?: boolean;
}

export const guardNames = ['mac', 'ipv4', 'ipv6', 'arp', 'nd', 'dhcpServer', 'ra'] as const satisfies readonly (keyof Guard)[];
export type GuardName = (typeof guardNames)[number];

/** The port's own words count more than the network's. */
export function mergeGuards(network: Guard | undefined, port: Guard | undefined): Guard {
  return { ...network, ...port };
}
