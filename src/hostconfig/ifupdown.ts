import type { HostFile, HostFinding } from '../model/host-config.ts';
import { asBoolean, asNumber } from './assignments.ts';
import { bondFrom } from './bond.ts';
import { draft, withPrefix, type Draft } from './draft.ts';
import type { Reading } from './reading.ts';

/**
 * ifupdown: stanzas in /etc/network/interfaces and interfaces.d. Source of the grammar: interfaces(5), with the options of
 * bridge-utils-interfaces(5), vlan and ifenslave. A device may have several stanzas: one for each family.
 */
export function readIfupdown(files: readonly HostFile[]): Reading {
  const drafts = new Map<string, Draft>();
  const findings: HostFinding[] = [];
  const auto = new Set<string>();
  const bonds = new Map<Draft, Map<string, string>>();
  for (const { path, text } of files) {
    let current: Draft | undefined;
    let family: 'inet' | 'inet6' = 'inet';
    for (const { words, line } of logicalLines(text)) {
      const [keyword = '', ...rest] = words;
      if (keyword === 'auto' || keyword.startsWith('allow-')) {
        for (const name of rest) auto.add(name);
        current = undefined;
      } else if (keyword === 'iface') {
        const [name = '', inet = 'inet', method = ''] = rest;
        family = inet === 'inet6' ? 'inet6' : 'inet';
        current = name === 'lo' ? undefined : (drafts.get(name) ?? draft({ backend: 'ifupdown', file: path, line, name, ...vlanOf(name) }));
        if (current === undefined) continue;
        drafts.set(name, current);
        if (method === 'dhcp') current[family === 'inet' ? 'dhcp4' : 'dhcp6'] = true;
        if (family === 'inet6' && method === 'auto') current.autoconf = true;
      } else if (['source', 'source-directory', 'mapping', 'rename', 'no-auto-down', 'no-scripts'].includes(keyword)) current = undefined;
      else if (current !== undefined) {
        option(current, family, keyword, rest);
        if (/^bond[-_]/.test(keyword))
          bonds.set(
            current,
            (bonds.get(current) ?? new Map<string, string>()).set(keyword.slice('bond-'.length).replaceAll('-', '_'), rest.join(',')),
          );
      }
    }
  }
  for (const one of drafts.values()) {
    one.onBoot = auto.has(one.name);
    const bond = bondFrom((name) => bonds.get(one)?.get(name));
    if (bond !== undefined) one.bond = bond;
    if (!one.onBoot && one.type === 'bridge') {
      findings.push({
        file: one.file,
        line: one.line,
        object: one.name,
        message: `bridge ${one.name} will not come up at boot`,
        hint: `Add the line "auto ${one.name}".`,
      });
    }
  }
  return { drafts: [...drafts.values()], findings };
}

/** Lines with their continuations (`\` at the end) joined; comments and blank lines dropped. */
function* logicalLines(text: string): Generator<{ words: string[]; line: number }> {
  let joined = '';
  let first = 0;
  for (const [at, raw] of text.split('\n').entries()) {
    if (joined === '') first = at + 1;
    if (joined === '' && raw.trim().startsWith('#')) continue;
    if (raw.endsWith('\\')) {
      joined += `${raw.slice(0, -1)} `;
      continue;
    }
    const words = `${joined}${raw}`.trim().split(/\s+/);
    joined = '';
    if (words[0] !== '') yield { words, line: first };
  }
}

/** A dot and a number in the name make a VLAN device: `eth0.10`; `vlan10` needs `vlan-raw-device`. */
function vlanOf(name: string): Partial<Draft> {
  const dotted = /^(.+)\.(\d+)$/.exec(name);
  return dotted === null ? {} : { type: 'vlan', vlan: { tag: Number(dotted[2]), lower: dotted[1] ?? '' } };
}

function option(one: Draft, family: 'inet' | 'inet6', keyword: string, values: readonly string[]): void {
  const [value = ''] = values;
  switch (keyword.replaceAll('-', '_')) {
    case 'address':
      one.addresses.push(value);
      return;
    case 'netmask':
      one.addresses = one.addresses.map((address, at) => (at === one.addresses.length - 1 ? withPrefix(address, value) : address));
      return;
    case 'gateway':
      one[family === 'inet' ? 'gateway4' : 'gateway6'] = value;
      return;
    case 'mtu':
      one.mtu = asNumber(value) ?? 0;
      return;
    case 'hwaddress':
      one.mac = value === 'ether' ? (values[1] ?? '') : value;
      return;
    case 'bridge_ports':
      one.type = 'bridge';
      one.ports.push(...values.filter((port) => port !== 'none'));
      return;
    case 'bridge_stp':
      one.stp = asBoolean(value) ?? false;
      return;
    case 'bridge_fd':
      one.delay = asNumber(value) ?? 0;
      return;
    case 'vlan_raw_device': {
      const tag = /(\d+)$/.exec(one.name)?.[1];
      one.type = 'vlan';
      one.vlan = { tag: Number(tag ?? 0), lower: value };
      return;
    }
    case 'bond_slaves':
      one.type = 'bond';
      one.ports.push(...values.filter((port) => port !== 'none'));
      return;
    case 'bond_mode':
      one.type = 'bond';
  }
}
