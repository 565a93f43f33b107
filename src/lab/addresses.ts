/**
 * The lab's own little internet, from the ranges that are reserved for documentation (RFC 5737, RFC 3849):
 * a LAN on which the host and the router "outside" meet, and a server behind that router.
 */
export const outside = {
  lan: { ipv4: '203.0.113.1', ipv6: '2001:db8:113::1' },
  server: { ipv4: '198.51.100.80', ipv6: '2001:db8:51::80', name: 'www.example.net' },
} as const;

export const hostAddress = { ipv4: '203.0.113.2', ipv6: '2001:db8:113::2' } as const;

export const prefixes = { ipv4: 24, ipv6: 64 } as const;

/** Given out on the LAN by the router, for guests on a host bridge. */
export const lanDhcp = { start: '203.0.113.100', end: '203.0.113.199' } as const;

/** Ports on which every space of a lab answers: TCP and UDP say whom they see (RFC 862's number), HTTP greets. */
export const services = { echo: 7, http: 80 } as const;
