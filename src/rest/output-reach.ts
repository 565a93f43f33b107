import { z } from 'zod';

export const forward = z.object({
  network: z.string(),
  protocol: z.enum(['tcp', 'udp']),
  listen: z.string().describe('[ADDRESS:]PORT[-PORT]'),
  to: z.string().describe('GUEST:PORT'),
  targets: z.array(z.string()).readonly().describe('Where it leads now; empty while nobody knows the guest'),
  hides: z.string().optional().describe('A program of the host that no longer gets what comes to this port'),
});

const count = z.number().optional();

export const guarded = z.object({
  network: z.string(),
  link: z.string(),
  drops: z
    .object({ mac: count, ipv4: count, ipv6: count, arp: count, nd: count, dhcpServer: count, ra: count, tag: count })
    .describe('Packets dropped, by guard; tag are frames with a VLAN tag'),
});

export const hostName = z.object({ network: z.string(), address: z.string(), names: z.array(z.string()).readonly() });

export const renewal = z.object({
  mac: z.string(),
  link: z.string().optional().describe('The half of its wire on the host; absent where nobody knows it'),
  asked: z
    .enum(['carrier', 'qmp', 'none'])
    .describe('How it is made to ask: its wire goes down, QEMU pulls its cable, or nobody can and it asks in its own time'),
  from: z.string().optional(),
  to: z.string().optional(),
});
