import { addressBits, parseAddress } from '../../model/address.ts';
import { assertNever, ViaductError } from '../../model/errors.ts';
import type {
  BondPart,
  HostInterface,
  InterfaceBase,
  InterfacePart,
  InterfaceProtocol,
  LinkStatus,
  VlanPart,
} from '../../model/host-interface.ts';
import { parseMac, type Mac } from '../../model/units.ts';
import { vlanIdProblem } from '../../model/vlan.ts';
import { interfaceShape } from './interface-schema.ts';
import { readEach, reading } from './place.ts';
import { present, readNumber, readWith, readWord, readYesNo, required } from './read.ts';
import { checkShape } from './schema.ts';
import { attribute, child, children, filled, parseRoot, type XmlElement } from './xml.ts';

export { formatInterface } from './interface-format.ts';

/** What each type may have below it. */
const allowedBelow = { bridge: ['ethernet', 'bond', 'vlan'], bond: ['ethernet'] } as const;

/** Bytes; libvirt's limit. */
const largestMtu = 100_000;

/**
 * Reads an `<interface>` document of a host.
 *
 * @throws `xml-malformed`, `xml-root`, `schema-invalid`, and `xml-invalid` for everything else.
 */
export function parseInterface(xml: string, options: { validate?: boolean } = {}): HostInterface {
  const root = parseRoot(xml, '(interface_definition)', 'interface');
  if (options.validate === true) checkShape(root, interfaceShape);
  return reading(root, () => readInterface(root));
}

function readInterface(root: XmlElement): HostInterface {
  const type = readType(root, ['ethernet', 'bridge', 'bond', 'vlan']);
  const base = readBase(root);
  switch (type) {
    case 'ethernet':
      return { ...base, type, ...readEthernet(root) };
    case 'bridge':
      return { ...base, type, ...readBridge(root) };
    case 'bond':
      return { ...base, type, ...readBond(root) };
    case 'vlan':
      return { ...base, type, ...readVlan(root) };
    default:
      return assertNever(type);
  }
}

function readBase(root: XmlElement): InterfaceBase {
  const [start, mtu] = [child(root, 'start'), child(root, 'mtu')];
  const size = mtu && readNumber(mtu, 'size');
  if (size !== undefined && size > largestMtu) {
    throw new ViaductError('xml-invalid', `value of the 'size' attribute of 'mtu' element must be at most ${largestMtu}`);
  }
  return {
    name: readName(root),
    protocols: readEach(root, 'protocol', parseProtocol),
    ...present({
      start: start && readKnown(start, 'mode', ['onboot', 'none', 'hotplug'], 'interface startmode'),
      mtu: size || undefined,
      link: readLink(root),
    }),
  };
}

/** One word of a list, refused in libvirt's older sentence. */
function readKnown<const Words extends readonly string[]>(
  element: XmlElement,
  name: string,
  words: Words,
  unknown: string,
): Words[number] | undefined {
  const known = (text: string) => words.find((word) => word === text);
  return readWith(element, name, known, 'xml-invalid', (text) => `unknown ${unknown} ${text}`);
}

function readName(element: XmlElement): string {
  const name = required(element, 'name', 'xml-invalid', 'interface has no name');
  if (/[\s/\p{Cc}]/u.test(name))
    throw new ViaductError('xml-invalid', `invalid interface name '${name}'`, { hint: 'A name has no blank and no slash.' });
  return name;
}

function readType<const Types extends readonly string[]>(element: XmlElement, types: Types): Types[number] {
  const type = readWord(element, 'type', types);
  if (type !== undefined) return type;
  throw new ViaductError('xml-invalid', "Missing required attribute 'type' in element 'interface'", {
    hint: `Use one of: ${types.join(', ')}.`,
  });
}

function parseProtocol(element: XmlElement): InterfaceProtocol {
  const family = required(element, 'family', 'xml-invalid', 'protocol misses the family attribute');
  if (family !== 'ipv4' && family !== 'ipv6') throw new ViaductError('xml-invalid', `unsupported protocol family '${family}'`);
  const [dhcp, route] = [child(element, 'dhcp'), child(element, 'route')];
  return {
    family,
    ips: children(element, 'ip').map((ip) => readAddress(ip, family)),
    ...present({
      autoconf: family === 'ipv6' && child(element, 'autoconf') !== undefined ? true : undefined,
      dhcp: dhcp && present({ peerDns: readYesNo(dhcp, 'peerdns') }),
      gateway: route && filled(route, 'gateway'),
    }),
  };
}

function readAddress(element: XmlElement, family: 'ipv4' | 'ipv6'): InterfaceProtocol['ips'][number] {
  const address = required(element, 'address', 'xml-invalid', `${family} protocol has an <ip> without address`);
  const prefix = readNumber(element, 'prefix');
  if (parseAddress(address)?.family !== family) throw new ViaductError('xml-invalid', `invalid ${family} address '${address}'`);
  if (prefix !== undefined && prefix > addressBits(family))
    throw new ViaductError('xml-invalid', `invalid prefix ${prefix} of address '${address}'`);
  return { address, ...present({ prefix }) };
}

