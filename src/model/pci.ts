import type { PciAddress } from './network.ts';

/** `0000:03:10.2`, as sysfs names a PCI function. */
export function pciText({ domain, bus, slot, function: fn }: PciAddress): string {
  return `${hex(domain, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${fn}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
