import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { backends, readHost } from '../../../src/hostconfig/index.ts';
import type { BackendName, HostFile } from '../../../src/model/host-config.ts';
import type { HostInterface } from '../../../src/model/host-interface.ts';
import { applied, filesBelow } from './host-folder.ts';

/**
 * Every configuration that the tutorials show, one folder of test/golden/samples each, with their mistakes. What a
 * tutorial does by commands (nmcli, nmtui) is there as the files that those leave behind.
 */
const samples = join(import.meta.dirname, '../../golden/samples');
const uuidOf = (): string => '00000000-0000-4000-8000-000000000000';

interface Sample {
  readonly folder: string;
  readonly backend: BackendName;
  /** Every interface in few words: what it is, what lies below it, its addresses. */
  readonly said: Readonly<Record<string, string>>;
  readonly findings: readonly string[];
}

const cases: readonly (Sample & { readonly name: string })[] = [
  {
    name: 'S060, D08: a netplan bridge with two addresses, and the commented-out card above it',
    folder: 'netplan-bridge',
    backend: 'netplan',
    said: { eno1: 'ethernet', br0: 'bridge stp=false delay=4 of eno1, 192.168.6.200/24 192.168.7.200/24' },
    findings: ['br0 has no default route'],
  },
  {
    name: 'D08: the netplan card before, with the gateway key of old',
    folder: 'netplan-card',
    backend: 'netplan',
    said: { eno1: 'ethernet, 192.168.6.200/24 via 192.168.6.11' },
    findings: ['gateway4 is deprecated'],
  },
  {
    name: 'S044, S045, S046, S048, S050: what nmcli leaves behind for br2, beside cards with DHCP and a Chinese name',
    folder: 'nmcli-br2',
    backend: 'networkmanager',
    said: {
      ens33: 'ethernet, dhcp auto6 (有线连接 1)',
      ens38: 'ethernet, dhcp auto6 (ens38)',
      br2: 'bridge stp=true of ens37, 10.1.1.10/24 auto6 (br2)',
      ens37: 'ethernet (br2-ens37)',
    },
    findings: [],
  },
  {
    name: 'S047: what nmcli leaves behind for br0 without spanning tree; its port names it by UUID',
    folder: 'nmcli-br0',
    backend: 'networkmanager',
    said: { br0: 'bridge stp=false of enp0s25, dhcp auto6 (bridge-br0)', enp0s25: 'ethernet (bridge-slave-enp0s25)' },
    findings: [],
  },
  {
    name: 'S051: a bridge made in nmtui',
    folder: 'nmtui-bridge',
    backend: 'networkmanager',
    said: {
      'nm-bridge': 'bridge stp=true delay=15 of ens37, 192.168.119.140/24 via 192.168.119.2 (Bridge connection 1)',
      ens37: 'ethernet (Ethernet connection 1)',
    },
    findings: [],
  },
  {
    name: 'S053, S054, D01: ifcfg files of a bridge whose name is wrong',
    folder: 'ifcfg-bridge',
    backend: 'ifcfg',
    said: { ens33: 'ethernet', br5: 'bridge stp=false, 192.168.119.140/24 via 192.168.119.2' },
    findings: ['ifcfg-br0 describes br5, not br0', 'ens33 joins br0, which no file defines'],
  },
  {
    name: 'S055, D02: the ifcfg bridge of virt-manager, which does not come up at boot',
    folder: 'ifcfg-virt-manager',
    backend: 'ifcfg',
    said: { ens37: 'ethernet', virbr1: 'bridge stp=true delay=0 of ens37, dhcp' },
    findings: ['ens37 will not come up at boot', 'bridge virbr1 will not come up at boot'],
  },
  {
    name: 'S057: a bridge in /etc/network/interfaces',
    folder: 'ifupdown-bridge',
    backend: 'ifupdown',
    said: { eth0: 'ethernet', br0: 'bridge stp=false delay=0 of eth0, dhcp' },
    findings: [],
  },
  {
    name: 'S067, S036: two VLANs and their bridges in /etc/network/interfaces',
    folder: 'ifupdown-vlans',
    backend: 'ifupdown',
    said: {
      eth0: 'ethernet, dhcp',
      'eth0.10': 'vlan 10 of eth0',
      brvlan10: 'bridge stp=false delay=0 of eth0.10',
      'eth0.20': 'vlan 20 of eth0',
      brvlan20: 'bridge stp=false delay=0 of eth0.20',
    },
    findings: [],
  },
  {
    name: 'S062: a bridge of systemd-networkd over two cards, which share a file',
    folder: 'networkd-bridge',
    backend: 'networkd',
    said: { br0: 'bridge stp=false of en1 en2, 192.168.1.87/24 via 192.168.1.254', en1: 'ethernet', en2: 'ethernet' },
    findings: [],
  },
];