const linkStates = ['unknown', 'notpresent', 'down', 'lowerlayerdown', 'testing', 'dormant', 'up'] as const;

function readLink(parent: XmlElement): LinkStatus | undefined {
  const link = child(parent, 'link');
  const status = link && present({ speed: readNumber(link, 'speed'), state: readWord(link, 'state', linkStates) });
  return status === undefined || Object.keys(status).length === 0 ? undefined : status;
}

function readEthernet(parent: XmlElement): { mac?: Mac } {
  const mac = child(parent, 'mac');
  return present({
    mac: mac && readWith(mac, 'address', parseMac, 'xml-invalid', (text) => `malformed MAC address '${text}' of interface`),
  });
}

function readBridge(root: XmlElement) {
  const element = typeElement(root, 'bridge');
  const stp = readWord(element, 'stp', ['on', 'off']);
  const filtering = readWord(element, 'vlanFiltering', ['on', 'off']);
  return {
    ports: readParts(element, 'bridge'),
    ...readEthernet(root),
    ...present({
      stp: stp === undefined ? undefined : stp === 'on',
      delay: readWith(element, 'delay', parseSeconds, 'xml-invalid', (text) => `Invalid bridge delay '${text}', expected seconds`),
      vlanFiltering: filtering === 'on' ? true : undefined,
    }),
  };
}

function parseSeconds(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** What lies below a bridge or bond: it has no start, mtu or protocol of its own. */
function readParts(element: XmlElement, holder: 'bridge' | 'bond'): readonly InterfacePart[] {
  return children(element, 'interface').map((part) => {
    const type = readType(part, ['ethernet', 'bridge', 'bond', 'vlan']);
    const allowed: readonly string[] = allowedBelow[holder];
    if (type === 'bridge' || !allowed.includes(type)) {
      throw new ViaductError('xml-invalid', `interface has unsupported type '${type}' in a ${holder}`, {
        hint: `It takes: ${allowed.join(', ')}.`,
      });
    }
    const base = { name: readName(part), ...present({ link: readLink(part) }) };
    if (type === 'ethernet') return { ...base, type, ...readEthernet(part) };
    return type === 'bond' ? { ...base, type, ...readBond(part) } : { ...base, type, ...readVlan(part) };
  });
}

function readBond(parent: XmlElement): BondPart {
  const element = typeElement(parent, 'bond');
  const [miimon, arpmon] = [child(element, 'miimon'), child(element, 'arpmon')];
  const modes = ['balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb'] as const;
  return {
    ports: readParts(element, 'bond'),
    ...present({
      mode: readKnown(element, 'mode', modes, 'bonding mode'),
      miimon: miimon && readMiimon(miimon),
      arpmon: arpmon && readArpmon(arpmon),
    }),
  };
}

function readMiimon(element: XmlElement): NonNullable<BondPart['miimon']> {
  const freq = readNumber(element, 'freq');
  if (freq === undefined) throw new ViaductError('xml-invalid', 'bond interface miimon freq missing or invalid');
  return {
    freq,
    ...present({
      downDelay: readNumber(element, 'downdelay') || undefined,
      upDelay: readNumber(element, 'updelay') || undefined,
      carrier: readKnown(element, 'carrier', ['ioctl', 'netif'], 'mii bonding carrier'),
    }),
  };
}

function readArpmon(element: XmlElement): NonNullable<BondPart['arpmon']> {
  const interval = readNumber(element, 'interval');
  if (interval === undefined) throw new ViaductError('xml-invalid', 'bond interface arpmon interval missing or invalid');
  return {
    interval,
    target: required(element, 'target', 'xml-invalid', 'bond interface arpmon target missing'),
    ...present({ validate: readKnown(element, 'validate', ['none', 'active', 'backup', 'all'], 'arp bonding validate') }),
  };
}

function readVlan(parent: XmlElement): VlanPart {
  const element = typeElement(parent, 'vlan');
  const tag = readNumber(element, 'tag');
  if (tag === undefined) throw new ViaductError('xml-invalid', 'vlan interface misses the tag attribute');
  const problem = vlanIdProblem(tag);
  if (problem !== undefined) throw new ViaductError('xml-invalid', `vlan tag ${tag} is not from 1 to 4094: ${problem}`);
  const lower = child(element, 'interface');
  const name = lower && attribute(lower, 'name');
  if (!name)
    throw new ViaductError('xml-invalid', 'vlan interface misses name attribute', { hint: "Add <interface name='…'/> inside <vlan>." });
  const protocol = readWord(element, 'protocol', ['802.1Q', '802.1ad']);
  return { tag, lower: name, ...(protocol === '802.1ad' && { protocol }) };
}

function typeElement(parent: XmlElement, type: 'bridge' | 'bond' | 'vlan'): XmlElement {
  const element = child(parent, type);
  if (element !== undefined) return element;
  throw new ViaductError('xml-invalid', `${type} interface misses the ${type} element`);
}
