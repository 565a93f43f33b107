import { canonicalAddress } from '../../model/address.ts';
import { ViaductError } from '../../model/errors.ts';
import { guardNames, type Guard } from '../../model/guard.ts';
import type { MetadataElement, Network, NetworkDraft } from '../../model/network.ts';
import { validateForwards, type PortForward } from '../../model/port-forward.ts';
import { asMetadata } from './metadata.ts';
import { parseDecimal, present, readWith, readWord, readYesNo, required } from './read.ts';
import { elementsOf, filled, parseXml, type XmlElement } from './xml.ts';
import { element as out, writeXml, yesNo } from './xml-writer.ts';

/**
 * What Viaduct adds to a network, as elements of its own in `<metadata>`: libvirt keeps them and their order.
 * Each has a namespace of its own, because libvirt keeps only one element of a namespace.
 */
export const forwardsNamespace = 'urn:viaduct:forwards';
export const guardNamespace = 'urn:viaduct:guard';

export type Extensions = Pick<NetworkDraft, 'forwards' | 'guard'>;

/** Takes our elements out of the metadata and reads them. */
export function splitExtensions(metadata: readonly MetadataElement[]): Extensions & { readonly metadata: readonly MetadataElement[] } {
  const read = <Value>(uri: string, parse: (element: XmlElement) => Value) => {
    const found = metadata.find((element) => element.uri === uri);
    return found && parse(parseXml(found.xml, '(metadata)'));
  };
  const forwards = read(forwardsNamespace, readForwards);
  return {
    metadata: metadata.filter(({ uri }) => uri !== forwardsNamespace && uri !== guardNamespace),
    ...present({ forwards: forwards?.length === 0 ? undefined : forwards, guard: read(guardNamespace, readGuard) }),
  };
}

/** The metadata with our elements after everybody else's. */
export function joinExtensions({
  metadata,
  forwards,
  guard,
}: Pick<NetworkDraft, 'metadata' | 'forwards' | 'guard'>): readonly MetadataElement[] {
  return [
    ...metadata,
    ...(forwards === undefined ? [] : [{ uri: forwardsNamespace, xml: writeForwards(forwards) }]),
    ...(guard === undefined ? [] : [{ uri: guardNamespace, xml: writeGuard(guard) }]),
  ];
}

/** An edit of the metadata as everybody sees it, ours included. */
export function editMetadata(network: Network, edit: (whole: Network) => Network): Network {
  const { forwards: _forwards, guard: _guard, ...edited } = edit({ ...network, metadata: joinExtensions(network) });
  const changed: Network = { ...edited, ...splitExtensions(edited.metadata) };
  validateForwards(changed);
  return changed;
}

function readForwards(root: XmlElement): readonly PortForward[] {
  return elementsOf(root)
    .filter(({ name, namespace }) => name === 'forward' && namespace === forwardsNamespace)
    .map((element) => {
      const start = readPort(element, 'port') ?? missing(element, 'port');
      return {
        protocol: readWord(element, 'protocol', ['tcp', 'udp']) ?? missing(element, 'protocol'),
        ...present({ address: filled(element, 'address') === undefined ? undefined : canonicalAddress(filled(element, 'address')!) }),
        ports: { start, end: readPort(element, 'end') ?? start },
        to: canonicalAddress(required(element, 'to', 'xml-invalid', "Missing required attribute 'to' in element 'forward'")),
        toPort: readPort(element, 'toPort') ?? start,
      };
    });
}

function writeForwards(forwards: readonly PortForward[]): string {
  const children = forwards.map(({ protocol, address, ports, to, toPort }) =>
    out('viaduct:forward', { protocol, address, port: ports.start, end: ports.end === ports.start ? undefined : ports.end, to, toPort }),
  );
  return asMetadata(writeXml(out('viaduct:forwards', { 'xmlns:viaduct': forwardsNamespace }, children)));
}

function readGuard(root: XmlElement): Guard {
  return present(Object.fromEntries(guardNames.map((name) => [name, readYesNo(root, name)])));
}

function writeGuard(guard: Guard): string {
  const attributes = Object.fromEntries(guardNames.map((name) => [name, yesNo(guard[name])]));
  return asMetadata(writeXml(out('viaduct:guard', { 'xmlns:viaduct': guardNamespace, ...attributes })));
}

function readPort(element: XmlElement, name: string): number | undefined {
  return readWith(
    element,
    name,
    parseDecimal,
    'xml-invalid',
    (text) => `Invalid value for attribute '${name}' in element 'forward': '${text}'.`,
  );
}

function missing(element: XmlElement, name: string): never {
  throw new ViaductError('xml-invalid', `Missing required attribute '${name}' in element '${element.name}'`);
}
