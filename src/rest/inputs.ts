import { z } from 'zod';
import type { BandwidthRate } from '../model/network.ts';
import { portClients } from '../model/port.ts';
import { updateCommands, updateSections, type UpdateCommand, type UpdateSection } from '../model/update.ts';
import type { Input, OperationName } from '../service/operation-types.ts';

/** Longest name, address or key a request may carry; documents are bounded by the body's limit. */
const name = z.string().min(1).max(1024);
const document = z.string();
const flag = z.boolean().optional();
const nothing = z.strictObject({});
const seconds = z.int().min(0).max(3600).optional().describe('How long it waits to be confirmed');
const way = {
  seconds,
  backend: z
    .enum(['netplan', 'networkmanager', 'networkd', 'ifupdown', 'ifcfg', 'none'])
    .optional()
    .describe("Whose files it is written to; none: nobody's"),
  dryRun: flag.describe('Answer what would be done, and do nothing'),
  session: z.strictObject({ from: name, own: name }).optional().describe("The caller's own session, which must not end"),
};
const ofNetwork = { network: name.describe('Name or UUID') };
const ofPort = {
  network: name.optional().describe('Narrows the search'),
  port: name.describe('UUID, name, name of its wire, or of its guest'),
};
/** A number, also where it is a word of a path. */
const change = z.coerce.number().int().min(1).describe('Number of a change, as the history tells it');
const ofInterface = { interface: name.describe('Name or MAC address') };
const metadata = { ...ofNetwork, what: z.enum(['description', 'title', 'element']), uri: name.optional(), live: flag, config: flag };

const amount = z.int().min(0).max(0xffff_ffff).optional();
const rate: z.ZodType<BandwidthRate> = z.strictObject({ average: amount, peak: amount, burst: amount, floor: amount });
const limit = rate.nullable().optional().describe('In KiB/s, the burst in KiB; null for none, absent to leave it alone');

const vlan = z.strictObject({
  trunk: flag,
  tags: z.array(z.strictObject({ id: z.int(), nativeMode: z.enum(['tagged', 'untagged']).optional() })).readonly(),
});

const id = z.int().min(0).max(0xffff_fffe).optional();
const link = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('auto'), name: name.optional(), uid: id, gid: id, multiQueue: flag }),
  z.strictObject({ kind: z.literal('tap'), name: name.optional(), uid: id, gid: id, multiQueue: flag, vnetHeader: flag }),
  z.strictObject({ kind: z.literal('veth'), name: name.optional(), netns: name, inside: name.optional() }),
  z.strictObject({ kind: z.literal('macvtap'), name: name.optional() }),
]);

