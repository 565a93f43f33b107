import { describe, expect, test } from 'vitest';
import { readHost } from '../../../src/hostconfig/index.ts';
import type { BackendName, HostReading } from '../../../src/model/host-config.ts';

/** Reads files of one dialect; keys are paths. */
function read(backend: BackendName, files: Readonly<Record<string, string>>): HostReading {
  return readHost(new Map([[backend, Object.entries(files).map(([path, text]) => ({ path, text }))]]));
}

const definitions = (reading: HostReading) => reading.interfaces.map(({ definition }) => definition);
const messages = (reading: HostReading) => reading.findings.map(({ message }) => message);
const ethernet = { type: 'ethernet' } as const;

describe('ifcfg', () => {
  const folder = '/etc/sysconfig/network-scripts';

  test('S053, S054: a NIC in a bridge that carries the address', () => {
    const reading = read('ifcfg', {
      [`${folder}/ifcfg-ens33`]:
        'TYPE="Ethernet"\nBOOTPROTO="none"\nNAME="ens33"\nUUID="a1"\nDEVICE="ens33"\nONBOOT="yes"\nBRIDGE=br0 # joins\n',
      [`${folder}/ifcfg-br0`]:
        'DEVICE=br0\nTYPE=Bridge\nBOOTPROTO=static\nONBOOT=yes\nIPADDR=192.168.119.140\nNETMASK=255.255.255.0\nGATEWAY=192.168.119.2\n',
    });
    expect(definitions(reading)).toEqual([
      { name: 'ens33', ...ethernet, start: 'onboot', protocols: [] },
      {
        name: 'br0',
        type: 'bridge',
        start: 'onboot',
        stp: false,
        protocols: [{ family: 'ipv4', ips: [{ address: '192.168.119.140', prefix: 24 }], gateway: '192.168.119.2' }],
        ports: [{ ...ethernet, name: 'ens33' }],
      },
    ]);
    expect(reading.findings).toEqual([]);
  });

  test('D1: a port joins a bridge that no file defines, since its file names another device', () => {
    const reading = read('ifcfg', {
      [`${folder}/ifcfg-ens33`]: 'DEVICE=ens33\nONBOOT=yes\nBRIDGE=br0\n',
      [`${folder}/ifcfg-br0`]:
        'DEVICE=br5\nTYPE=Bridge\nNAME=br5\nBOOTPROTO=static\nONBOOT=yes\nIPADDR=192.168.119.140\nNETMASK=255.255.255.0\nGATEWAY=192.168.119.2\n',
    });
    expect(messages(reading)).toEqual(['ifcfg-br0 describes br5, not br0', 'ens33 joins br0, which no file defines']);
    expect(reading.findings[0]).toMatchObject({ file: `${folder}/ifcfg-br0`, line: 1, object: 'br5' });
  });

  test('S055, D2: a bridge with ONBOOT=no will not come up at boot', () => {
    const reading = read('ifcfg', {
      [`${folder}/ifcfg-virbr1`]: 'DEVICE="virbr1"\nONBOOT="no"\nTYPE="Bridge"\nBOOTPROTO="dhcp"\nSTP="on"\nDELAY="0.0"\n',
    });
    expect(definitions(reading)).toEqual([
      { name: 'virbr1', type: 'bridge', start: 'none', stp: true, delay: 0, protocols: [{ family: 'ipv4', dhcp: {}, ips: [] }], ports: [] },
    ]);
    expect(reading.findings).toMatchObject([{ message: 'bridge virbr1 will not come up at boot', line: 2, hint: 'Say ONBOOT=yes.' }]);
  });

  test('copies that editors and rpm leave behind do not count', () => {
    expect(
      read('ifcfg', {
        [`${folder}/ifcfg-eth0.bak`]: 'DEVICE=eth0\n',
        [`${folder}/ifcfg-eth0~`]: 'DEVICE=eth0\n',
        [`${folder}/ifcfg-lo`]: 'DEVICE=lo\n',
      }).interfaces,
    ).toEqual([]);
  });
});

