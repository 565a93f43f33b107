import type { HostFile, HostFinding } from '../model/host-config.ts';
import { asBoolean, asNumber, readSections, valueOf } from './assignments.ts';
import { bondFrom } from './bond.ts';
import { draft, type Draft } from './draft.ts';
import type { Reading } from './reading.ts';

const kinds = new Map<string, Draft['type']>([
  ['802-3-ethernet', 'ethernet'],
  ['ethernet', 'ethernet'],
  ['bridge', 'bridge'],
  ['bond', 'bond'],
  ['vlan', 'vlan'],
]);

/**
 * NetworkManager's keyfiles: one profile a file, named by a text that may be anything and known by its UUID. Source of the
 * keys: nm-settings-keyfile(5). A port names its controller by device or by UUID.
 */
export function readNetworkManager(files: readonly HostFile[]): Reading {
  const findings: HostFinding[] = [];
  const profiles = files
    .filter(({ path }) => path.endsWith('.nmconnection'))
    .flatMap(({ path, text }) => {
      const sections = readSections(text);
      const get = (section: string, key: string) => valueOf(sections, section, key);
      const type = kinds.get(get('connection', 'type') ?? '');
      const id = get('connection', 'id') ?? path.slice(path.lastIndexOf('/') + 1, -'.nmconnection'.length);
      return type === undefined
        ? []
        : [
            {
              path,
              line: sections[0]?.line ?? 1,
              sections,
              get,
              type,
              id,
              uuid: get('connection', 'uuid'),
              device: get('connection', 'interface-name') ?? get(type, 'interface-name'),
            },
          ];
    });
  const deviceByUuid = new Map(profiles.map(({ uuid, device }) => [uuid, device]));
  const drafts = profiles.flatMap(({ path, line, sections, get, type, id, uuid, device }): Draft[] => {
    if (device === undefined) {
      findings.push({
        file: path,
        line,
        object: id,
        message: `profile "${id}" names no device and applies to any of its kind`,
        hint: 'Set connection.interface-name.',
      });
      return [];
    }
    const controller = get('connection', 'controller') ?? get('connection', 'master');
    const one = draft({
      backend: 'networkmanager',
      file: path,
      line,
      name: device,
      type,
      profile: { id, ...(uuid !== undefined && { uuid }) },
      onBoot: asBoolean(get('connection', 'autoconnect')) ?? true,
    });
    if (controller !== undefined) one.master = deviceByUuid.get(controller) ?? controller;
    const mac = get('ethernet', 'cloned-mac-address') ?? get(type, 'mac-address');
    if (mac !== undefined) one.mac = mac;
    const mtu = asNumber(get('ethernet', 'mtu'));
    if (mtu !== undefined) one.mtu = mtu;
    one.dhcp4 = get('ipv4', 'method') === 'auto';
    one.dhcp6 = get('ipv6', 'method') === 'dhcp';
    one.autoconf = get('ipv6', 'method') === 'auto';
    for (const section of ['ipv4', 'ipv6'] as const) {
      for (const { key, value } of sections.filter(({ name }) => name === section).flatMap(({ entries }) => entries)) {
        if (!/^address\d*$/.test(key)) continue;
        const [address = '', gateway] = value.split(',');
        one.addresses.push(address.trim());
        if (gateway !== undefined) one[section === 'ipv4' ? 'gateway4' : 'gateway6'] ??= gateway.trim();
      }
      const gateway = get(section, 'gateway');
      if (gateway !== undefined) one[section === 'ipv4' ? 'gateway4' : 'gateway6'] ??= gateway;
    }
    if (type === 'bridge') {
      one.stp = asBoolean(get('bridge', 'stp')) ?? true;
      const delay = asNumber(get('bridge', 'forward-delay'));
      if (delay !== undefined) one.delay = delay;
    }
    const bond = bondFrom((option) => get('bond', option));
    if (type === 'bond' && bond !== undefined) one.bond = bond;
    if (type === 'vlan') {
      const parent = get('vlan', 'parent') ?? '';
      one.vlan = { tag: Number(get('vlan', 'id') ?? 0), lower: deviceByUuid.get(parent) ?? parent };
    }
    return [one];
  });
  return { drafts, findings };
}
