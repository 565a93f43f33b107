import { expect, test } from 'vitest';
import { parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { emptyCatalog } from '../../../src/model/catalog.ts';
import type { Catalog } from '../../../src/model/catalog.ts';
import { fillDefaults } from '../../../src/model/defaults.ts';
import { indexOf } from '../../../src/service/catalog-index.ts';
import { findByName, findNetwork } from '../../../src/service/lookup.ts';
import { withEntry } from '../../../src/service/network-edits.ts';
import { picks } from '../formats/picks.ts';

function having(catalog: Catalog, name: string, digit: number): Catalog {
  const uuid = `b795d33e-f20d-4810-9df5-00000000000${digit}`;
  const config = fillDefaults(parseNetwork(`<network><name>${name}</name><uuid>${uuid}</uuid></network>`), picks());
  return withEntry(catalog, config.uuid, { config, autostart: false, guests: [] });
}

test('networks are found and sorted by the names that they have in that very catalog', () => {
  const before = having(having(emptyCatalog, 'b', 1), 'a', 2);
  const after = having(before, 'c', 2);
  const names = (catalog: Catalog) => indexOf(catalog).sorted.map((uuid) => catalog.networks.get(uuid)?.config?.name);
  expect([names(before), names(after)]).toEqual([
    ['a', 'b'],
    ['b', 'c'],
  ]);
  expect([findByName(before, 'a')?.network.name, findByName(after, 'a'), findByName(after, 'c')?.network.name]).toEqual([
    'a',
    undefined,
    'c',
  ]);
});

test('a network may be called by the UUID of another one: who says what it is gets the right one', () => {
  const [first, second] = [1, 2].map((digit) => `b795d33e-f20d-4810-9df5-00000000000${digit}`) as [string, string];
  const catalog = having(having(emptyCatalog, 'a', 1), first, 2);
  expect(findNetwork(catalog, first).network.name).toBe('a');
  expect(findNetwork(catalog, first, 'uuid').network.name).toBe('a');
  expect(findNetwork(catalog, first, 'name').network.uuid).toBe(second);
  expect(() => findNetwork(catalog, 'a', 'uuid')).toThrow("no network with matching name 'a'");
  expect(() => findNetwork(catalog, second, 'name')).toThrow(`no network with matching name '${second}'`);
});

test('it is made once for each state of the networks', () => {
  const catalog = having(emptyCatalog, 'a', 1);
  expect(indexOf({ ...catalog, ports: new Map() })).toBe(indexOf(catalog));
});
