import type { HostFile } from '../model/host-config.ts';
import { asBoolean, asNumber, readSections, valueOf } from './assignments.ts';
import { bondFrom, type BondOption } from './bond.ts';
import { draft, type Draft } from './draft.ts';
import type { Reading } from './reading.ts';

/** networkd's names for the bonding driver's options; a time without a unit would be seconds. */
export const bondKeys: Readonly<Record<BondOption, string>> = {
  mode: 'Mode',
  miimon: 'MIIMonitorSec',
  downdelay: 'DownDelaySec',
  updelay: 'UpDelaySec',
  arp_interval: 'ARPIntervalSec',
  arp_ip_target: 'ARPIPTargets',
  arp_validate: 'ARPValidate',
};

/** systemd-networkd: `.netdev` files make devices, `.network` files configure them. Source of the keys: systemd.netdev(5), systemd.network(5). */
export function readNetworkd(files: readonly HostFile[]): Reading {
  const drafts = new Map<string, Draft>();
  const at = (path: string, line: number, name: string): Draft => {
    const one = drafts.get(name) ?? draft({ backend: 'networkd', file: path, line, name, onBoot: true });
    drafts.set(name, one);
    return one;
  };
  const tags = new Map<string, number>();
  for (const { path, text } of files.filter((file) => file.path.endsWith('.netdev'))) {
    const sections = readSections(text);
    const name = valueOf(sections, 'NetDev', 'Name');
    const kind = valueOf(sections, 'NetDev', 'Kind');
    if (name === undefined || (kind !== 'bridge' && kind !== 'bond' && kind !== 'vlan')) continue;
    const one = at(path, sections[0]?.line ?? 1, name);
    one.type = kind;
    const mac = valueOf(sections, 'NetDev', 'MACAddress');
    if (mac !== undefined && mac !== 'none') one.mac = mac;
    if (kind === 'bridge') {
      one.stp = asBoolean(valueOf(sections, 'Bridge', 'STP')) ?? false;
      const delay = asNumber(valueOf(sections, 'Bridge', 'ForwardDelaySec')?.replace(/s$/, ''));
      if (delay !== undefined) one.delay = delay;
    }
    if (kind === 'vlan') tags.set(name, Number(valueOf(sections, 'VLAN', 'Id') ?? 0));
    const bond = bondFrom((option) => milliseconds(valueOf(sections, 'Bond', bondKeys[option])));
    if (kind === 'bond' && bond !== undefined) one.bond = bond;
  }
  for (const { path, text } of files.filter((file) => file.path.endsWith('.network'))) {
    const sections = readSections(text);
    for (const name of (valueOf(sections, 'Match', 'Name') ?? '').split(/\s+/).filter((word) => word !== '' && !/[*?[!]/.test(word))) {
      const one = at(path, sections[0]?.line ?? 1, name);
      const values = (section: string, key: string) =>
        sections
          .filter((found) => found.name === section)
          .flatMap(({ entries }) => entries)
          .filter((entry) => entry.key === key)
          .map(({ value }) => value);
      const master = valueOf(sections, 'Network', 'Bridge') ?? valueOf(sections, 'Network', 'Bond');
      if (master !== undefined) one.master = master;
      const dhcp = valueOf(sections, 'Network', 'DHCP');
      one.dhcp4 = dhcp === 'ipv4' || asBoolean(dhcp) === true;
      one.dhcp6 = dhcp === 'ipv6' || asBoolean(dhcp) === true;
      one.addresses.push(...values('Network', 'Address'), ...values('Address', 'Address'));
      const defaults = sections.filter(
        (found) => found.name === 'Route' && ['', '0.0.0.0/0', '::/0'].includes(valueOf([found], 'Route', 'Destination') ?? ''),
      );
      for (const gateway of [...values('Network', 'Gateway'), ...defaults.flatMap((route) => valueOf([route], 'Route', 'Gateway') ?? [])])
        one[gateway.includes(':') ? 'gateway6' : 'gateway4'] ??= gateway;
      one.autoconf = asBoolean(valueOf(sections, 'Network', 'IPv6AcceptRA')) ?? false;
      if (valueOf(sections, 'Link', 'ActivationPolicy') === 'manual') one.onBoot = false;
      const mtu = asNumber(valueOf(sections, 'Link', 'MTUBytes'));
      if (mtu !== undefined) one.mtu = mtu;
      for (const child of values('Network', 'VLAN')) {
        const vlan = drafts.get(child);
        if (vlan !== undefined) vlan.vlan = { tag: tags.get(child) ?? 0, lower: name };
      }
    }
  }
  return { drafts: [...drafts.values()], findings: [] };
}

/** `100ms` and `0.1s` are 100; what is no time stays. */
function milliseconds(value: string | undefined): string | undefined {
  const [, number, unit] = /^([\d.]+)\s*(ms|s)$/.exec(value ?? '') ?? [];
  return number === undefined ? value : String(Math.round(Number(number) * (unit === 's' ? 1000 : 1)));
}
