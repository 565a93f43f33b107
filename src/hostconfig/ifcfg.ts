import type { HostFile, HostFinding } from '../model/host-config.ts';
import { asBoolean, asNumber, readAssignments } from './assignments.ts';
import { bondFrom } from './bond.ts';
import { draft, withPrefix, type Draft } from './draft.ts';
import type { Reading } from './reading.ts';

/**
 * network-scripts: one `ifcfg-NAME` for each interface, shell assignments. Source of the keys: sysconfig.txt of the
 * initscripts package. Addresses may be numbered (`IPADDR`, `IPADDR0`, `IPADDR1` …).
 */
export function readIfcfg(files: readonly HostFile[]): Reading {
  const drafts: Draft[] = [];
  const findings: HostFinding[] = [];
  for (const { path, text } of files) {
    const fileName = path.slice(path.lastIndexOf('/') + 1);
    if (!fileName.startsWith('ifcfg-') || fileName === 'ifcfg-lo' || /[~]$|\.(bak|orig|rpmsave|rpmnew|rpmorig)$/.test(fileName)) continue;
    const assignments = readAssignments(text);
    const find = (key: string) => assignments.findLast((one) => one.key === key);
    const get = (key: string) => find(key)?.value;
    const device = find('DEVICE');
    const suffix = fileName.slice('ifcfg-'.length);
    const name = device?.value ?? suffix;
    if (device !== undefined && device.value !== suffix && get('NAME') !== suffix) {
      findings.push({
        file: path,
        line: device.line,
        object: name,
        message: `${fileName} describes ${name}, not ${suffix}`,
        hint: `Say DEVICE=${suffix}, or call the file ifcfg-${name}.`,
      });
    }
    const type = get('TYPE')?.toLowerCase();
    const onBoot = find('ONBOOT');
    if (asBoolean(onBoot?.value) === false) {
      findings.push({
        file: path,
        line: onBoot?.line ?? 1,
        object: name,
        message: `${type === 'bridge' ? 'bridge ' : ''}${name} will not come up at boot`,
        hint: 'Say ONBOOT=yes.',
      });
    }
    const tag = /^(.+)\.(\d+)$/.exec(name);
    const isVlan = asBoolean(get('VLAN')) === true || type === 'vlan';
    const bonding = new Map(
      (get('BONDING_OPTS') ?? '').split(/\s+/).map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
    );
    const bond = bondFrom((option) => bonding.get(option));
    const gateway4 = get('GATEWAY');
    const gateway6 = get('IPV6_DEFAULTGW');
    const mac = get('MACADDR') ?? get('HWADDR');
    const master = get('BRIDGE') ?? get('MASTER');
    const mtu = asNumber(get('MTU'));
    drafts.push(
      draft({
        backend: 'ifcfg',
        file: path,
        line: device?.line ?? 1,
        name,
        type: type === 'bridge' ? 'bridge' : type === 'bond' || get('BONDING_OPTS') !== undefined ? 'bond' : isVlan ? 'vlan' : 'ethernet',
        onBoot: asBoolean(onBoot?.value) ?? true,
        dhcp4: /^(dhcp|bootp)$/i.test(get('BOOTPROTO') ?? ''),
        dhcp6: asBoolean(get('DHCPV6C')) === true,
        // ifup-eth leaves a bridge's port before it comes to addresses, and installers write IPV6INIT=yes everywhere.
        autoconf: get('BRIDGE') === undefined && asBoolean(get('IPV6INIT')) === true && asBoolean(get('IPV6_AUTOCONF')) !== false,
        addresses: addressesOf(get),
        ...(mac !== undefined && { mac }),
        ...(mtu !== undefined && { mtu }),
        ...(master !== undefined && { master }),
        ...(gateway4 !== undefined && { gateway4 }),
        ...(gateway6 !== undefined && { gateway6 }),
        ...(type === 'bridge' && bridgeKeys(get('STP'), get('DELAY'))),
        ...(isVlan && { vlan: { tag: Number(get('VLAN_ID') ?? tag?.[2] ?? 0), lower: get('PHYSDEV') ?? tag?.[1] ?? '' } }),
        ...(bond !== undefined && { bond }),
      }),
    );
  }
  return { drafts, findings };
}

function bridgeKeys(stp: string | undefined, delay: string | undefined): Pick<Draft, 'stp' | 'delay'> {
  const seconds = asNumber(delay);
  return { stp: asBoolean(stp) ?? false, ...(seconds !== undefined && { delay: seconds }) };
}

function addressesOf(get: (key: string) => string | undefined): string[] {
  const addresses: string[] = [];
  for (const suffix of ['', ...Array.from({ length: 16 }, (_, at) => String(at))]) {
    const address = get(`IPADDR${suffix}`);
    if (address !== undefined && address !== '') addresses.push(withPrefix(address, get(`PREFIX${suffix}`) ?? get(`NETMASK${suffix}`)));
  }
  for (const text of `${get('IPV6ADDR') ?? ''} ${get('IPV6ADDR_SECONDARIES') ?? ''}`.split(/\s+/)) if (text !== '') addresses.push(text);
  return addresses;
}
