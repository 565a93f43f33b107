import { ViaductError } from '../../model/errors.ts';
import type { PciAddress } from '../../model/network.ts';
import { present, readCNumber } from './read.ts';
import type { XmlElement } from './xml.ts';
import type { XmlAttributes } from './xml-writer.ts';

const limits = { domain: 0xffff, bus: 0xff, slot: 0x1f, function: 7 } as const;

export function parsePciAddress(element: XmlElement): PciAddress {
  const address = {
    domain: readCNumber(element, 'domain') ?? 0,
    bus: readCNumber(element, 'bus') ?? 0,
    slot: readCNumber(element, 'slot') ?? 0,
    function: readCNumber(element, 'function') ?? 0,
  };
  for (const part of ['domain', 'bus', 'slot', 'function'] as const) {
    if (address[part] <= limits[part]) continue;
    throw new ViaductError('xml-invalid', `Invalid PCI address ${part}='${shouted(address[part])}', must be <= ${shouted(limits[part])}`);
  }
  return address;
}

/** @param type `pci` in a network's pool; a port's plug leaves it out. */
export function pciAttributes({ domain, bus, slot, function: fn }: PciAddress, type?: 'pci'): XmlAttributes {
  return present({ type, domain: hex(domain, 4), bus: hex(bus, 2), slot: hex(slot, 2), function: hex(fn, 1) });
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** As libvirt's errors write it. */
function shouted(value: number): string {
  return `0x${value.toString(16).toUpperCase()}`;
}
