import { canonicalAddress } from '../../model/address.ts';
import { ViaductError } from '../../model/errors.ts';
import type { DevicePool, Forward, Nat } from '../../model/network.ts';
import { parsePciAddress, pciAttributes } from './pci.ts';
import { parseDecimal, present, readWith, readYesNo, required } from './read.ts';
import { attribute, child, children, filled, type XmlElement } from './xml.ts';
import { element as out, yesNo, type XmlOut } from './xml-writer.ts';

const modes = ['nat', 'route', 'open', 'bridge', 'private', 'vepa', 'passthrough', 'hostdev'] as const;

/** Without a mode it is nat. */
export function parseForward(element: XmlElement, network: string): Forward {
  const text = filled(element, 'mode') ?? 'nat';
  if (text === 'none') return { mode: 'isolated' };
  const mode = modes.find((known) => known === text);
  if (mode === undefined) {
    throw new ViaductError('config-unsupported', `unknown forwarding type '${text}'`, { hint: `Use one of: ${modes.join(', ')}.` });
  }
  const nat = parseNat(element, mode, network);
  const pool = parsePool(element, network);
  if (mode === 'nat' || mode === 'route' || mode === 'open') {
    const uplink = onlyDevice(pool, mode, network);
    if (mode === 'open') return { mode };
    return mode === 'nat' ? { mode, ...present({ uplink, nat }) } : { mode, ...present({ uplink }) };
  }
  return mode === 'hostdev' ? { mode, managed: attribute(element, 'managed') === 'yes', ...pool } : { mode, ...pool };
}

function parsePool(element: XmlElement, network: string): DevicePool {
  const dev = filled(element, 'dev');
  const listed = children(element, 'interface').map((item) =>
    required(item, 'dev', 'xml-invalid', `Missing required dev attribute in <forward> <interface> element of network ${network}`),
  );
  const [pf, second] = children(element, 'pf').map((item) =>
    required(item, 'dev', 'xml-invalid', `Missing required dev attribute in <pf> element of network '${network}'`),
  );
  if (second !== undefined) throw new ViaductError('xml-invalid', `Only one <pf> element is allowed in <forward> of network ${network}`);
  const addresses = children(element, 'address').map((address) => {
    const type = required(address, 'type', 'xml-invalid', `missing address type in network ${network}`, "Add type='pci'.");
    if (type !== 'pci') throw new ViaductError('config-unsupported', `unknown address type '${type}' in network ${network}`);
    return parsePciAddress(address);
  });
  if (dev !== undefined && (pf !== undefined || addresses.length > 0)) {
    throw new ViaductError(
      'xml-invalid',
      `the <forward> 'dev' attribute cannot be used when <address> or <pf> sub-elements are present in network ${network}`,
    );
  }
  if (dev !== undefined && listed[0] !== undefined && listed[0] !== dev) {
    throw new ViaductError('xml-invalid', `<forward dev='${dev}'> must match first <interface dev='${listed[0]}'/> in network ${network}`);
  }
  const interfaces = listed.length === 0 && dev !== undefined ? [dev] : listed;
  return { interfaces, addresses, ...present({ pf, driver: parseDriver(element, network) }) };
}

function parseDriver(forward: XmlElement, network: string): DevicePool['driver'] {
  const element = child(forward, 'driver');
  if (element === undefined) return undefined;
  const driver = present({ name: filled(element, 'name'), model: filled(element, 'model') });
  if (driver.name !== undefined && driver.name !== 'vfio' && driver.name !== 'kvm') {
    throw new ViaductError('config-unsupported', `Unknown forward <driver name='${driver.name}'/> in network ${network}`);
  }
  return driver.name === undefined && driver.model === undefined ? undefined : driver;
}

/** The one way out of a network that the host routes for. */
function onlyDevice({ interfaces, pf, addresses }: DevicePool, mode: 'nat' | 'route' | 'open', network: string): string | undefined {
  if (pf !== undefined || addresses.length > 0) {
    throw new ViaductError(
      'config-unsupported',
      `network '${network}' has forward mode '${mode}' but lists a device by PCI address in the device pool. This is only supported for networks with forward mode 'hostdev'`,
    );
  }
  if (mode === 'open' && interfaces.length > 0) {
    throw new ViaductError('xml-invalid', `forward dev not allowed for network '${network}' with forward mode='open'`);
  }
  if (interfaces.length > 1) {
    throw new ViaductError('xml-invalid', `multiple forwarding interfaces specified for network '${network}', only one is supported`);
  }
  return interfaces[0];
}

