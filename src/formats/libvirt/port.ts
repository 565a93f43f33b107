import { assertNever, ViaductError } from '../../model/errors.ts';
import type { Plug, Port } from '../../model/port.ts';
import { parseMac, parseUuid, type Mac, type Uuid } from '../../model/units.ts';
import { formatBandwidth, parseBandwidth } from './bandwidth.ts';
import { bandwidthShape, pciAddressShape, virtualPortShape, vlanShape } from './network-schema.ts';
import { parsePciAddress, pciAttributes } from './pci.ts';
import { readChild, reading } from './place.ts';
import { present, readWord, readYesNo, required } from './read.ts';
import { checkShape, textShape, yesNoWords, type Shape } from './schema.ts';
import { formatVirtualPort, parseVirtualPort } from './virtual-port.ts';
import { formatVlan, parseVlan } from './vlan.ts';
import { attribute, child, childText, parseRoot, type XmlElement } from './xml.ts';
import { element as out, writeXml, yesNo, type XmlOut } from './xml-writer.ts';

/** A port as its document says it; which network it belongs to is known from elsewhere. */
export type PortDocument = Omit<Port, 'network'>;

/**
 * Reads a `<networkport>` document. One without a plug asks for one to be chosen.
 *
 * @throws `xml-malformed`, `xml-root`, `schema-invalid`, `port-invalid`, `xml-invalid`, `xml-value`, `config-unsupported`.
 */
export function parsePort(xml: string, options: { validate?: boolean } = {}): PortDocument {
  const root = parseRoot(xml, '(networkport)', 'networkport');
  if (options.validate === true) checkShape(root, portShape);
  return reading(root, () => readPort(root));
}

function readPort(root: XmlElement): PortDocument {
  const owner = child(root, 'owner');
  const part = <Value>(name: string, parse: (found: XmlElement) => Value | undefined) => readChild(root, name, parse);
  return {
    uuid: readUuid(root, 'network port has no uuid'),
    owner: {
      name: (owner && childText(owner, 'name')) ?? missing('network port has no owner name'),
      uuid: owner === undefined ? missing('network port has no owner UUID') : readUuid(owner, 'network port has no owner UUID'),
    },
    mac: readMac(child(root, 'mac')),
    plug: part('plug', parsePlug) ?? { type: 'none' },
    ...present({
      group: childText(root, 'group'),
      virtualPort: part('virtualport', (found) => parseVirtualPort(found, false)),
      bandwidth: part('bandwidth', parseBandwidth),
      vlan: part('vlan', parseVlan),
      isolated: part('port', (found) => readYesNo(found, 'isolated')),
      trustGuestRxFilters: part('rxfilters', (found) => readYesNo(found, 'trustGuest')),
    }),
  };
}

/** Not like other mistakes in a document: libvirt calls these internal errors. */
function missing(message: string): never {
  throw new ViaductError('port-invalid', message);
}

function readUuid(parent: XmlElement, absent: string): Uuid {
  const text = childText(parent, 'uuid');
  if (text === undefined) return missing(absent);
  return parseUuid(text) ?? missing(`Unable to parse UUID '${text}'`);
}

function readMac(element: XmlElement | undefined): Mac {
  const text = element && attribute(element, 'address');
  if (text === undefined) return missing('network port has no mac');
  return parseMac(text) ?? missing(`Unable to parse MAC '${text}'`);
}

function parsePlug(element: XmlElement): Plug {
  const type = readWord(element, 'type', ['none', 'network', 'bridge', 'direct', 'hostdev-pci']);
  switch (type) {
    case undefined:
      throw new ViaductError('xml-invalid', 'Missing network port plug type');
    case 'none':
      return { type };
    case 'network':
    case 'bridge':
      return {
        type,
        bridge: required(element, 'bridge', 'xml-invalid', 'Missing network port bridge name'),
        ...present({ macTableManager: readWord(element, 'macTableManager', ['kernel', 'libvirt']) }),
      };
    case 'direct':
      return {
        type,
        dev: required(element, 'dev', 'xml-invalid', 'Missing network port link device name'),
        mode: readWord(element, 'mode', ['bridge', 'private', 'vepa', 'passthrough']) ?? 'vepa',
      };
    case 'hostdev-pci': {
      const [address, driver] = [child(element, 'address'), child(element, 'driver')];
      if (address === undefined) throw new ViaductError('xml-invalid', 'Missing network port PCI address');
      return {
        type,
        address: parsePciAddress(address),
        ...present({
          managed: readYesNo(element, 'managed'),
          driver: driver && present({ name: readWord(driver, 'name', ['vfio', 'kvm', 'xen']), model: attribute(driver, 'model') }),
        }),
      };
    }
    default:
      return assertNever(type);
  }
}

/** The document as libvirt prints it. */
export function formatPort(port: PortDocument): string {
  const { uuid, owner, group, mac, virtualPort, bandwidth, vlan, isolated, trustGuestRxFilters, plug } = port;
  return writeXml(
    out('networkport', {}, [
      out('uuid', {}, uuid),
      out('owner', {}, [out('name', {}, owner.name), out('uuid', {}, owner.uuid)]),
      ...(group === undefined ? [] : [out('group', {}, group)]),
      out('mac', { address: mac }),
      ...(virtualPort === undefined ? [] : [formatVirtualPort(virtualPort)]),
      ...(bandwidth === undefined ? [] : [formatBandwidth(bandwidth)]),
      ...(vlan === undefined ? [] : [formatVlan(vlan)]),
      ...(isolated === undefined ? [] : [out('port', { isolated: yesNo(isolated) })]),
      ...(trustGuestRxFilters === undefined ? [] : [out('rxfilters', { trustGuest: yesNo(trustGuestRxFilters) })]),
      ...formatPlug(plug),
    ]),
  );
}

function formatPlug(plug: Plug): readonly XmlOut[] {
  switch (plug.type) {
    case 'none':
      return [];
    case 'network':
    case 'bridge':
      return [out('plug', { type: plug.type, bridge: plug.bridge, macTableManager: plug.macTableManager })];
    case 'direct':
      return [out('plug', { type: plug.type, dev: plug.dev, mode: plug.mode })];
    case 'hostdev-pci':
      return [
        out('plug', { type: plug.type, managed: yesNo(plug.managed) }, [
          ...(plug.driver === undefined ? [] : [out('driver', { name: plug.driver.name, model: plug.driver.model })]),
          out('address', pciAttributes(plug.address)),
        ]),
      ];
    default:
      return assertNever(plug);
  }
}

const portShape: Shape = {
  children: {
    uuid: textShape,
    owner: { children: { name: textShape, uuid: textShape } },
    group: textShape,
    mac: { attributes: { address: 'any' } },
    virtualport: virtualPortShape,
    bandwidth: bandwidthShape,
    vlan: vlanShape,
    port: { attributes: { isolated: yesNoWords } },
    rxfilters: { attributes: { trustGuest: yesNoWords } },
    plug: {
      attributes: { type: 'any', bridge: 'any', macTableManager: ['kernel', 'libvirt'], dev: 'any', mode: 'any', managed: yesNoWords },
      children: { address: pciAddressShape, driver: { attributes: { name: 'any', model: 'any' } } },
    },
  },
};
