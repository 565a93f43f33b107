import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLMap } from 'yaml';
import { ViaductError } from '../model/errors.ts';
import type { HostFile, HostFinding } from '../model/host-config.ts';
import { asBoolean, asNumber } from './assignments.ts';
import { bondFrom, type BondOption } from './bond.ts';
import { draft, type Draft } from './draft.ts';
import type { Reading } from './reading.ts';

export const groups: ReadonlyMap<string, Draft['type']> = new Map<string, Draft['type']>([
  ['ethernets', 'ethernet'],
  ['bridges', 'bridge'],
  ['bonds', 'bond'],
  ['vlans', 'vlan'],
]);

/** netplan's names for the bonding driver's options. */
export const bondKeys: Readonly<Record<BondOption, string>> = {
  mode: 'mode',
  miimon: 'mii-monitor-interval',
  downdelay: 'down-delay',
  updelay: 'up-delay',
  arp_interval: 'arp-interval',
  arp_ip_target: 'arp-ip-targets',
  arp_validate: 'arp-validate',
};

/** netplan: YAML 1.1 files, read in the order of their names, later ones win. Source of the keys: netplan(5). */
export function readNetplan(files: readonly HostFile[]): Reading {
  const drafts = new Map<string, Draft>();
  const findings: HostFinding[] = [];
  for (const { path, text } of files
    .filter((file) => /\.ya?ml$/.test(file.path))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1))) {
    const lines = new LineCounter();
    const document = parseDocument(text, { version: '1.1', lineCounter: lines });
    const [mistake] = document.errors;
    if (mistake !== undefined) {
      const { line, col } = lines.linePos(mistake.pos[0]);
      throw new ViaductError('spec-invalid', `${path}:${line}:${col}: ${mistake.message.split('\n')[0] ?? ''}`, {
        hint: 'netplan generate names the same place.',
      });
    }
    const lineOf = (node: Node | null | undefined): number => lines.linePos(node?.range?.[0] ?? 0).line;
    for (const [group, type] of groups) {
      const map = document.getIn(['network', group], true);
      if (!isMap(map)) continue;
      for (const { key, value } of map.items) {
        const name = String(isScalar(key) ? key.value : key);
        if (!isMap(value)) continue;
        const one =
          drafts.get(name) ?? draft({ backend: 'netplan', file: path, line: isScalar(key) ? lineOf(key) : 1, name, type, onBoot: true });
        drafts.set(name, one);
        take(one, value, (node, message, hint) => findings.push({ file: path, line: lineOf(node), object: name, message, hint }));
      }
    }
  }
  return { drafts: [...drafts.values()], findings };
}

type Tell = (node: Node | null | undefined, message: string, hint: string) => void;

function take(one: Draft, map: YAMLMap, tell: Tell): void {
  const get = (...path: string[]): string | undefined => {
    const value: unknown = map.getIn(path);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  };
  const list = (...path: string[]): string[] => {
    const value: unknown = map.getIn(path, true);
    return isSeq(value)
      ? value.items.flatMap((item) =>
          isScalar(item) ? [String(item.value)] : isMap(item) && isScalar(item.items[0]?.key) ? [String(item.items[0].key.value)] : [],
        )
      : [];
  };
  one.dhcp4 = asBoolean(get('dhcp4')) ?? one.dhcp4 ?? false;
  one.dhcp6 = asBoolean(get('dhcp6')) ?? one.dhcp6 ?? false;
  one.autoconf = asBoolean(get('accept-ra')) ?? one.autoconf ?? false;
  if (get('activation-mode') !== undefined) one.onBoot = false;
  one.addresses.push(...list('addresses'));
  const routes: unknown = map.getIn(['routes'], true);
  for (const route of isSeq(routes) ? routes.items : []) {
    if (!isMap(route)) continue;
    const via: unknown = route.get('via');
    const to: unknown = route.get('to');
    if (typeof via === 'string' && typeof to === 'string' && ['default', '0.0.0.0/0', '::/0'].includes(to))
      one[via.includes(':') ? 'gateway6' : 'gateway4'] = via;
  }
  for (const key of ['gateway4', 'gateway6'] as const) {
    const gateway = get(key);
    if (gateway === undefined) continue;
    one[key] = gateway;
    tell(map.getIn([key], true) as Node, `${key} is deprecated`, `Write routes: [{to: default, via: ${gateway}}].`);
  }
  const mac = get('macaddress');
  if (mac !== undefined) one.mac = mac;
  const mtu = asNumber(get('mtu'));
  if (mtu !== undefined) one.mtu = mtu;
  one.ports.push(...list('interfaces'));
  if (one.type === 'bridge') {
    one.stp = asBoolean(get('parameters', 'stp')) ?? one.stp ?? true; // netplan(5): on unless told otherwise
    const delay = asNumber(get('parameters', 'forward-delay'));
    if (delay !== undefined) one.delay = delay;
  }
  const bond = bondFrom((option) =>
    option === 'arp_ip_target' ? list('parameters', bondKeys[option]).join(',') || undefined : get('parameters', bondKeys[option]),
  );
  if (one.type === 'bond' && bond !== undefined) one.bond = bond;
  if (one.type === 'vlan') one.vlan = { tag: Number(get('id') ?? 0), lower: get('link') ?? '' };
}