/** Undefined when it says nothing. */
function parseNat(forward: XmlElement, mode: string, network: string): Nat | undefined {
  const [element, second] = children(forward, 'nat');
  if (element === undefined) return undefined;
  if (second !== undefined) throw new ViaductError('xml-invalid', `Only one <nat> element is allowed in <forward> of network ${network}`);
  if (mode !== 'nat') {
    throw new ViaductError('xml-invalid', `The <nat> element can only be used when <forward> 'mode' is 'nat' in network ${network}`);
  }
  const inNat = `in <nat> in <forward> in network ${network}`;
  const [address, port] = (['address', 'port'] as const).map((name) => {
    const found = children(element, name);
    if (found.length > 1) throw new ViaductError('xml-invalid', `Only one <${name}> element is allowed ${inNat}`);
    return found[0];
  });
  const end = (range: XmlElement, name: string) =>
    canonicalAddress(required(range, name, 'xml-invalid', `missing '${name}' attribute in <address> element ${inNat}`));
  const portEnd = (range: XmlElement, name: string) => {
    const refusal = `Missing or invalid '${name}' attribute in <port> ${inNat}`;
    const value = readWith(range, name, parseDecimal, 'xml-value', () => refusal);
    if (value === undefined) throw new ViaductError('xml-value', refusal);
    return value;
  };
  const nat: Nat = present({
    ipv6: readYesNo(element, 'ipv6'),
    address: address && { start: end(address, 'start'), end: end(address, 'end') },
    port: port && { start: portEnd(port, 'start'), end: portEnd(port, 'end') },
  });
  return Object.keys(nat).length === 0 ? undefined : nat;
}

/** How the ports of a running network's pool are counted, by device name. */
export interface ForwardView {
  readonly live: boolean;
  readonly connections: ReadonlyMap<string, number>;
}

/** The ports that libvirt masquerades to unless told otherwise; it shows them while the network runs. */
const defaultPorts = { start: 1024, end: 65535 } as const;

/** Nothing for an isolated network. */
export function formatForward(forward: Forward, { live, connections }: ForwardView): readonly XmlOut[] {
  const { mode } = forward;
  if (mode === 'isolated') return [];
  const device = (dev: string) => out('interface', { dev, connections: connections.get(dev) || undefined });
  if (mode === 'nat' || mode === 'route' || mode === 'open') {
    const uplink = mode === 'open' ? undefined : forward.uplink;
    const nat = mode !== 'nat' ? undefined : live ? { ...forward.nat, port: forward.nat?.port ?? defaultPorts } : forward.nat;
    return [
      out('forward', { dev: uplink, mode }, [
        ...(nat === undefined ? [] : [formatNat(nat)]),
        ...(uplink === undefined ? [] : [device(uplink)]),
      ]),
    ];
  }
  // What a physical function provides is found when the network starts; its definition does not list it.
  const listed = forward.pf === undefined || live;
  return [
    out(
      'forward',
      {
        dev: forward.pf === undefined ? forward.interfaces[0] : undefined,
        mode,
        managed: mode === 'hostdev' ? yesNo(forward.managed ?? false) : undefined,
      },
      [
        ...(forward.driver === undefined ? [] : [out('driver', { name: forward.driver.name, model: forward.driver.model })]),
        ...(forward.pf === undefined ? [] : [out('pf', { dev: forward.pf })]),
        ...(listed ? forward.interfaces.map(device) : []),
        ...(listed ? forward.addresses.map((address) => out('address', pciAttributes(address, 'pci'))) : []),
      ],
    ),
  ];
}

function formatNat({ ipv6, address, port }: Nat): XmlOut {
  return out('nat', { ipv6: yesNo(ipv6) }, [
    ...(address === undefined ? [] : [out('address', { start: address.start, end: address.end })]),
    ...(port === undefined ? [] : [out('port', { start: port.start, end: port.end })]),
  ]);
}
