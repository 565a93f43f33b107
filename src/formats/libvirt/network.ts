import { blamedPath } from '../../model/blame.ts';
import { ViaductError } from '../../model/errors.ts';
import { isMulticastMac, parseMac, parseUuid, type Mac, type Uuid } from '../../model/units.ts';
import { ownsBridge, type Bridge, type Network, type NetworkDraft, type PortGroup } from '../../model/network.ts';
import { validateNetwork, validateNewDefinition } from '../../model/validate.ts';
import { formatBandwidth, parseBandwidth } from './bandwidth.ts';
import { dnsOf, formatDns, parseDomain } from './dns.ts';
import { formatForward, parseForward } from './forward.ts';
import { joinExtensions, splitExtensions } from './extensions.ts';
import { formatIp, formatRoute, parseIp, parseRoute } from './ip.ts';
import { parseMetadata } from './metadata.ts';
import { networkShape } from './network-schema.ts';
import { elementOf, readChild, readEach, reading, standsAt } from './place.ts';
import { parseDecimal, present, readWith, readYesNo, required } from './read.ts';
import { checkShape } from './schema.ts';
import { formatVirtualPort, parseVirtualPort } from './virtual-port.ts';
import { formatVlan, parseVlan } from './vlan.ts';
import { attribute, child, childText, elementsOf, filled, parseRoot, type XmlElement } from './xml.ts';
import { block, element as out, writeXml, yesNo, type XmlPiece } from './xml-writer.ts';

/** Of `<dnsmasq:options>`, whatever prefix a document gives it. */
export const dnsmasqNamespace = 'http://libvirt.org/schemas/network/dnsmasq/1.0';

export interface ParseOptions {
  /** Refuse elements and attributes nobody knows, which are ignored otherwise. */
  readonly validate?: boolean;
  /** A definition of ours, accepted before: what only new ones are held to is not asked of it. */
  readonly stored?: boolean;
}

/**
 * Reads a `<network>` document and checks what it means.
 *
 * @throws `xml-malformed`, `xml-root`, `schema-invalid`, and what `validateNetwork` throws.
 */
export function parseNetwork(xml: string, { validate = false, stored = false }: ParseOptions = {}): NetworkDraft {
  const root = parseRoot(xml, '(network_definition)', 'network');
  if (validate) checkShape(root, networkShape);
  const draft = reading(root, () => readNetwork(root));
  try {
    validateNetwork(draft);
    if (!stored) validateNewDefinition(draft);
  } catch (error) {
    throw standsAt(elementOf(root, blamedPath(error, draft)), error);
  }
  return draft;
}

function readNetwork(root: XmlElement): NetworkDraft {
  const name = childText(root, 'name');
  if (name === undefined) throw new ViaductError('name-missing', 'missing name information', { hint: 'Add <name>…</name>.' });
  const forward = readChild(root, 'forward', (found) => parseForward(found, name)) ?? ({ mode: 'isolated' } as const);
  const part = <Value>(element: string, parse: (found: XmlElement) => Value | undefined) => readChild(root, element, parse);
  return {
    name,
    forward,
    ...splitExtensions(part('metadata', parseMetadata) ?? []),
    ips: readEach(root, 'ip', (ip) => parseIp(ip, name)),
    routes: readEach(root, 'route', (route) => parseRoute(route, name)),
    portGroups: readEach(root, 'portgroup', parsePortGroup),
    dnsmasqOptions: readOptions(root, name),
    ...present({
      uuid: readUuid(root),
      title: childText(root, 'title'),
      description: childText(root, 'description'),
      ipv6: readIpv6(root, name),
      trustGuestRxFilters: readYesNo(root, 'trustGuestRxFilters'),
      bridge: part('bridge', (bridge) => parseBridge(bridge, name, ownsBridge({ forward }))),
      mtu: part(
        'mtu',
        (mtu) =>
          readWith(mtu, 'size', parseDecimal, 'xml-invalid', (text) => `Invalid mtu size '${text}' in network '${name}'`) || undefined,
      ),
      mac: part('mac', (mac) => parseBridgeMac(mac, name)),
      domain: part('domain', parseDomain),
      dns: dnsOf(root, name),
      vlan: part('vlan', parseVlan),
      bandwidth: part('bandwidth', parseBandwidth),
      portIsolated: part('port', (port) => readYesNo(port, 'isolated')),
      virtualPort: part('virtualport', (virtualPort) => parseVirtualPort(virtualPort, true)),
    }),
  };
}

