import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseInterface } from '../../../src/formats/libvirt/interface.ts';
import { backends } from '../../../src/hostconfig/index.ts';
import type { HostInterface } from '../../../src/model/host-interface.ts';
import { applied, definitionsIn, filesBelow } from './host-folder.ts';

/**
 * Every folder of test/golden/hostconfig holds an intent, libvirt's XML, with `removed` naming what shall go, and the
 * files of five hosts before. What they become is in `after`, or `not-supported` says why not. `UPDATE_GOLDEN=1` rewrites both.
 */
const golden = join(import.meta.dirname, '../../golden/hostconfig');
const update = process.env['UPDATE_GOLDEN'] === '1';
const uuidOf = (name: string): string => `00000000-0000-4000-8000-${Buffer.from(name.padEnd(6, '-').slice(-6)).toString('hex')}`;

/** The tutorials' rows that a case proves. */
const rows: Readonly<Record<string, string>> = {
  'address-changed': 'S050: ',
  'bridge-over-a-nic-by-dhcp': 'S044, S046, S048, S057, S062: ',
  'bridge-over-a-nic-with-addresses': 'S053, S054: ',
  'bridge-and-vlan-bridge-on-one-nic': 'S017, S036: ',
  'tutorial-bridge': 'S060: ',
  'vlan-bridges': 'S067: ',
};

/** What an interface says, whatever the order, and without what a reader adds: start mode, MACs of cards, defaults. */
function said({ name, type, protocols, ...rest }: HostInterface): unknown {
  return {
    name,
    type,
    protocols: protocols.toSorted((one, other) => (one.family < other.family ? -1 : 1)),
    ports: 'ports' in rest ? rest.ports.map((port) => port.name) : [],
    ...('tag' in rest && { tag: rest.tag, lower: rest.lower }),
    ...('mode' in rest && { mode: rest.mode }),
  };
}

for (const name of readdirSync(golden)) {
  const folder = join(golden, name);
  const wanted = readdirSync(folder)
    .filter((file) => file.endsWith('.xml'))
    .toSorted()
    .map((file) => parseInterface(readFileSync(join(folder, file), 'utf8')));
  const removed = existsSync(join(folder, 'removed')) ? readFileSync(join(folder, 'removed'), 'utf8').trim().split('\n') : [];
  describe(`${rows[name] ?? ''}golden host configuration ${name}`, () => {
    test.each(backends.map((backend) => ({ backend: backend.name, write: backend.write })))('$backend', ({ backend, write }) => {
      const before = filesBelow(join(folder, 'before', backend));
      const edit = write(wanted, before, { removed, uuidOf });
      const after = applied(before, edit);
      const reasonFile = join(folder, 'not-supported', backend);
      if (update) {
        for (const path of [join(folder, 'after', backend), reasonFile]) rmSync(path, { recursive: true, force: true });
        const texts =
          'unsupported' in edit
            ? [[reasonFile, `${edit.unsupported}\n`] as const]
            : after.map(({ path, text }) => [join(folder, 'after', backend) + path, text] as const);
        for (const [path, text] of texts) {
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, text);
        }
      }
      if ('unsupported' in edit) {
        expect(existsSync(reasonFile) ? readFileSync(reasonFile, 'utf8') : 'no such file').toBe(`${edit.unsupported}\n`);
        return;
      }
      expect(existsSync(reasonFile)).toBe(false);
      expect(after.toSorted((one, other) => (one.path < other.path ? -1 : 1))).toEqual(filesBelow(join(folder, 'after', backend)));
      const found = definitionsIn(backend, after);
      for (const one of wanted) expect(said(found.get(one.name) ?? one)).toEqual(said(one));
      for (const one of wanted) expect(found.has(one.name)).toBe(true);
      for (const one of removed) expect(found.has(one)).toBe(false);
      expect(write(wanted, after, { removed, uuidOf })).toEqual({ changes: [] });
    });
  });
}
