import { z } from 'zod';
import { portClients } from '../model/port.ts';
import { sightedBy } from '../model/sighting.ts';

const owner = z.object({ uuid: z.string(), name: z.string() });

export const network = z.object({
  name: z.string(),
  uuid: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  active: z.boolean(),
  persistent: z.boolean(),
  autostart: z.boolean(),
  mode: z.enum(['isolated', 'nat', 'route', 'open', 'bridge', 'private', 'vepa', 'passthrough', 'hostdev']),
  veryIsolated: z.boolean().describe('No host address at all: guests talk to each other only'),
  bridge: z.string().optional(),
  addresses: z.array(z.string()).readonly().describe('192.168.122.1/24, every family'),
  ports: z.number(),
  trouble: z.string().optional().describe('Why it needs attention; absent when it is well'),
});

export const lease = z.object({
  network: z.string(),
  bridge: z.string(),
  family: z.enum(['ipv4', 'ipv6']),
  address: z.string(),
  prefix: z.number(),
  mac: z.string().optional(),
  hostname: z.string().optional(),
  clientId: z.string().optional(),
  iaid: z.string().optional(),
  expiry: z.number().describe('Seconds since the epoch; 0 never ends'),
});

const pciAddress = z.object({ domain: z.number(), bus: z.number(), slot: z.number(), function: z.number() });
const macTableManager = z.enum(['kernel', 'libvirt']).optional();

const plug = z.discriminatedUnion('type', [
  z.object({ type: z.literal('none') }),
  z.object({ type: z.literal('network'), bridge: z.string(), macTableManager }),
  z.object({ type: z.literal('bridge'), bridge: z.string(), macTableManager }),
  z.object({ type: z.literal('direct'), dev: z.string(), mode: z.enum(['bridge', 'private', 'vepa', 'passthrough']) }),
  z.object({
    type: z.literal('hostdev-pci'),
    managed: z.boolean().optional(),
    address: pciAddress,
    driver: z.object({ name: z.string().optional(), model: z.string().optional() }).optional(),
  }),
]);

const link = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('tap'),
    name: z.string(),
    uid: z.number().optional(),
    gid: z.number().optional(),
    multiQueue: z.boolean().optional(),
    vnetHeader: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('macvtap'), name: z.string(), lower: z.string(), mode: z.enum(['bridge', 'private', 'vepa', 'passthru']) }),
  z.object({ kind: z.literal('veth'), name: z.string(), netns: z.string(), inside: z.string() }),
]);

export const port = z.object({
  uuid: z.string(),
  network: owner,
  owner,
  mac: z.string(),
  group: z.string().optional(),
  vlan: z
    .object({
      trunk: z.boolean().optional(),
      tags: z.array(z.object({ id: z.number(), nativeMode: z.enum(['tagged', 'untagged']).optional() })).readonly(),
    })
    .optional()
    .describe('What it carries, whoever says so'),
  plug,
  link: link.optional(),
  address: z.string().optional().describe('Held for this MAC in the DHCP of the network'),
  name: z.string().optional(),
  client: z.enum(portClients).optional(),
  model: z.string().optional().describe('Of the card inside the guest, where one was asked for'),
  down: z.boolean().optional(),
  holder: z.number().optional().describe('The process it ends with'),
  creator: z.number().optional().describe('The user with a grant who made it'),
  device: z.string().optional().describe("The host's half"),
  state: z.enum(['planned', 'plugged', 'up', 'gone']).optional().describe('With details only, as what follows'),
  attached: z.boolean().optional(),
  addresses: z
    .array(
      z.object({
        address: z.string(),
        source: z.enum(['lease', 'reservation', 'held', 'seen']),
        by: z.enum(sightedBy).optional().describe('Where it was seen; in the table of neighbours of the host when absent'),
      }),
    )
    .readonly()
    .optional(),
});

export const guest = z.object({
  name: z.string(),
  id: z.number().optional(),
  running: z.boolean(),
  source: z.enum(['viaduct', 'hypervisor']),
});

export const guestInterface = z.object({
  link: z.string().optional(),
  type: z.string(),
  source: z.string().optional(),
  model: z.string().optional(),
  mac: z.string().optional(),
});

export const guestAddresses = z.object({
  name: z.string(),
  mac: z.string().optional(),
  addresses: z.array(z.object({ family: z.enum(['ipv4', 'ipv6']), address: z.string(), prefix: z.number() })).readonly(),
});

export const nicModels = z.object({
  emulator: z.string().optional().describe('The QEMU that was asked; absent where there is none'),
  version: z.string().optional(),
  models: z
    .array(
      z.object({
        name: z.string().describe('As libvirt calls it'),
        device: z.string().describe('As QEMU calls it'),
        aliases: z.array(z.string()).readonly(),
        bus: z.string(),
        description: z.string().optional(),
        needsDrivers: z.boolean().describe('The guest sees it only with drivers made for it'),
      }),
    )
    .readonly(),
});

export const portArguments = z.object({
  for: z.enum(portClients),
  argv: z.array(z.string()).readonly().optional(),
  json: z.string().optional(),
  xml: z.string().optional(),
  text: z.string(),
});

export const bridge = z.object({
  name: z.string(),
  id: z.string(),
  stp: z.boolean(),
  vlanFiltering: z.boolean(),
  network: z.string().optional(),
  ports: z.array(z.object({ name: z.string(), state: z.string() })).readonly(),
});

const vlans = z.array(z.object({ id: z.number(), to: z.number(), pvid: z.boolean(), untagged: z.boolean() })).readonly();

export const bridgeDetails = bridge.extend({
  mac: z.string().optional(),
  mtu: z.number(),
  up: z.boolean(),
  forwardDelay: z.number().describe('Seconds'),
  addresses: z.array(z.string()).readonly(),
  defaultVlan: z.number().optional().describe('Of a port that nobody has given one; 0 is none'),
  vlans: vlans.optional().describe("Of the host's own port"),
  ports: z
    .array(
      z.object({
        name: z.string(),
        state: z.string(),
        pathCost: z.number(),
        isolated: z.boolean(),
        guest: z.string().optional(),
        vlans: vlans.optional(),
      }),
    )
    .readonly(),
  fdb: z
    .array(z.object({ mac: z.string(), port: z.string(), vlan: z.number().optional(), local: z.boolean() }))
    .readonly()
    .describe('Which address was heard behind which port'),
});

export const vlan = z.object({
  id: z.number(),
  shape: z.enum(['device', 'filter']).describe('A device of its own, or one of many in a bridge that filters'),
  protocol: z.literal('802.1ad').optional(),
  uplinks: z.array(z.string()).readonly().describe('What carries it with its tag'),
  device: z.string().optional(),
  bridge: z.string().optional(),
  ports: z.array(z.string()).readonly().describe('What is in it for itself'),
  ours: z.boolean(),
});

export const status = z.object({
  version: z.string(),
  uptimeSeconds: z.number(),
  networks: z.object({
    total: z.number(),
    active: z.number(),
    troubled: z.array(z.object({ name: z.string(), reason: z.string() })).readonly(),
  }),
  ports: z.number(),
  leases: z.number(),
});
