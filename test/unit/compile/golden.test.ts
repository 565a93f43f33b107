import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { renderNftables } from '../../../src/compile/linux/nftables.ts';
import { compileNetwork } from '../../../src/compile/network.ts';
import { formatNetwork, parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { formatSpec } from '../../../src/formats/spec.ts';
import { fillDefaults } from '../../../src/model/defaults.ts';
import type { HostFacts } from '../../../src/model/facts.ts';
import type { HostObject } from '../../../src/model/host-state.ts';
import { mac, uuid } from './networks.ts';

/**
 * Every folder of test/golden/networks holds a definition as a user writes it, `in.xml`, and all that follows
 * from it. `UPDATE_GOLDEN=1` rewrites what follows; the reviewer reads the difference.
 */
const golden = join(import.meta.dirname, '../../golden/networks');
const update = process.env['UPDATE_GOLDEN'] === '1';

const facts: HostFacts = {
  nameservers: ['192.0.2.1', '2001:db8::1'],
  kernel: { vlanFiltering: true, vlan8021q: true, sfq: true, police: true, ifb: true, nftBridgeMeta: true, ipv6: true },
  runDir: '/run/viaduct',
  dnsmasq: { program: '/usr/sbin/dnsmasq', version: '2.90' },
};

/** File names and texts of everything one definition turns into. */
function filesOf(xml: string): Map<string, string> {
  const network = fillDefaults(parseNetwork(xml), { uuid: () => uuid(1), mac: () => mac(1), bridgeTaken: () => false });
  const objects = [...compileNetwork({ network, ports: [], guests: [] }, facts).values()];
  const texts = objects.flatMap((object) => (object.kind === 'file' && object.text !== '' ? [[object.path, object.text] as const] : []));
  return new Map([
    ['out.xml', formatNetwork(network)],
    ['spec.yaml', formatSpec(network)],
    ['objects.jsonl', objects.map((object) => `${JSON.stringify(withoutTexts(object))}\n`).join('')],
    ['rules.nft', renderNftables(network)],
    ...texts,
  ]);
}

/** What has a file of its own here, and digests of it, would only make differences longer. */
function withoutTexts(object: HostObject): object {
  const hidden = new Set(['text', 'rules', 'restartOn', 'reloadOn']);
  return Object.fromEntries(Object.entries(object).filter(([field]) => !hidden.has(field)));
}

for (const name of readdirSync(golden)) {
  test(`golden network ${name}`, () => {
    const folder = join(golden, name);
    const files = filesOf(readFileSync(join(folder, 'in.xml'), 'utf8'));
    const known = new Set(
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('.') && path !== 'in.xml'),
    );
    if (update) for (const path of known) rmSync(join(folder, path));
    for (const [path, text] of files) {
      const file = join(folder, path);
      if (update) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      expect(existsSync(file) ? readFileSync(file, 'utf8') : 'no such file', path).toBe(text);
    }
    if (!update) expect([...known].toSorted()).toEqual([...files.keys()].toSorted());
  });
}
