import { assertNever } from '../../model/errors.ts';
import type { BondPart, HostInterface, InterfacePart, InterfaceProtocol, LinkStatus, VlanPart } from '../../model/host-interface.ts';
import type { Mac } from '../../model/units.ts';
import { block, element as out, writeXml, yesNo, type XmlOut } from './xml-writer.ts';

/** The document as libvirt prints it. */
export function formatInterface(definition: HostInterface): string {
  const { type, name, start, mtu, protocols, link } = definition;
  return writeXml(
    block('interface', { type, name }, [
      ...(start === undefined ? [] : [out('start', { mode: start })]),
      ...(mtu === undefined ? [] : [out('mtu', { size: mtu })]),
      ...protocols.map(formatProtocol),
      ...(type === 'bridge' ? [] : formatLink(link)),
      ...formatType(definition),
    ]),
  );
}

function formatType(definition: HostInterface): readonly XmlOut[] {
  switch (definition.type) {
    case 'ethernet':
      return formatMac(definition.mac);
    case 'bridge': {
      const { mac, stp, delay, vlanFiltering, ports } = definition;
      const switches = { stp: stp === undefined ? undefined : onOff(stp), delay, vlanFiltering: vlanFiltering === true ? 'on' : undefined };
      return [...formatMac(mac), block('bridge', switches, ports.map(formatPart))];
    }
    case 'bond':
      return [formatBond(definition)];
    case 'vlan':
      return [formatVlan(definition)];
    default:
      return assertNever(definition);
  }
}

function formatPart(part: InterfacePart): XmlOut {
  const inner = part.type === 'ethernet' ? formatMac(part.mac) : part.type === 'bond' ? [formatBond(part)] : [formatVlan(part)];
  return block('interface', { type: part.type, name: part.name }, [...formatLink(part.link), ...inner]);
}

function formatProtocol({ family, autoconf, dhcp, ips, gateway }: InterfaceProtocol): XmlOut {
  return block('protocol', { family }, [
    ...(autoconf === true ? [out('autoconf')] : []),
    ...(dhcp === undefined ? [] : [out('dhcp', { peerdns: yesNo(dhcp.peerDns) })]),
    ...ips.map(({ address, prefix }) => out('ip', { address, prefix })),
    ...(gateway === undefined ? [] : [out('route', { gateway })]),
  ]);
}

function formatLink(link: LinkStatus | undefined): readonly XmlOut[] {
  return link === undefined ? [] : [out('link', { speed: link.speed, state: link.state })];
}

function formatMac(mac: Mac | undefined): readonly XmlOut[] {
  return mac === undefined ? [] : [out('mac', { address: mac })];
}

function formatBond({ mode, miimon, arpmon, ports }: BondPart): XmlOut {
  return block('bond', { mode }, [
    ...(miimon === undefined
      ? []
      : [out('miimon', { freq: miimon.freq, downdelay: miimon.downDelay, updelay: miimon.upDelay, carrier: miimon.carrier })]),
    ...(arpmon === undefined ? [] : [out('arpmon', { interval: arpmon.interval, target: arpmon.target, validate: arpmon.validate })]),
    ...ports.map(formatPart),
  ]);
}

function formatVlan({ tag, protocol, lower }: VlanPart): XmlOut {
  return out('vlan', { tag, protocol }, [out('interface', { name: lower })]);
}

function onOff(yes: boolean): string {
  return yes ? 'on' : 'off';
}
