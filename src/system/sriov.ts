import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ViaductError } from '../model/errors.ts';
import type { PciAddress } from '../model/network.ts';
import { pciText } from '../model/pci.ts';
import { parseIfName, type IfName } from '../model/units.ts';
import { hasCode } from './errno.ts';

/** One virtual function of an SR-IOV card; `link` while a driver of this host has it. */
export interface VirtualFunction {
  readonly address: PciAddress;
  readonly link?: IfName;
}

/**
 * The virtual functions of a physical one, in their order, as sysfs lists them: `virtfnN` links of its PCI
 * device. Empty for a card that has none switched on.
 *
 * @throws `kernel-lacks` when there is no such PCI device.
 */
export function virtualFunctions(pf: string, sys = '/sys'): readonly VirtualFunction[] {
  const device = join(sys, 'class/net', pf, 'device');
  const numbers = namesIn(device)?.flatMap((name) => /^virtfn(\d+)$/.exec(name)?.[1] ?? []);
  if (numbers === undefined) {
    throw new ViaductError('kernel-lacks', `Could not get Virtual functions on ${pf}`, {
      hint: `${pf} is no network card on PCI; one with SR-IOV is needed.`,
      params: { link: pf },
    });
  }
  return numbers
    .map(Number)
    .toSorted((a, b) => a - b)
    .flatMap((number) => {
      const target = readlinkSync(join(device, `virtfn${number}`));
      const address = parsePci(basename(target));
      const link = parseIfName(namesIn(join(device, `virtfn${number}`, 'net'))?.[0] ?? '');
      return address === undefined ? [] : [{ address, ...(link !== undefined && { link }) }];
    });
}

/** Where sysfs has the PCI device of that address, and whether it is the virtual function of another one. */
export function pciFunction(address: PciAddress, sys = '/sys'): { readonly path: string; readonly isVirtual: boolean } {
  const path = join(sys, 'bus/pci/devices', pciText(address));
  return { path, isVirtual: existsSync(join(path, 'physfn')) };
}

/** `0000:03:10.2`, as sysfs names a function: domain, bus, slot in hex. */
function parsePci(text: string): PciAddress | undefined {
  const [, domain, bus, slot, fn] = /^([\da-f]{4,8}):([\da-f]{2}):([\da-f]{2})\.([0-7])$/.exec(text) ?? [];
  if (domain === undefined || bus === undefined || slot === undefined || fn === undefined) return undefined;
  return { domain: Number.parseInt(domain, 16), bus: Number.parseInt(bus, 16), slot: Number.parseInt(slot, 16), function: Number(fn) };
}

/** Undefined when there is no such folder. */
function namesIn(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