function readUuid(root: XmlElement): Uuid | undefined {
  const text = childText(root, 'uuid');
  const uuid = text === undefined ? undefined : parseUuid(text);
  if (text !== undefined && uuid === undefined) {
    throw new ViaductError('uuid-invalid', 'malformed uuid element', { hint: `'${text}' is no UUID; leave it out to get a new one.` });
  }
  return uuid;
}

/** "no" is the default and is not kept. */
function readIpv6(root: XmlElement, network: string): true | undefined {
  const text = attribute(root, 'ipv6');
  if (text === undefined || text === 'no') return undefined;
  if (text !== 'yes')
    throw new ViaductError('xml-invalid', `Invalid ipv6 setting '${text}' in network '${network}'`, { hint: 'Use one of: yes, no.' });
  return true;
}

/** On a bridge that is not ours, a delay of 0 says nothing. Undefined when nothing is said. */
function parseBridge(element: XmlElement, network: string, owned: boolean): Bridge | undefined {
  const stp = attribute(element, 'stp');
  const delay = readWith(element, 'delay', parseDecimal, 'xml-invalid', () => `Invalid delay value in network '${network}'`);
  const managers = ['kernel', 'libvirt'] as const;
  const manager = (text: string) => managers.find((known) => known === text);
  const bridge: Bridge = present({
    name: filled(element, 'name'),
    zone: filled(element, 'zone'),
    stp: stp === undefined ? undefined : stp !== 'off',
    delay: delay === 0 && !owned ? undefined : delay,
    macTableManager: readWith(
      element,
      'macTableManager',
      manager,
      'xml-invalid',
      (text) => `Invalid macTableManager setting '${text}' in network '${network}'`,
    ),
  });
  return Object.keys(bridge).length === 0 ? undefined : bridge;
}

function parseBridgeMac(element: XmlElement, network: string): Mac | undefined {
  const text = filled(element, 'address');
  if (text === undefined) return undefined;
  const mac = parseMac(text);
  if (mac === undefined) throw new ViaductError('xml-invalid', `Invalid bridge mac address '${text}' in network '${network}'`);
  if (isMulticastMac(mac)) throw new ViaductError('xml-invalid', `Invalid multicast bridge mac address '${mac}' in network '${network}'`);
  return mac;
}

export function parsePortGroup(element: XmlElement): PortGroup {
  const [virtualPort, vlan, bandwidth] = [child(element, 'virtualport'), child(element, 'vlan'), child(element, 'bandwidth')];
  return {
    name: required(element, 'name', 'xml-invalid', 'Missing required name attribute in portgroup'),
    ...present({
      default: attribute(element, 'default') === 'yes' ? true : undefined,
      trustGuestRxFilters: readYesNo(element, 'trustGuestRxFilters'),
      virtualPort: virtualPort && parseVirtualPort(virtualPort, false),
      vlan: vlan && parseVlan(vlan),
      bandwidth: bandwidth && parseBandwidth(bandwidth),
    }),
  };
}

function readOptions(root: XmlElement, network: string): readonly string[] {
  const [options] = ofDnsmasq(root, 'options');
  if (options === undefined) return [];
  return ofDnsmasq(options, 'option').map((option) =>
    required(option, 'value', 'xml-invalid', `No dnsmasq options value specified in network '${network}'`),
  );
}

function ofDnsmasq(parent: XmlElement, name: string): readonly XmlElement[] {
  return elementsOf(parent).filter((element) => element.name === name && element.namespace === dnsmasqNamespace);
}

