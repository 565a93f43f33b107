import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pciFunction, virtualFunctions } from '../../../src/system/sriov.ts';

const sys = mkdtempSync(join(tmpdir(), 'viaduct-sys-'));
const pci = (address: string) => join(sys, 'devices/pci0000:00', address);

/** A sysfs with a card of eleven functions; drivers of this host have two of them. */
beforeAll(() => {
  mkdirSync(pci('0000:03:00.0'), { recursive: true });
  for (let number = 0; number < 11; number += 1) {
    const address = `0000:03:1${number >> 3}.${number & 7}`;
    mkdirSync(join(sys, 'bus/pci/devices'), { recursive: true });
    symlinkSync(pci(address), join(sys, 'bus/pci/devices', address));
    mkdirSync(number < 2 ? join(pci(address), `net/eth3v${number}`) : pci(address), { recursive: true });
    symlinkSync(`../${address}`, join(pci('0000:03:00.0'), `virtfn${number}`));
    symlinkSync('../0000:03:00.0', join(pci(address), 'physfn'));
  }
  mkdirSync(pci('0000:04:00.0'));
  for (const [name, address] of [
    ['eth3', '0000:03:00.0'],
    ['eth4', '0000:04:00.0'],
  ]) {
    mkdirSync(join(sys, 'class/net', name!), { recursive: true });
    symlinkSync(pci(address!), join(sys, 'class/net', name!, 'device'));
  }
  mkdirSync(join(sys, 'class/net/virbr0'));
});
afterAll(() => rmSync(sys, { recursive: true }));

test('S024: the functions of a card come in their order, with the links that this host has of them', () => {
  const functions = virtualFunctions('eth3', sys);
  expect(functions.map(({ address }) => [address.bus, address.slot, address.function])).toEqual(
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((number) => [3, 0x10 + (number >> 3), number & 7]),
  );
  expect(functions.map(({ link }) => link)).toEqual(['eth3v0', 'eth3v1', ...Array.from({ length: 9 }, () => undefined)]);
});

test('a card without functions has none, and what is no card is refused', () => {
  expect(virtualFunctions('eth4', sys)).toEqual([]);
  expect(() => virtualFunctions('virbr0', sys)).toThrow('Could not get Virtual functions on virbr0');
  expect(() => virtualFunctions('eth9', sys)).toThrow('Could not get Virtual functions on eth9');
});

test('a function is told from another device, and from none', () => {
  const at = (slot: number) => pciFunction({ domain: 0, bus: 3, slot, function: 0 }, sys);
  expect(at(0x10)).toEqual({ path: join(sys, 'bus/pci/devices/0000:03:10.0'), isVirtual: true });
  expect(at(0).isVirtual).toBe(false);
  expect(at(0x1f).isVirtual).toBe(false);
});
