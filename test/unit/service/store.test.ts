import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyCatalog } from '../../../src/model/catalog.ts';
import type { Log } from '../../../src/service/context.ts';
import { activate, define, setAutostart, undefine } from '../../../src/service/network-edits.ts';
import { addPort } from '../../../src/service/port-edits.ts';
import { DiskStore } from '../../../src/service/store.ts';
import { nat, port } from './samples.ts';

let folder: string;
let complaints: string[];
const folders = () => ({ stateDir: join(folder, 'state'), runDir: join(folder, 'run') });
const say = (_details: object, message: string) => void complaints.push(message);
const log: Log = { debug: say, info: say, warn: say, error: say };
const open = (boot = 'today') => DiskStore.open(folders(), boot, log);
const state = (path: string) => join(folder, 'state', path);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viaduct-store-'));
  complaints = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const one = nat('one', 1);

test('S092, S093: definitions and autostart links lie as libvirt lays them, for nobody else to read', async () => {
  const store = await open();
  expect(store.isNew).toBe(true);
  await store.commit(setAutostart(define(emptyCatalog, one), one.uuid, true));
  expect(readFileSync(state('networks/one.xml'), 'utf8')).toMatch(/^<!--[^]*-->\n<network>\n {2}<name>one<\/name>/);
  expect(statSync(state('networks/one.xml')).mode & 0o777).toBe(0o600);
  expect(readlinkSync(state('networks/autostart/one.xml'))).toBe('../one.xml');
  await store.commit(undefine(store.catalog(), one.uuid));
  expect(readdirSync(state('networks'))).toEqual(['autostart']);
  expect(readdirSync(state('networks/autostart'))).toEqual([]);
});

test('what was committed is there again', async () => {
  const store = await open();
  const catalog = addPort(
    activate(setAutostart(define(emptyCatalog, one), one.uuid, true), one.uuid),
    one.uuid,
    port(1, { address: '10.0.1.5' }),
    false,
  );
  const withGuests = {
    ...catalog,
    networks: new Map([...catalog.networks].map(([key, entry]) => [key, { ...entry, guests: ['vnet0' as never] }])),
  };
  await store.commit(withGuests);
  const again = await open();
  expect(again.catalog()).toEqual(withGuests);
  expect(again.isNew).toBe(false);
  expect(complaints).toEqual([]);
});

test('after a reboot only definitions are left', async () => {
  const store = await open();
  await store.commit(activate(define(emptyCatalog, one), one.uuid));
  store.markAutostarted();
  const rebooted = await open('tomorrow');
  expect(rebooted.catalog()).toEqual(define(emptyCatalog, one));
  expect(rebooted.isAutostarted()).toBe(false);
});

test('a name with dashes and odd characters is a comment that ends where it should', async () => {
  const odd = { ...one, name: 'a--b---c & "d"' };
  const store = await open();
  await store.commit(define(emptyCatalog, odd));
  expect((await open()).catalog()).toEqual(define(emptyCatalog, odd));
});

test('writes that were decided are finished by the next daemon: the host is as they say, nothing is left over', async () => {
  const store = await open();
  await store.commit(define(emptyCatalog, one));
  const object = { kind: 'address', link: 'vb1' as never, address: '10.0.1.1', prefix: 24 } as const;
  const text = readFileSync(state('networks/one.xml'), 'utf8');
  const writes = [
    { root: 'state', path: 'networks/one.xml' },
    { root: 'state', path: 'networks/two.xml', file: { root: 'state', text: text.replaceAll('one', 'two') } },
  ];
  writeFileSync(join(folder, 'run/journal.json'), JSON.stringify({ objects: [object], writes }));
  const next = await open();
  expect([...next.catalog().networks.values()].map(({ config }) => config?.name)).toEqual(['two']);
  expect(next.unfinished).toEqual([]);
  await next.abandon();
  expect(existsSync(join(folder, 'run/journal.json'))).toBe(false);
});

test('before they are decided, the next daemon is told what may have been left on the host', async () => {
  const object = { kind: 'address', link: 'vb1' as never, address: '10.0.1.1', prefix: 24 } as const;
  await (await open()).intend(emptyCatalog, [object]);
  expect((await open()).unfinished).toEqual([object]);
});

test('what cannot be written down whole is not written at all', async () => {
  const store = await open();
  await store.commit(define(emptyCatalog, one));
  const text = readFileSync(state('networks/one.xml'), 'utf8');
  const renamed = define(define(emptyCatalog, { ...one, title: 'new' }), nat('two', 2));
  mkdirSync(state('networks/two.xml'));
  await expect(store.commit(renamed)).rejects.toThrow('EISDIR');
  expect(readFileSync(state('networks/one.xml'), 'utf8')).toBe(text);
  expect(store.catalog()).toEqual(define(emptyCatalog, one));
  expect(existsSync(join(folder, 'run/journal.json'))).toBe(false);
});

const broken: { name: string; file: string; text: string; says: string }[] = [
  { name: 'is no XML', file: 'bad', text: '<network', says: 'cannot be read' },
  {
    name: 'names another network',
    file: 'other',
    text: '<network><name>elsewhere</name></network>',
    says: "names its network 'elsewhere'",
  },
  {
    name: 'has the uuid of another one',
    file: 'zwei',
    text: `<network><name>zwei</name><uuid>${one.uuid}</uuid><bridge name='b'/><mac address='52:54:00:00:00:09'/></network>`,
    says: 'has the same uuid',
  },
];
for (const { name, file, text, says } of broken) {
  test(`a definition that ${name} is reported, left alone, and harms no other`, async () => {
    await (await open()).commit(define(emptyCatalog, one));
    writeFileSync(state(`networks/${file}.xml`), text);
    const next = await open();
    expect([...next.catalog().networks.values()].map(({ config }) => config?.name)).toEqual(['one']);
    expect(complaints.join('\n')).toContain(says);
    expect(readFileSync(state(`networks/${file}.xml`), 'utf8')).toBe(text);
  });
}
