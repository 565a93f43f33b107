import * as z from 'zod';
import { ViaductError } from '../../model/errors.ts';
import { guardNames } from '../../model/guard.ts';
import { parseMac, parseUuid } from '../../model/units.ts';
import type { Mac, Uuid } from '../../model/units.ts';
import { parseForward } from '../../model/port-forward.ts';
import { parseXml } from '../libvirt/xml.ts';
import { readVlans } from '../../model/vlan.ts';
import { readAddress, readAddressed, readAddresses, readLease, readPci, readPorts } from './text.ts';

/** Modes of a specification. `isolated` promises a host that answers, `very-isolated` that it does not. */
export const modes = [
  'nat',
  'route',
  'open',
  'isolated',
  'very-isolated',
  'bridge',
  'macvtap-bridge',
  'macvtap-private',
  'macvtap-vepa',
  'macvtap-passthrough',
  'hostdev',
] as const;

/** A text of a certain form. `example` finishes the sentence "… is not". */
function form<Value>(read: (text: string) => Value | undefined, example: string) {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `'${text}' is not ${example}` });
    return z.NEVER;
  });
}

/** An object that may be written as one of its fields alone: `domain: lan` for `domain: {name: lan}`. */
function orShort<Schema extends z.ZodType>(field: string, schema: Schema) {
  return z.preprocess((value) => (typeof value === 'string' ? { [field]: value } : value), schema);
}

const count = z.int().nonnegative();
const line = z.string().min(1);
const mac: z.ZodType<Mac, string> = form(parseMac, 'a MAC address such as 52:54:00:12:34:56');
const uuid: z.ZodType<Uuid, string> = form(parseUuid, 'a UUID');
const address = form(readAddress, 'an IP address');
const lease = form(readLease, 'a lease time such as 2h, 30m, 120s or infinite').optional();

const range = z.preprocess(
  (value) => (typeof value === 'string' ? { addresses: value } : value),
  z.strictObject({ addresses: form(readAddresses, 'a range such as 192.168.100.2-192.168.100.254'), lease }),
);

const host = z.strictObject({ mac: mac.optional(), id: line.optional(), name: line.optional(), ip: address.optional(), lease });

/** `true`, or without ranges and hosts: the whole rest of the subnet. */
const dhcp = z.preprocess(
  (value) => (value === true ? {} : value),
  z.strictObject({
    ranges: z.array(range).default([]),
    hosts: z.array(host).default([]),
    boot: orShort('file', z.strictObject({ file: line, server: address.optional() })).optional(),
  }),
);

const block = orShort(
  'address',
  z.strictObject({
    address: form(readAddressed, 'an address such as 192.168.100.1/24'),
    family: z.enum(['ipv4', 'ipv6']).optional(),
    localPtr: z.boolean().optional(),
    tftp: line.optional(),
    dhcp: dhcp.optional(),
  }),
);

const dns = z.preprocess(
  (value) => (typeof value === 'boolean' ? { enable: value } : value),
  z.strictObject({
    enable: z.boolean().optional(),
    forwardPlainNames: z.boolean().optional(),
    forwarders: z.array(orShort('address', z.strictObject({ domain: line.optional(), address: address.optional() }))).default([]),
    txt: z.array(z.strictObject({ name: line, value: z.string().optional() })).default([]),
    srv: z
      .array(
        z.strictObject({
          service: line,
          protocol: line,
          domain: line.optional(),
          target: line.optional(),
          port: count.optional(),
          priority: count.optional(),
          weight: count.optional(),
        }),
      )
      .default([]),
    hosts: z.array(z.strictObject({ ip: address, names: z.array(line) })).default([]),
  }),
);

const tag = z.preprocess(
  (value) => (typeof value === 'number' ? { id: value } : value),
  z.strictObject({ id: count, native: z.enum(['tagged', 'untagged']).optional() }),
);

/** `10`, or `20-29`. */
const vlans = z.preprocess((value) => (typeof value === 'number' ? String(value) : value), form(readVlans, 'a VLAN such as 10, or 20-29'));

/** `10` is `{access: 10}`. With `tags` each has its own word; `trunk: true` makes one of a single tag. */
const vlan = z
  .preprocess(
    (value) => (typeof value === 'number' ? { access: value } : value),
    z.strictObject({
      access: count.optional(),
      trunk: z.union([z.boolean(), z.array(vlans)], { error: 'expected a list of VLANs such as [10, 20-29]' }).optional(),
      native: count.optional(),
      tags: z.array(tag).optional(),
    }),
  )
  .superRefine(({ access, trunk, native, tags }, context) => {
    const ways = [access !== undefined, Array.isArray(trunk), tags !== undefined].filter(Boolean).length;
    const wrong = (message: string) => context.addIssue({ code: 'custom', message });
    if (ways !== 1 || (access !== undefined && trunk !== undefined)) wrong("one of 'access', a list as 'trunk', and 'tags' is needed");
    else if (native !== undefined && !Array.isArray(trunk)) wrong("'native' belongs to a list as 'trunk'");
  });

