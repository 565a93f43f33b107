import { describe, expect, test } from 'vitest';
import { parseSpec } from '../../../src/formats/spec.ts';
import { emptyCatalog, type Catalog } from '../../../src/model/catalog.ts';
import { addPort } from '../../../src/service/port-edits.ts';
import { mergeSpec } from '../../../src/service/spec-edits.ts';
import { port } from './samples.ts';

const spec = (more = '', name = 'lab') =>
  `apiVersion: viaduct/v1\nkind: Network\nname: ${name}\nmode: nat\nsubnet: 10.5.0.0/24\ndhcp: {}\n${more}`;
const merge = (catalog: Catalog, text: string, taken: readonly string[] = []) => mergeSpec(catalog, parseSpec(text), new Set(taken));
const entryOf = (catalog: Catalog) => [...catalog.networks.values()][0]!;

test('a specification merged twice leaves the very same catalog', () => {
  const once = merge(emptyCatalog, spec('autostart: true\n'));
  expect(merge(once, spec('autostart: true\n'))).toBe(once);
});

test('what is chosen for a new network is chosen again, as long as the daemon lives', () => {
  expect(merge(emptyCatalog, spec())).toEqual(merge(emptyCatalog, spec()));
  expect(entryOf(merge(emptyCatalog, spec())).config?.uuid).not.toBe(entryOf(merge(emptyCatalog, spec('', 'other'))).config?.uuid);
});

test('what the specification leaves open stays as it is, what it says is changed live', () => {
  const before = merge(emptyCatalog, spec());
  const after = merge(before, spec('domain: lan\n'), ['virbr0']);
  const [was, is] = [entryOf(before), entryOf(after)];
  expect(is.live).toEqual({ ...was.live, domain: { name: 'lan' } });
  expect(is.config).toBe(is.live);
});

test('networks that are not mentioned are left alone', () => {
  const before = merge(emptyCatalog, spec('', 'first'));
  const after = merge(before, spec('', 'second').replace('10.5', '10.6'));
  expect([...after.networks.values()].map(({ config }) => config?.name)).toEqual(['first', 'second']);
  expect([...after.networks.values()][0]).toBe(entryOf(before));
});

describe('a network with guests', () => {
  const plain = merge(emptyCatalog, spec('bridge: b0\n'));
  const plugged = addPort(plain, entryOf(plain).config!.uuid, port(1), false);
  test('does not move to another bridge', () =>
    expect(() => merge(plugged, spec('bridge: b1\n'))).toThrow(
      "network 'lab' cannot move to another bridge while 1 of its ports are in use",
    ));
  test('may change its mode on the same bridge', () =>
    expect(entryOf(merge(plugged, spec('bridge: b0\n').replace('nat', 'route'))).live?.forward.mode).toBe('route'));
});

test('a network that is named as absent goes, running or not, and one that is not there is no mistake', () => {
  const gone = 'apiVersion: viaduct/v1\nkind: Network\nname: lab\nabsent: true\n';
  expect(merge(merge(emptyCatalog, spec()), gone).networks.size).toBe(0);
  expect(merge(emptyCatalog, gone)).toBe(emptyCatalog);
  expect(() => parseSpec(`${gone}mode: nat\n`)).toThrow('Line 5, column 1');
});

test('active: false stops and keeps the definition', () => {
  const entry = entryOf(merge(merge(emptyCatalog, spec()), spec('active: false\n')));
  expect(entry).toMatchObject({ config: { name: 'lab' } });
  expect(entry.live).toBeUndefined();
});
