import { expect, test } from 'vitest';
import { copyOf } from '../../../src/compile/copy.ts';
import { parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { parseSubnet } from '../../../src/model/address.ts';
import type { Network } from '../../../src/model/network.ts';

const block = (text: string) => parseSubnet(text)!;
const network = (inner: string): Network =>
  parseNetwork(`<network><name>one</name><uuid>d1eb3b86-bde3-4c5e-92b9-dbe6fb298f7d</uuid>${inner}</network>`) as Network;

const served = network(`
  <forward mode='nat'/><bridge name='virbr0' stp='off' delay='3'/><mac address='52:54:00:00:00:01'/><mtu size='1400'/>
  <domain name='one.test' localOnly='yes'/>
  <dns><host ip='192.168.122.9'><hostname>old</hostname></host><host ip='10.9.9.9'><hostname>far</hostname></host></dns>
  <ip address='192.168.122.1' netmask='255.255.255.0'><dhcp>
    <range start='192.168.122.100' end='192.168.122.199'/><host mac='52:54:00:00:00:09' ip='192.168.122.9'/>
    <bootp file='boot' server='192.168.122.1'/></dhcp></ip>
  <ip family='ipv6' address='2001:db8:1::1' prefix='64'/>`);

test('a copy keeps what the network is, and leaves what belongs to the first one alone', () => {
  const copy = copyOf(served, 'two', [block('192.168.122.0/24')])!;
  expect(copy).toMatchObject({
    name: 'two',
    forward: { mode: 'nat' },
    bridge: { stp: false, delay: 3 },
    mtu: 1400,
    domain: { name: 'one.test' },
    dns: { hosts: [{ ip: '10.9.9.9', hostnames: ['far'] }] },
    ips: [
      {
        address: '192.168.123.1',
        dhcp: { ranges: [{ start: '192.168.123.100', end: '192.168.123.199' }], hosts: [], bootp: { server: '192.168.123.1' } },
      },
    ],
  });
  for (const own of ['uuid', 'mac', 'forwards'] as const) expect(copy).not.toHaveProperty(own);
  expect(copy.bridge).not.toHaveProperty('name');
  expect(copy.ips).toHaveLength(1);
});

test.each([
  ['10.0.0.1/16', ['10.0.0.0/16'], '172.16.0.1'],
  ['192.168.5.129/25', ['192.168.122.0/25', '192.168.123.0/24'], '192.168.124.1'],
  ['10.0.0.1/8', [], '10.0.0.1'],
])('%s becomes the next free block of its size', (address, taken, copied) => {
  const [text, prefix] = address.split('/');
  const copy = copyOf(network(`<ip address='${text}' prefix='${prefix}'/>`), 'two', taken.map(block));
  expect(copy?.ips[0]).toMatchObject({ address: copied, prefix: Number(prefix) });
});

test('two blocks of one network do not take the same free one', () => {
  const copy = copyOf(network("<ip address='10.1.0.1' prefix='24'/><ip address='10.2.0.1' prefix='24'/>"), 'two', []);
  expect(copy?.ips.map(({ address }) => address)).toEqual(['192.168.122.1', '192.168.123.1']);
});

test('a network onto a bridge of the host shares it; one of a size that is not free is refused', () => {
  expect(copyOf(network("<forward mode='bridge'/><bridge name='br0'/>"), 'two', [])).toMatchObject({ bridge: { name: 'br0' }, ips: [] });
  expect(copyOf(network("<ip address='10.0.0.1' prefix='8'/>"), 'two', [block('10.5.0.0/24')])).toBeUndefined();
});
