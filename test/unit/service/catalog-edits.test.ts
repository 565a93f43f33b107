import { describe, expect, test } from 'vitest';
import { emptyCatalog, type Catalog } from '../../../src/model/catalog.ts';
import { diffCatalog } from '../../../src/service/diff-catalog.ts';
import {
  activate,
  create,
  deactivate,
  define,
  setAutostart,
  undefine,
  updateDefinitions,
  whichDefinitions,
} from '../../../src/service/network-edits.ts';
import { addPort, removePort } from '../../../src/service/port-edits.ts';
import { nat, network, port, running, uuid } from './samples.ts';

const one = nat('one', 1);
const isDefined = define(emptyCatalog, one);
const isRunning = activate(isDefined, one.uuid);
const isTransient = create(emptyCatalog, one);
const title = (catalog: Catalog, which: { live: boolean; config: boolean }) =>
  updateDefinitions(catalog, one.uuid, which, (definition) => ({ ...definition, title: 'T' }));

describe('events are the difference between two catalogs', () => {
  const cases: { name: string; before: Catalog; after: Catalog; replaced?: 'network-defined' | 'network-updated'; want: string[] }[] = [
    { name: 'defining', before: emptyCatalog, after: isDefined, want: ['network-defined'] },
    { name: 'defining again, even with the same text', before: isDefined, after: define(isDefined, { ...one }), want: ['network-defined'] },
    { name: 'starting', before: isDefined, after: isRunning, want: ['network-started'] },
    { name: 'creating a transient one', before: emptyCatalog, after: isTransient, want: ['network-started'] },
    { name: 'stopping a transient one', before: isTransient, after: deactivate(isTransient, one.uuid), want: ['network-stopped'] },
    { name: 'stopping', before: isRunning, after: deactivate(isRunning, one.uuid), want: ['network-stopped'] },
    { name: 'undefining', before: isDefined, after: undefine(isDefined, one.uuid), want: ['network-undefined'] },
    { name: 'undefining what runs', before: isRunning, after: undefine(isRunning, one.uuid), want: ['network-undefined'] },
    { name: 'keeping a transient one', before: isTransient, after: define(isTransient, one), want: ['network-defined'] },
    { name: 'defining and starting in one', before: emptyCatalog, after: isRunning, want: ['network-defined', 'network-started'] },
    { name: 'autostart', before: isDefined, after: setAutostart(isDefined, one.uuid, true), want: [] },
    {
      name: 'a title of both copies',
      before: isRunning,
      after: title(isRunning, { live: true, config: true }),
      replaced: 'network-updated',
      want: ['network-metadata title'],
    },
    {
      name: 'an update of both copies',
      before: isRunning,
      after: updateDefinitions(isRunning, one.uuid, { live: true, config: true }, (definition) => ({ ...definition, mtu: 1400 })),
      replaced: 'network-updated',
      want: ['network-updated'],
    },
    { name: 'plugging in', before: isRunning, after: addPort(isRunning, one.uuid, port(1), false), want: ['port-created'] },
    { name: 'pulling out', before: addPort(isRunning, one.uuid, port(1), false), after: isRunning, want: ['port-deleted'] },
    { name: 'nothing', before: isRunning, after: isRunning, want: [] },
  ];
  for (const { name, before, after, replaced = 'network-defined', want } of cases) {
    test(name, () => {
      expect(
        diffCatalog(before, after, { replaced }).map((event) =>
          event.kind === 'network-metadata' ? `${event.kind} ${event.what}` : event.kind,
        ),
      ).toEqual(want);
    });
  }
});

describe('what cannot be is refused, and the catalog stays', () => {
  const cases: { name: string; act: () => unknown; want: string }[] = [
    {
      name: 'a name under another uuid',
      act: () => define(isDefined, nat('one', 2)),
      want: `network 'one' already exists with uuid ${one.uuid}`,
    },
    {
      name: 'a uuid under another name',
      act: () => define(isDefined, nat('two', 1)),
      want: `network 'one' is already defined with uuid ${one.uuid}`,
    },
    { name: 'creating what runs', act: () => create(isRunning, one), want: "network is already active as 'one'" },
    { name: 'starting what is not there', act: () => activate(emptyCatalog, uuid(9)), want: `no network with matching uuid '${uuid(9)}'` },
    {
      name: 'updating the stored copy of a transient one',
      act: () => whichDefinitions(isTransient.networks.get(one.uuid)!, { config: true }),
      want: 'transient networks do not have any persistent config',
    },
  ];
  for (const { name, act, want } of cases) test(name, () => expect(act).toThrow(want));
});

describe('an update is for', () => {
  const entries = { stopped: isDefined, running: isRunning };
  const cases: { entry: keyof typeof entries; flags: { live?: boolean; config?: boolean }; want: { live: boolean; config: boolean } }[] = [
    { entry: 'stopped', flags: {}, want: { live: false, config: true } },
    { entry: 'running', flags: {}, want: { live: true, config: false } },
    { entry: 'running', flags: { config: true }, want: { live: false, config: true } },
    { entry: 'running', flags: { live: true, config: true }, want: { live: true, config: true } },
  ];
  for (const { entry, flags, want } of cases) {
    test(`${JSON.stringify(want)} of a ${entry} network with ${JSON.stringify(flags)}`, () => {
      expect(whichDefinitions(entries[entry].networks.get(one.uuid)!, flags)).toEqual(want);
    });
  }
});

test('a stop forgets the ports of hypervisors and keeps the wires that Viaduct made', () => {
  const wire = { kind: 'tap', name: 'vnet0' as never } as const;
  const plugged = addPort(addPort(isRunning, one.uuid, port(1), false), one.uuid, port(2, { link: wire }), false);
  expect([...deactivate(plugged, one.uuid).ports.keys()]).toEqual([port(2).uuid]);
  expect(deactivate(removePort(plugged, port(1).uuid), one.uuid).networks.get(one.uuid)?.config).toBe(one);
});

test('a bridge of the host may serve several networks, a bridge of ours one', () => {
  const onHost = (name: string, number: number) => network(name, "<forward mode='bridge'/><bridge name='br0'/>", number);
  expect(running(onHost('a', 1), onHost('b', 2)).networks.size).toBe(2);
  expect(() => define(isDefined, { ...nat('two', 2), bridge: { name: 'vb1' } })).toThrow("bridge name 'vb1' already in use.");
});