/** What each operation accepts; a member that nobody knows is refused rather than ignored. */
export const inputs: { readonly [Name in OperationName]: z.ZodType<Input<Name>> } = {
  'status.get': nothing,
  'topology.get': nothing,
  'audit.list': nothing,
  'explain.way': z.strictObject({ from: name, to: name, vlan: z.coerce.number().int().min(1).max(4094).optional(), direct: flag }),

  'network.list': z.strictObject({ active: flag, inactive: flag, persistent: flag, transient: flag, autostart: flag, noAutostart: flag }),
  'network.define': z.strictObject({ xml: document, validate: flag }),
  'network.create': z.strictObject({ xml: document, validate: flag }),
  'network.propose': nothing,
  'network.preview': z.strictObject({ text: document }),
  'network.get': z.strictObject({ ...ofNetwork, by: z.enum(['name', 'uuid']).optional().describe('Which of the two it is') }),
  'network.copy': z.strictObject({ ...ofNetwork, name, start: flag }),
  'network.undefine': z.strictObject(ofNetwork),
  'network.update': z.strictObject({
    ...ofNetwork,
    command: z.enum(Object.keys(updateCommands) as UpdateCommand[]),
    section: z.enum(Object.keys(updateSections) as UpdateSection[]),
    parentIndex: z.int().min(-1).max(0x7fff_ffff).optional(),
    xml: document,
    live: flag,
    config: flag,
  }),
  'network.xml': z.strictObject({ ...ofNetwork, inactive: flag }),
  'network.start': z.strictObject({ ...ofNetwork, dryRun: flag }),
  'network.destroy': z.strictObject({ ...ofNetwork, dryRun: flag }),
  'network.autostart': z.strictObject({ ...ofNetwork, autostart: z.boolean() }),
  'network.leases': z.strictObject({ ...ofNetwork, mac: name.optional() }),
  'network.metadata': z.strictObject(metadata),
  'network.setMetadata': z.strictObject({ ...metadata, value: document.optional(), key: name.optional() }),
  'network.bridgeName': z.strictObject(ofNetwork),
  'network.rules': z.strictObject(ofNetwork),
  'network.history': z.strictObject({ network: name.optional() }),
  'network.undoPlan': z.strictObject({ change }),
  'network.undo': z.strictObject({ change, digest: name.optional() }),
  'lease.release': z.strictObject({ ...ofNetwork, address: name }),

  'port.list': z.strictObject({ network: name.optional(), details: flag }),
  'port.create': z.strictObject({
    ...ofNetwork,
    uuid: name.optional(),
    mac: name.optional(),
    owner: z.strictObject({ name, uuid: name.optional() }).optional(),
    group: name.optional(),
    vlan: vlan.optional(),
    isolated: flag,
    link: link.optional(),
    name: name.optional(),
    for: z.enum(portClients).optional(),
    model: name.optional().describe('Of the card inside the guest, as nic-models lists them'),
    holder: z.int().min(1).optional(),
  }),
  'port.createXml': z.strictObject({ ...ofNetwork, xml: document, reclaim: flag, validate: flag }),
  'port.get': z.strictObject({ ...ofPort, details: flag }),
  'port.delete': z.strictObject(ofPort),
  'port.xml': z.strictObject(ofPort),
  'port.setLink': z.strictObject({ ...ofPort, up: z.boolean() }),
  'port.move': z.strictObject({ ...ofPort, to: name.describe('The network it moves to') }),
  'port.arguments': z.strictObject({ ...ofPort, for: z.enum(portClients).optional() }),
  'port.open': z.strictObject(ofPort),
  'grant.list': z.strictObject(ofNetwork),
  'grant.add': z.strictObject({ ...ofNetwork, grant: name }),
  'grant.remove': z.strictObject({ ...ofNetwork, grant: name }),
  'mac.new': nothing,
  'nic.models': nothing,
  'guest.list': nothing,
  'guest.interfaces': z.strictObject({ guest: name, inactive: flag }),
  'guest.addresses': z.strictObject({ guest: name, source: z.enum(['lease', 'agent', 'arp']).optional() }),

  'port.setVlan': z.strictObject({ ...ofPort, vlan: vlan.optional() }),
  'port.bandwidth': z.strictObject(ofPort),
  'port.setBandwidth': z.strictObject({ ...ofPort, inbound: limit, outbound: limit }),

  'forward.list': z.strictObject({ network: name.optional() }),
  'forward.add': z.strictObject({
    ...ofNetwork,
    protocol: name.describe('tcp or udp'),
    listen: name.describe('[ADDRESS:]PORT[-PORT]'),
    to: name.describe('GUEST[:PORT]'),
  }),
  'forward.remove': z.strictObject({ ...ofNetwork, protocol: name, listen: name }),
  'guard.list': z.strictObject({ network: name.optional() }),
  'guard.set': z.strictObject({
    ...ofNetwork,
    port: name.optional().describe('That port alone'),
    guard: z.strictObject({ mac: flag, ipv4: flag, ipv6: flag, arp: flag, nd: flag, dhcpServer: flag, ra: flag }),
    addresses: z
      .array(name)
      .optional()
      .describe('Addresses and subnets that the port may speak for, instead of those its network promised'),
  }),
  'host.names': nothing,
  'port.renew': z.strictObject(ofPort),

  'spec.plan': z.strictObject({ text: document, prune: flag }),
  'spec.apply': z.strictObject({ text: document, prune: flag, digest: name.optional() }),

  'doctor.examine': nothing,
  'doctor.fix': z.strictObject({ dryRun: flag }),
  'doctor.undo': z.strictObject({ dryRun: flag }),

  'bridge.list': nothing,
  'bridge.get': z.strictObject({ bridge: name }),
  'bridge.create': z.strictObject({
    bridge: name,
    ports: z.array(name).readonly().optional(),
    stp: flag,
    forwardDelay: z.number().min(0).max(30).optional(),
    mac: name.optional(),
    vlanFiltering: flag,
    ...way,
  }),
  'bridge.add': z.strictObject({ bridge: name, port: name, ...way }),
  'bridge.remove': z.strictObject({ bridge: name, port: name, ...way }),
  'bridge.delete': z.strictObject({ bridge: name, ...way }),
  'vlan.list': nothing,
  'vlan.create': z.strictObject({
    id: z.int().describe('1 to 4094'),
    uplink: name,
    bridge: z.union([name, z.literal(false)]).optional(),
    protocol: z.enum(['802.1Q', '802.1ad']).optional(),
    mtu: z.int().min(1).optional(),
    stp: flag,
    forwardDelay: z.number().min(0).max(30).optional(),
    address: name.optional().describe('Of the host in this VLAN, such as 192.168.10.1/24'),
    ...way,
  }),
  // A path carries it as text.
  'vlan.delete': z.strictObject({ id: z.coerce.number().pipe(z.int()), uplink: name.optional(), ...way }),
  'host.apply': z.strictObject({ xml: document, ...way }),
  'host.confirm': nothing,
  'host.rollback': nothing,
  'host.undo': z.strictObject({ seconds, session: way.session }),
  'host.status': nothing,
  'interface.list': z.strictObject({ active: flag, inactive: flag }),
  'interface.define': z.strictObject({ xml: document, validate: flag }),
  'interface.get': z.strictObject(ofInterface),
  'interface.undefine': z.strictObject(ofInterface),
  'interface.xml': z.strictObject({ ...ofInterface, inactive: flag }),
  'interface.start': z.strictObject(ofInterface),
  'interface.stop': z.strictObject(ofInterface),
  'interface.bridge': z.strictObject({ ...ofInterface, bridge: name, stp: flag, delay: z.number().min(0).max(30).optional(), start: flag }),
  'interface.unbridge': z.strictObject({ bridge: name, start: flag }),
  'interface.begin': nothing,
  'interface.commit': nothing,
  'interface.rollback': nothing,
};