function inWords(one: HostInterface): string {
  const addresses = one.protocols.flatMap(({ dhcp, autoconf, ips, gateway }) => [
    ...(dhcp === undefined ? [] : ['dhcp']),
    ...(autoconf === true ? ['auto6'] : []),
    ...ips.map(({ address, prefix }) => `${address}/${prefix}`),
    ...(gateway === undefined ? [] : [`via ${gateway}`]),
  ]);
  const bridge = one.type === 'bridge' ? [`stp=${one.stp}`, ...(one.delay === undefined ? [] : [`delay=${one.delay}`])] : [];
  const below = 'ports' in one && one.ports.length > 0 ? [`of ${one.ports.map(({ name }) => name).join(' ')}`] : [];
  const vlan = one.type === 'vlan' ? [`${one.tag} of ${one.lower}`] : [];
  return `${[one.type, ...bridge, ...vlan, ...below].join(' ')}${addresses.length === 0 ? '' : `, ${addresses.join(' ')}`}`;
}

const readingOf = (backend: BackendName, files: readonly HostFile[]) => readHost(new Map([[backend, files]]));
const written = (backend: BackendName, files: readonly HostFile[], wanted: readonly HostInterface[]) =>
  backends.find(({ name }) => name === backend)!.write(wanted, files, { uuidOf });

test('every folder of samples has a case', () => {
  expect(cases.map(({ folder }) => folder).toSorted()).toEqual(readdirSync(samples).toSorted());
});

describe.each(cases)('$name', ({ folder, backend, said, findings }) => {
  const files = filesBelow(join(samples, folder, backend));
  const reading = readingOf(backend, files);

  test('is read, and its mistakes are found', () => {
    const words = reading.interfaces.map(({ definition, profile }) => [
      definition.name,
      `${inWords(definition)}${profile === undefined ? '' : ` (${profile.id})`}`,
    ]);
    expect(Object.fromEntries(words)).toEqual(said);
    expect(reading.findings.map(({ message }) => message)).toEqual(findings);
    for (const { file, hint } of reading.findings)
      expect([files.some(({ path }) => path === file), hint !== undefined]).toEqual([true, true]);
  });

  test('is left byte for byte where what is asked for is what it says', () => {
    for (const { definition } of reading.interfaces) {
      expect(written(backend, files, [definition])).toEqual({ changes: [] });
    }
  });

  test('keeps its comments and the keys that mean nothing to us where its address changes', () => {
    const [holder] = reading.interfaces
      .filter(({ definition: { type } }) => type !== 'vlan')
      .toSorted((one, other) => rank(other.definition) - rank(one.definition));
    const protocols = [{ family: 'ipv4' as const, ips: [{ address: '198.51.100.7', prefix: 24 }], gateway: '198.51.100.1' }];
    const edit = written(backend, files, [{ ...holder!.definition, protocols }]);
    expect(edit).toEqual({
      changes: expect.arrayContaining([expect.objectContaining({ after: expect.stringContaining('198.51.100.7') })]),
    });
    const after = applied(files, edit);
    expect(
      readingOf(backend, after).interfaces.find(({ definition: { name } }) => name === holder!.definition.name)?.definition.protocols,
    ).toEqual(protocols);
    for (const { path, text } of files) {
      const now = after.find((file) => file.path === path)?.text ?? '';
      for (const line of text
        .split('\n')
        .filter((one) => /#|bridge_waitport|timestamp|priority|may-fail|DEFROUTE|UUID|renderer|version/i.test(one)))
        expect(now).toContain(line);
    }
  });
});

test('S043: the profiles of NetworkManager are listed with name, UUID, kind and device', () => {
  const { interfaces } = readingOf('networkmanager', filesBelow(join(samples, 'nmcli-br0/networkmanager')));
  expect(interfaces.map(({ profile, definition: { type, name } }) => [profile?.id, profile?.uuid, type, name])).toEqual([
    ['bridge-br0', '9dcd545c-f65a-471c-b1c9-399912dcb4dc', 'bridge', 'br0'],
    ['bridge-slave-enp0s25', '583f6a08-9af1-41c7-bea7-e17387f42071', 'ethernet', 'enp0s25'],
  ]);
});

/** The one that has the addresses, as a bridge has. */
function rank({ type, protocols }: HostInterface): number {
  return (type === 'bridge' ? 2 : 0) + (protocols.length > 0 ? 1 : 0);
}
