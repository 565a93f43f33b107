import { prefixOfNetmask } from '../model/address.ts';
import type { BackendName, WrittenInterface } from '../model/host-config.ts';
import type { BondPart, HostInterface, InterfacePart, InterfaceProtocol } from '../model/host-interface.ts';
import { parseMac } from '../model/units.ts';

/**
 * One interface as a dialect writes it: flat, names instead of nesting, everything optional. Readers make drafts;
 * `assemble` turns all drafts of a host into definitions, because a port may name its bridge as well as a bridge its port.
 */
export interface Draft {
  readonly backend: BackendName;
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly profile?: WrittenInterface['profile'];
  type: HostInterface['type'];
  onBoot?: boolean;
  mac?: string;
  mtu?: number;
  dhcp4?: boolean;
  dhcp6?: boolean;
  autoconf?: boolean;
  /** `192.0.2.1/24`, either family. */
  addresses: string[];
  gateway4?: string;
  gateway6?: string;
  stp?: boolean;
  /** Seconds. */
  delay?: number;
  /** Bridge or bond: its ports by name. */
  ports: string[];
  /** The bridge or bond this is a port of. */
  master?: string;
  vlan?: { tag: number; lower: string };
  bond?: Omit<BondPart, 'ports'>;
}

export function draft(start: Pick<Draft, 'backend' | 'file' | 'line' | 'name'> & Partial<Draft>): Draft {
  return { type: 'ethernet', addresses: [], ports: [], ...start };
}

/** Joins what belongs together: nested definitions, each interface with the ports that either side names. */
export function assemble(drafts: readonly Draft[]): WrittenInterface[] {
  const byName = new Map(drafts.map((one) => [one.name, one]));
  const portsOf = portNames(drafts);
  const part = (name: string, above: readonly string[]): InterfacePart => {
    const one = byName.get(name);
    if (one?.type === 'vlan' && one.vlan !== undefined) return { type: 'vlan', name, ...one.vlan };
    if (one?.type === 'bond' && !above.includes(name))
      return { type: 'bond', name, ...one.bond, ports: [...(portsOf.get(name) ?? [])].map((port) => part(port, [...above, name])) };
    const mac = one?.mac === undefined ? undefined : parseMac(one.mac);
    return { type: 'ethernet', name, ...(mac !== undefined && { mac }) };
  };
  return drafts.map((one): WrittenInterface => {
    const { backend, file, line, profile, name } = one;
    const ports = [...(portsOf.get(name) ?? [])].map((port) => part(port, [name]));
    return { backend, file, line, ...(profile !== undefined && { profile }), definition: define(one, ports) };
  });
}

/** A port is written at its bridge (netplan, ifupdown) or at itself (NetworkManager, networkd, ifcfg). */
export function portNames(drafts: readonly Draft[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map(drafts.map(({ name, ports }) => [name, new Set(ports)]));
  for (const { name, master } of drafts) if (master !== undefined) names.get(master)?.add(name);
  return names;
}

function define(one: Draft, ports: readonly InterfacePart[]): HostInterface {
  const mac = one.mac === undefined ? undefined : parseMac(one.mac);
  const base = {
    name: one.name,
    ...(one.onBoot !== undefined && { start: one.onBoot ? ('onboot' as const) : ('none' as const) }),
    ...(one.mtu !== undefined && { mtu: one.mtu }),
    protocols: protocolsOf(one),
  };
  switch (one.type) {
    case 'bridge':
      return {
        ...base,
        type: 'bridge',
        ...(mac !== undefined && { mac }),
        ...(one.stp !== undefined && { stp: one.stp }),
        ...(one.delay !== undefined && { delay: one.delay }),
        ports,
      };
    case 'bond':
      return { ...base, type: 'bond', ...one.bond, ports };
    case 'vlan':
      return { ...base, type: 'vlan', tag: one.vlan?.tag ?? 0, lower: one.vlan?.lower ?? '' };
    case 'ethernet':
      return { ...base, type: 'ethernet', ...(mac !== undefined && { mac }) };
  }
}

function protocolsOf(one: Draft): InterfaceProtocol[] {
  const ips = (family: 'ipv4' | 'ipv6') =>
    one.addresses
      .filter((text) => text.includes(':') === (family === 'ipv6'))
      .map((text) => {
        const [address = '', prefix] = text.split('/');
        return { address, ...(prefix !== undefined && { prefix: Number(prefix) }) };
      });
  const protocols: InterfaceProtocol[] = [
    {
      family: 'ipv4',
      ...(one.dhcp4 === true && { dhcp: {} }),
      ips: ips('ipv4'),
      ...(one.gateway4 !== undefined && { gateway: one.gateway4 }),
    },
    {
      family: 'ipv6',
      ...(one.autoconf === true && { autoconf: true }),
      ...(one.dhcp6 === true && { dhcp: {} }),
      ips: ips('ipv6'),
      ...(one.gateway6 !== undefined && { gateway: one.gateway6 }),
    },
  ];
  return protocols.filter(
    ({ autoconf, dhcp, ips: all, gateway }) => autoconf === true || dhcp !== undefined || all.length > 0 || gateway !== undefined,
  );
}

/** `192.0.2.1` and a netmask, or a prefix length, as `192.0.2.1/24`; without either the address alone. */
export function withPrefix(address: string, mask: string | undefined): string {
  if (mask === undefined || address.includes('/')) return address;
  const prefix = mask.includes('.') ? prefixOfNetmask(mask) : Number(mask);
  return prefix === undefined || !Number.isInteger(prefix) ? address : `${address}/${prefix}`;
}