describe('ifupdown', () => {
  const file = '/etc/network/interfaces';

  test('S057: a bridge by DHCP over a NIC', () => {
    const reading = read('ifupdown', {
      [file]:
        'auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet manual\n\nauto br0\niface br0 inet dhcp\n  bridge_ports eth0\n  bridge_stp off\n  bridge_fd 0\n',
    });
    expect(definitions(reading)).toEqual([
      { name: 'eth0', ...ethernet, start: 'onboot', protocols: [] },
      {
        name: 'br0',
        type: 'bridge',
        start: 'onboot',
        stp: false,
        delay: 0,
        protocols: [{ family: 'ipv4', dhcp: {}, ips: [] }],
        ports: [{ ...ethernet, name: 'eth0' }],
      },
    ]);
  });

  test('S067: VLANs 10 and 20 of one NIC, each in a bridge of its own', () => {
    const vlan = (tag: number) =>
      `auto eth0.${tag}\niface eth0.${tag} inet manual\n  vlan-raw-device eth0\n\nauto brvlan${tag}\niface brvlan${tag} inet manual\n  bridge_stp off\n  bridge_ports eth0.${tag}\n\n`;
    const reading = read('ifupdown', { [file]: `auto eth0\niface eth0 inet dhcp\n\n${vlan(10)}${vlan(20)}` });
    expect(definitions(reading).filter(({ type }) => type === 'bridge')).toMatchObject([
      { name: 'brvlan10', ports: [{ type: 'vlan', name: 'eth0.10', tag: 10, lower: 'eth0' }] },
      { name: 'brvlan20', ports: [{ type: 'vlan', name: 'eth0.20', tag: 20, lower: 'eth0' }] },
    ]);
    expect(reading.findings).toEqual([]);
  });

  test('a bridge that is not named after auto will not come up at boot', () => {
    expect(messages(read('ifupdown', { [file]: 'iface br0 inet dhcp\n  bridge_ports none\n' }))).toEqual([
      'bridge br0 will not come up at boot',
    ]);
  });

  test('both families of one device, a netmask, and a continued line', () => {
    const reading = read('ifupdown', {
      [file]:
        'auto eth0\niface eth0 inet static\n  address 192.0.2.10\n  netmask 255.255.255.0\n  gateway \\\n  192.0.2.1\niface eth0 inet6 static\n  address 2001:db8::10/64\n',
    });
    expect(definitions(reading)[0]?.protocols).toEqual([
      { family: 'ipv4', ips: [{ address: '192.0.2.10', prefix: 24 }], gateway: '192.0.2.1' },
      { family: 'ipv6', ips: [{ address: '2001:db8::10', prefix: 64 }] },
    ]);
  });
});

describe('netplan', () => {
  const path = '/etc/netplan/00-cloud-init.yaml';
  const bridge = [
    'network:',
    '  version: 2',
    '  renderer: networkd',
    '  ethernets:',
    '    eno1:',
    '      dhcp4: false',
    '  bridges:',
    '    br0:',
    '      dhcp4: no',
    '      interfaces: [eno1]',
    '      addresses: [192.168.6.200/24, 192.168.7.200/24]',
    '      parameters:',
    '        stp: true',
    '        forward-delay: 4',
  ];

  test('S060: a bridge with two addresses, spanning tree and a forward delay', () => {
    const reading = read('netplan', { [path]: [...bridge, '      routes: [{to: default, via: 192.168.6.11}]', ''].join('\n') });
    expect(definitions(reading)[1]).toEqual({
      name: 'br0',
      type: 'bridge',
      start: 'onboot',
      stp: true,
      delay: 4,
      protocols: [
        {
          family: 'ipv4',
          ips: [
            { address: '192.168.6.200', prefix: 24 },
            { address: '192.168.7.200', prefix: 24 },
          ],
          gateway: '192.168.6.11',
        },
      ],
      ports: [{ ...ethernet, name: 'eno1' }],
    });
    expect(reading.findings).toEqual([]);
  });

  test('D8: the bridge has no default route', () => {
    expect(read('netplan', { [path]: `${bridge.join('\n')}\n` }).findings).toMatchObject([
      { object: 'br0', line: 8, message: 'br0 has no default route' },
    ]);
  });

  test('D8: gateway4 is deprecated, and its place is named', () => {
    expect(read('netplan', { [path]: `${bridge.join('\n')}\n      gateway4: 192.168.6.11\n` }).findings).toMatchObject([
      { line: 15, message: 'gateway4 is deprecated', hint: 'Write routes: [{to: default, via: 192.168.6.11}].' },
    ]);
  });

  test.each([0, 4095, 4096])('S015, D9: VLAN ID %i is refused and the range is told', (id) => {
    const { findings } = read('netplan', {
      [path]: `network:\n  ethernets: {eth0: {dhcp4: true}}\n  vlans:\n    v: {id: ${id}, link: eth0}\n`,
    });
    expect(findings).toMatchObject([{ message: `VLAN ID ${id} of v is not valid`, hint: expect.stringContaining('1 to 4094') }]);
  });

  test('S016: one parent does not carry an ID twice', () => {
    expect(
      messages(
        read('netplan', {
          [path]: 'network:\n  ethernets: {eth0: {dhcp4: true}}\n  vlans:\n    a: {id: 10, link: eth0}\n    b: {id: 10, link: eth0}\n',
        }),
      ),
    ).toEqual(['b and a are both VLAN 10 of eth0']);
  });

  test('a file that is no YAML is refused with its place', () => {
    expect(() => read('netplan', { [path]: 'network:\n  ethernets: [\n' })).toThrow(/^\/etc\/netplan\/00-cloud-init\.yaml:3:1: /);
  });

  test('a later file wins over an earlier one', () => {
    const reading = read('netplan', {
      '/etc/netplan/90.yaml': 'network: {ethernets: {eth0: {dhcp4: false}}}',
      '/etc/netplan/10.yaml': 'network: {ethernets: {eth0: {dhcp4: true}}}',
    });
    expect(definitions(reading)[0]?.protocols).toEqual([]);
  });
});