const rate = z.strictObject({ average: count.optional(), peak: count.optional(), burst: count.optional() });
const bandwidth = z.strictObject({ inbound: rate.optional(), outbound: rate.optional() });

const virtualPort = z.strictObject({
  type: z.enum(['802.1Qbg', '802.1Qbh', 'openvswitch', 'midonet']).optional(),
  managerId: count.optional(),
  typeId: count.optional(),
  typeIdVersion: count.optional(),
  instanceId: uuid.optional(),
  profileId: line.optional(),
  interfaceId: uuid.optional(),
});

const portGroup = z.strictObject({
  name: line,
  default: z.boolean().optional(),
  trustGuestRxFilters: z.boolean().optional(),
  vlan: vlan.optional(),
  virtualPort: virtualPort.optional(),
  bandwidth: bandwidth.optional(),
});

/** `tcp 8080 web:80`, as `viaduct forward add` takes it. */
const forward = z.string().transform((text, context) => {
  const [protocol = '', listen = '', target = listen, ...rest] = text.trim().split(/\s+/);
  try {
    if (rest.length === 0) return parseForward(protocol, listen, target);
  } catch (error) {
    if (!(error instanceof ViaductError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
  context.addIssue({ code: 'custom', message: `'${text}' is not a forward such as tcp 8080 web:80` });
  return z.NEVER;
});

const toggle = z.boolean().optional();
const guard = z.preprocess(
  (value) => (value === true ? Object.fromEntries(guardNames.map((name) => [name, true])) : value),
  z.strictObject({ mac: toggle, ipv4: toggle, ipv6: toggle, arp: toggle, nd: toggle, dhcpServer: toggle, ra: toggle }),
);

export const networkSpec = z.strictObject({
  apiVersion: z.literal('viaduct/v1'),
  kind: z.literal('Network'),
  name: line,
  uuid: uuid.optional(),
  title: line.optional(),
  description: line.optional(),
  mode: z.enum(modes),
  /** The one way out of nat and route. */
  uplink: line.optional(),
  nat: z
    .strictObject({
      ipv6: z.boolean().optional(),
      addresses: form(readAddresses, 'a range of addresses').optional(),
      ports: form(readPorts, 'a range of ports such as 1024-65535').optional(),
    })
    .optional(),
  /** What macvtap and hostdev networks draw from. */
  devices: z.array(line).optional(),
  pf: line.optional(),
  pci: z.array(form(readPci, 'a PCI address such as 0000:03:00.1')).optional(),
  managed: z.boolean().optional(),
  driver: z.strictObject({ name: line.optional(), model: line.optional() }).optional(),
  bridge: orShort(
    'name',
    z.strictObject({
      name: line.optional(),
      zone: line.optional(),
      stp: z.boolean().optional(),
      delay: count.optional(),
      macTableManager: z.enum(['kernel', 'libvirt']).optional(),
    }),
  ).optional(),
  mtu: z.int().positive().optional(),
  mac: mac.optional(),
  domain: orShort('name', z.strictObject({ name: line, localOnly: z.boolean().optional(), register: z.boolean().optional() })).optional(),
  dns: dns.optional(),
  /** Short for one of `addresses`: the host takes the first address of the block. */
  subnet: form(readAddressed, 'a subnet such as 192.168.100.0/24').optional(),
  dhcp: dhcp.optional(),
  addresses: z.array(block).optional(),
  routes: z
    .array(
      z.strictObject({
        to: form(readAddressed, 'a subnet such as 10.0.0.0/8'),
        via: address,
        metric: z.int().positive().optional(),
        family: z.enum(['ipv4', 'ipv6']).optional(),
      }),
    )
    .default([]),
  vlan: vlan.optional(),
  bandwidth: bandwidth.optional(),
  /** Guests do not see each other. */
  isolatedPorts: z.boolean().optional(),
  /** Guests speak IPv6 to each other on a network that has no IPv6 address. */
  guestIpv6: z.boolean().optional(),
  trustGuestRxFilters: z.boolean().optional(),
  virtualPort: virtualPort.optional(),
  portgroups: z.array(portGroup).default([]),
  /** Ports of the host that lead to guests. */
  forwards: z.array(forward).default([]),
  /** What guests may not forge or offer; `true` is all of it. */
  guard: guard.optional(),
  /** Raw lines for dnsmasq's configuration. */
  dnsmasq: z.array(line).default([]),
  /** Elements of other programs, as XML. */
  metadata: z.array(form(readElement, 'an XML element')).default([]),
  autostart: z.boolean().optional(),
  active: z.boolean().default(true),
});

export type NetworkSpec = z.infer<typeof networkSpec>;

/** A network that is not to be. */
export const absentSpec = z.strictObject({
  apiVersion: z.literal('viaduct/v1'),
  kind: z.literal('Network'),
  name: line,
  absent: z.literal(true),
});

/** The text again, once it is known to be one whole element. */
function readElement(text: string): string | undefined {
  try {
    parseXml(text, '(metadata)');
    return text.trim();
  } catch {
    return undefined;
  }
}
