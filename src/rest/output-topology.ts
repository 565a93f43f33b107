import { z } from 'zod';
import { sightedBy } from '../model/sighting.ts';

const addresses = z.array(z.string()).readonly();
const node = z.object({
  id: z.string(),
  label: z.string(),
  owner: z.enum(['viaduct', 'host', 'libvirt', 'docker', 'podman', 'openstack', 'incus', 'proxmox', 'kubernetes']),
  state: z.enum(['up', 'down', 'idle', 'inactive', 'trouble']),
  link: z.string().optional(),
  vlans: z
    .discriminatedUnion('role', [
      z.object({ role: z.literal('access'), ids: z.string(), domain: z.string().describe('The same for all that hear each other') }),
      z.object({ role: z.literal('trunk'), ids: z.string(), native: z.number().optional() }),
    ])
    .optional()
    .describe('Where VLANs are told apart at all'),
});

const anyNode = z.discriminatedUnion('kind', [
  node.extend({ kind: z.literal('outside') }),
  node.extend({
    kind: z.enum(['nic', 'bond', 'vlan', 'macvtap-lower']),
    mac: z.string().optional(),
    addresses,
    carriesDefaultRoute: z.boolean(),
  }),
  node.extend({
    kind: z.literal('switch'),
    network: z.object({ name: z.string(), uuid: z.string(), mode: z.string(), veryIsolated: z.boolean() }).optional(),
    bridge: z.string().optional(),
    hostPort: z.object({ mac: z.string().optional(), addresses }).optional(),
    stp: z.boolean(),
    trouble: z.string().optional(),
  }),
  node.extend({
    kind: z.literal('guest'),
    tap: z.string(),
    mac: z.string().optional(),
    addresses,
    knownBy: z
      .record(z.string(), z.enum(['lease', 'neighbour', ...sightedBy]))
      .optional()
      .describe('How each of the addresses is known'),
    guest: z.string().optional(),
    portUuid: z.string().optional(),
    portState: z.string().optional(),
  }),
]);

const edge = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  kind: z.enum(['wire', 'nat', 'route', 'child']),
  link: z.string().optional(),
});

const counters = z.object({
  rxBytes: z.number(),
  txBytes: z.number(),
  rxPackets: z.number(),
  txPackets: z.number(),
  rxErrors: z.number(),
  txErrors: z.number(),
  rxDropped: z.number(),
  txDropped: z.number(),
});

export const topology = z.object({
  topology: z.object({ nodes: z.array(anyNode).readonly(), edges: z.array(edge).readonly() }),
  counters: z.record(z.string(), counters).describe('By the name of the device'),
  madeAtBoot: z.array(z.string()).readonly().describe('Devices that Viaduct makes again when the host boots'),
  at: z.number(),
});