describe('NetworkManager', () => {
  const folder = '/etc/NetworkManager/system-connections';

  test('S044-S048: profiles with Chinese names; a port names its bridge by UUID', () => {
    const reading = read('networkmanager', {
      [`${folder}/有线 连接.nmconnection`]:
        '[connection]\nid=有线 连接\nuuid=11111111-0000-0000-0000-000000000001\ntype=ethernet\ninterface-name=ens33\nmaster=11111111-0000-0000-0000-000000000002\nslave-type=bridge\n',
      [`${folder}/网桥 br2.nmconnection`]:
        '[connection]\nid=网桥 br2\nuuid=11111111-0000-0000-0000-000000000002\ntype=bridge\ninterface-name=br2\n\n[bridge]\nstp=no\n\n[ipv4]\nmethod=manual\naddress1=10.1.1.10/24,10.1.1.1\n',
    });
    expect(reading.interfaces[1]).toMatchObject({
      profile: { id: '网桥 br2', uuid: '11111111-0000-0000-0000-000000000002' },
      definition: {
        name: 'br2',
        type: 'bridge',
        stp: false,
        ports: [{ name: 'ens33' }],
        protocols: [{ family: 'ipv4', ips: [{ address: '10.1.1.10', prefix: 24 }], gateway: '10.1.1.1' }],
      },
    });
    expect(reading.findings).toEqual([]);
  });

  test('a profile without a device is reported, not guessed', () => {
    expect(messages(read('networkmanager', { [`${folder}/any.nmconnection`]: '[connection]\nid=any\ntype=ethernet\n' }))).toEqual([
      'profile "any" names no device and applies to any of its kind',
    ]);
  });
});

describe('networkd', () => {
  test('S062: devices in .netdev, their settings in .network', () => {
    const reading = read('networkd', {
      '/etc/systemd/network/10-br0.netdev': '[NetDev]\nName=br0\nKind=bridge\n\n[Bridge]\nSTP=yes\nForwardDelaySec=4\n',
      '/etc/systemd/network/10-br0.network': '[Match]\nName=br0\n\n[Network]\nAddress=192.0.2.10/24\nGateway=192.0.2.1\n',
      '/etc/systemd/network/20-eth0.network': '[Match]\nName=eth0\n\n[Network]\nBridge=br0\n',
    });
    expect(definitions(reading)).toEqual([
      {
        name: 'br0',
        type: 'bridge',
        start: 'onboot',
        stp: true,
        delay: 4,
        protocols: [{ family: 'ipv4', ips: [{ address: '192.0.2.10', prefix: 24 }], gateway: '192.0.2.1' }],
        ports: [{ ...ethernet, name: 'eth0' }],
      },
      { name: 'eth0', ...ethernet, start: 'onboot', protocols: [] },
    ]);
  });
});

test('S004: an address on a port of a bridge is reported, since it will not answer', () => {
  expect(
    messages(
      read('ifupdown', {
        '/etc/network/interfaces':
          'auto eth0 br0\niface eth0 inet static\n  address 192.0.2.5/24\niface br0 inet dhcp\n  bridge_ports eth0\n',
      }),
    ),
  ).toEqual(['eth0 is a port of br0 and has addresses of its own, which will not answer']);
});

test('D6: a gateway outside of the address block is reported', () => {
  expect(
    messages(
      read('netplan', {
        '/etc/netplan/a.yaml': 'network: {ethernets: {eth0: {addresses: [203.0.113.161/29], routes: [{to: default, via: 203.0.113.116}]}}}',
      }),
    ),
  ).toEqual(['gateway 203.0.113.116 of eth0 is not in 203.0.113.160/29']);
});

test('bonds that name each other end', () => {
  const reading = read('ifupdown', {
    '/etc/network/interfaces': 'auto a b\niface a inet dhcp\n  bond-slaves b\niface b inet manual\n  bond-slaves a\n',
  });
  expect(definitions(reading)).toHaveLength(2);
});
