import { formatAddress, type Address } from '../model/address.ts';
import type { Sighting } from '../model/sighting.ts';
import { isMulticastMac, parseMac, type Mac } from '../model/units.ts';

/**
 * Who has which address, as a frame says: the sender of ARP, whom a neighbour advertisement speaks for, who looks
 * whether his new IPv6 address is free, and to whom DHCP gives one. Undefined for frames that say nothing, and for those
 * that speak of another MAC address than the one they come from.
 */
export function readSighting(frame: Uint8Array): Sighting | undefined {
  if (frame.length < 14) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  try {
    switch (view.getUint16(12)) {
      case 0x0806:
        return readArp(view);
      case 0x0800:
        return readDhcp(view);
      case 0x86dd:
        return view.getUint8(14 + 6) === icmpv6 ? readDiscovery(view) : readDhcp6(view);
      default:
        return undefined;
    }
  } catch (error) {
    // It ends before it has said it.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const icmpv6 = 58;
const link = 14;

function readArp(view: DataView): Sighting | undefined {
  const isIpv4OverEthernet = view.getUint32(link) === 0x0001_0800 && view.getUint16(link + 4) === 0x0604;
  const mac = macAt(view, link + 8);
  if (!isIpv4OverEthernet || mac !== macAt(view, 6)) return undefined;
  return seen(mac, ipv4At(view, link + 14), 'arp');
}

/** The type of message is an option, and the last word: only a DHCPACK gives an address. */
function readDhcp(view: DataView): Sighting | undefined {
  const message = link + (view.getUint8(link) & 15) * 4 + 8;
  if (view.getUint8(message) !== 2 || view.getUint32(message + 236) !== 0x6382_5363) return undefined;
  for (let at = message + 240; view.getUint8(at) !== 255; at += view.getUint8(at) === 0 ? 1 : 2 + view.getUint8(at + 1)) {
    if (view.getUint8(at) !== 53) continue;
    return view.getUint8(at + 2) === 5 ? seen(macAt(view, message + 28), ipv4At(view, message + 16), 'dhcp') : undefined;
  }
  return undefined;
}

const discovery = link + 40;

function readDiscovery(view: DataView): Sighting | undefined {
  const type = view.getUint8(discovery);
  // RFC 4861, 7.1: what has passed a router is forged.
  if (view.getUint8(link + 7) !== 255 || (type !== 135 && type !== 136)) return undefined;
  const mac = macAt(view, 6);
  const source = ipv6At(view, link + 8);
  const target = ipv6At(view, discovery + 8);
  const told = linkLayerOption(view, type === 135 ? 1 : 2);
  if (told !== undefined && told !== mac) return undefined;
  // A solicitation from nowhere asks whether the address is free that its sender wants to have.
  return seen(mac, type === 136 || source.value === 0n ? target : source, 'nd');
}

function linkLayerOption(view: DataView, wanted: number): Mac | undefined {
  for (let at = discovery + 24; at + 8 <= view.byteLength;) {
    const length = view.getUint8(at + 1) * 8;
    if (view.getUint8(at) === wanted && length === 8) return macAt(view, at + 2);
    if (length === 0) return undefined;
    at += length;
  }
  return undefined;
}

/** A Reply (7) is for the client it is sent to; the address is in the association for lasting addresses. */
function readDhcp6(view: DataView): Sighting | undefined {
  const message = link + 40 + 8;
  if (view.getUint8(message) !== 7) return undefined;
  const association = findOption(view, message + 4, view.byteLength, 3);
  const address = association && findOption(view, association.start + 12, association.end, 5);
  return address && seen(macAt(view, 0), ipv6At(view, address.start), 'dhcp');
}

function findOption(view: DataView, from: number, end: number, wanted: number): { start: number; end: number } | undefined {
  for (let at = from; at + 4 <= end; at += 4 + view.getUint16(at + 2))
    if (view.getUint16(at) === wanted) return { start: at + 4, end: at + 4 + view.getUint16(at + 2) };
  return undefined;
}

/** Addresses that belong to nobody or to many are none; one of fe80:: everybody has. */
function seen(mac: Mac | undefined, { family, value }: Address, by: Sighting['by']): Sighting | undefined {
  const first = value >> (family === 'ipv4' ? 24n : 120n);
  const isOneHosts =
    family === 'ipv4' ? first > 0n && first < 224n && first !== 127n : value > 1n && first !== 0xffn && value >> 118n !== 0x3fan;
  return mac !== undefined && !isMulticastMac(mac) && isOneHosts ? { mac, address: formatAddress({ family, value }), by } : undefined;
}

function ipv4At(view: DataView, at: number): Address {
  return { family: 'ipv4', value: BigInt(view.getUint32(at)) };
}

function ipv6At(view: DataView, at: number): Address {
  return { family: 'ipv6', value: (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8) };
}

function macAt(view: DataView, at: number): Mac | undefined {
  return parseMac(
    Array.from({ length: 6 }, (_, index) =>
      view
        .getUint8(at + index)
        .toString(16)
        .padStart(2, '0'),
    ).join(':'),
  );
}