export interface FormatOptions {
  /** Ports of the whole network, shown when there are any. */
  readonly connections?: number;
  /** Ports of each device of the pool. */
  readonly poolConnections?: ReadonlyMap<string, number>;
  /** A running network also shows the ports that are masqueraded to. */
  readonly live?: boolean;
}

/** The document as libvirt prints it, to the byte. */
export function formatNetwork(network: Network | NetworkDraft, options: FormatOptions = {}): string {
  const { name, uuid, title, description, mtu, mac, domain, dns, vlan, bandwidth, portIsolated, virtualPort } = network;
  const owned = ownsBridge(network);
  const metadata = joinExtensions(network);
  const attributes = {
    'xmlns:dnsmasq': network.dnsmasqOptions.length > 0 ? dnsmasqNamespace : undefined,
    connections: options.connections || undefined,
    ipv6: network.ipv6 === true ? 'yes' : undefined,
    trustGuestRxFilters: yesNo(network.trustGuestRxFilters),
  };
  return writeXml(
    out('network', attributes, [
      ...textElement('name', name),
      ...textElement('uuid', uuid),
      ...textElement('title', title),
      ...textElement('description', description),
      ...(metadata.length === 0
        ? []
        : [
            out(
              'metadata',
              {},
              metadata.map(({ xml }) => ({ lines: xml })),
            ),
          ]),
      ...formatForward(network.forward, { live: options.live ?? false, connections: options.poolConnections ?? new Map() }),
      ...formatBridge(network.bridge, owned),
      ...(mtu === undefined ? [] : [out('mtu', { size: mtu })]),
      ...(mac === undefined ? [] : [out('mac', { address: mac })]),
      ...(domain === undefined
        ? []
        : [out('domain', { name: domain.name, localOnly: yesNo(domain.localOnly), register: yesNo(domain.register) })]),
      ...(dns === undefined ? [] : [formatDns(dns)]),
      ...(vlan === undefined ? [] : [formatVlan(vlan)]),
      ...(bandwidth === undefined ? [] : [formatBandwidth(bandwidth)]),
      ...(portIsolated === undefined ? [] : [out('port', { isolated: yesNo(portIsolated) })]),
      ...network.ips.map(formatIp),
      ...network.routes.map(formatRoute),
      ...(virtualPort === undefined ? [] : [formatVirtualPort(virtualPort)]),
      ...network.portGroups.map(formatPortGroup),
      ...formatOptions(network.dnsmasqOptions),
    ]),
  );
}

function textElement(name: string, value: string | undefined): readonly XmlPiece[] {
  return value === undefined ? [] : [out(name, {}, value)];
}

/** Ours always shows its spanning tree and delay; the host's own never does. */
function formatBridge(bridge: Bridge | undefined, owned: boolean): readonly XmlPiece[] {
  const { name, zone, stp, delay, macTableManager } = bridge ?? {};
  if (owned) return [out('bridge', { name, zone, stp: stp === false ? 'off' : 'on', delay: delay ?? 0, macTableManager })];
  return bridge === undefined ? [] : [out('bridge', { name, macTableManager })];
}

function formatPortGroup({ name, default: isDefault, trustGuestRxFilters, vlan, virtualPort, bandwidth }: PortGroup): XmlPiece {
  return block('portgroup', { name, default: isDefault === true ? 'yes' : undefined, trustGuestRxFilters: yesNo(trustGuestRxFilters) }, [
    ...(vlan === undefined ? [] : [formatVlan(vlan)]),
    ...(virtualPort === undefined ? [] : [formatVirtualPort(virtualPort)]),
    ...(bandwidth === undefined ? [] : [formatBandwidth(bandwidth)]),
  ]);
}

function formatOptions(options: readonly string[]): readonly XmlPiece[] {
  if (options.length === 0) return [];
  return [
    out(
      'dnsmasq:options',
      {},
      options.map((value) => out('dnsmasq:option', { value })),
    ),
  ];
}
