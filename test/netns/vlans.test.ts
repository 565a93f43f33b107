import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestHost } from './harness.ts';

/** What VLANs are where the kernel has them is proved in a virtual machine: test/vm/vlan.test.ts and vlan-filter.test.ts. */
let host: TestHost;
/** This kernel's own answer, for a bridge that filters and for a VLAN device. */
const can = { filter: true, device: true };

beforeAll(async () => {
  host = await TestHost.create();
  can.filter =
    (await host.host.run(['sh', '-c', 'ip link add probe type bridge && ip link set probe type bridge vlan_filtering 1'])).code === 0;
  can.device = (await host.host.run(['ip', 'link', 'add', 'link', 'eth0', 'name', 'probe.1', 'type', 'vlan', 'id', '1'])).code === 0;
  await host.host.run(['sh', '-c', 'ip link del probe.1; ip link del probe']);
});
afterAll(() => host?.close());

const picture = () => host.host.sh('ip -br -o link; ip -br address show scope global; ip route');
const lan = (more: string) => `<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/>${more}</network>`;
const vlan10 = "<vlan><tag id='10'/></vlan>";

/** Refused, with the option of the kernel that is missing; and the host is as it was. */
async function refused(option: string, ...argv: readonly string[]): Promise<void> {
  const before = await picture();
  const { code, stderr } = await host.cli(...argv);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(option) });
  expect(stderr).toContain('hint: Load the module or boot a kernel with');
  expect(await picture()).toBe(before);
}

describe('S036: a kernel that cannot filter VLANs', () => {
  test('is named when a network is validated, and when it starts; it may be defined for another host', async (context) => {
    context.skip(can.filter, 'this kernel can');
    const file = host.file('lan.xml', lan(vlan10));
    await refused('CONFIG_BRIDGE_VLAN_FILTERING', 'net-define', file, '--validate');
    await host.must('net-define', file);
    await refused('CONFIG_BRIDGE_VLAN_FILTERING', 'net-start', 'lan');
    await host.must('net-undefine', 'lan');
  });

  test('is named when a portgroup asks, and when a port does, which then is not made', async (context) => {
    context.skip(can.filter, 'this kernel can');
    await refused('CONFIG_BRIDGE_VLAN_FILTERING', 'net-create', host.file('group.xml', lan(`<portgroup name='red'>${vlan10}</portgroup>`)));
    await host.host.sh('ip link add br0 type bridge');
    await host.must('net-create', host.file('plain.xml', lan('')));
    await refused('CONFIG_BRIDGE_VLAN_FILTERING', 'port', 'create', 'web', '--network', 'lan', '--access', '10');
    await host.must('port', 'create', 'web', '--network', 'lan', '--for', 'none');
    await refused('CONFIG_BRIDGE_VLAN_FILTERING', 'port', 'set', 'web', '--trunk', '10,20');
    await host.must('net-destroy', 'lan');
    await host.host.sh('ip link del br0');
  });

  test('is named when a bridge is to filter', async (context) => {
    context.skip(can.filter, 'this kernel can');
    await refused('CONFIG_BRIDGE_VLAN_FILTERING', 'bridge', 'create', 'br1', '--port', 'eth0', '--vlan-filtering');
  });
});

test('S036: a kernel without VLAN devices is named when one is asked for, validated or not', async (context) => {
  context.skip(can.device, 'this kernel can');
  await refused('CONFIG_VLAN_8021Q', 'vlan', 'create', '10', '--uplink', 'eth0');
  const xml = "<interface type='vlan' name='eth0.10'><vlan tag='10'><interface name='eth0'/></vlan></interface>";
  await refused('CONFIG_VLAN_8021Q', 'iface-define', host.file('vlan.xml', xml), '--validate');
});

test('S015 D9: a VLAN number is judged before the kernel is asked', async () => {
  const { code, stderr } = await host.cli('vlan', 'create', '4095', '--uplink', 'eth0');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/4095 is not the ID of a VLAN: 4095 is reserved[^]*hint: Use 1 to 4094/)]);
  expect((await host.cli('vlan', 'delete', '0')).stderr).toContain('only carries a priority');
});

test('a VLAN that Viaduct did not make is not deleted, and there is a list', async () => {
  expect((await host.cli('vlan', 'delete', '10')).stderr).toContain('Viaduct made no VLAN 10');
  expect(await host.must('vlan', 'list')).toMatch(/^ VLAN +Uplink +Device +Bridge +Ports\n-+\n$/);
});

test('S100: where Open vSwitch is not, a network on it runs for hypervisors that see to that, and takes no wire of ours', async (context) => {
  context.skip(existsSync('/run/openvswitch/db.sock'), 'it runs here');
  const file = host.file('ovs.xml', lan("<virtualport type='openvswitch'/>").replaceAll('lan', 'ovs'));
  const before = await picture();
  expect((await host.cli('net-define', file, '--validate')).stderr).toContain(
    "asks for <virtualport type='openvswitch'>, and Open vSwitch does not run here",
  );
  await host.must('net-define', file);
  await host.must('net-start', 'ovs');
  const { code, stderr } = await host.cli('port', 'create', 'web', '--network', 'ovs');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/does not run here[^]*hint: Install openvswitch-switch and start it/)]);
  expect(await host.client.call('port.list', { network: 'ovs' })).toEqual([]);
  await host.must('net-destroy', 'ovs');
  expect(await picture()).toBe(before);
});

test('S042: a bridge is shown in detail, and as brctl shows it', async () => {
  await host.host.sh('ip link add br5 address 52:54:00:00:00:05 type bridge forward_delay 0 stp_state 0; ip link set br5 up');
  const guest = await host.guest('br5');
  await guest.address('192.0.2.9/24');
  await host.host.sh('ip address add 192.0.2.1/24 dev br5');
  await guest.ping('192.0.2.1', { tries: 3 });
  const shown = await host.must('bridge', 'show', 'br5');
  expect(shown).toMatch(/^bridge name: +br5\nbridge id: +8000\.525400000005\n[^]*addresses: +192\.0\.2\.1\/24[^]*filters VLANs: +no\n/);
  expect(shown).toMatch(new RegExp(`${guest.link} +forwarding +- +\\d+\n[^]*${guest.mac} +${guest.link}\n`));
  expect(await host.must('bridge', 'show', 'br5', '--brctl')).toBe(
    `bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr5\t\t8000.525400000005\tno\t\t${guest.link}\n`,
  );
  expect((await host.cli('bridge', 'show', 'eth0')).stderr).toContain('eth0 is no bridge');
  expect((await host.cli('bridge', 'show', 'none')).stderr).toContain('there is no bridge none');
});

test('a bridge is not deleted under a network or a guest, which are named', async () => {
  await host.must('addbr', 'br6');
  await host.start("<network><name>six</name><forward mode='bridge'/><bridge name='br6'/></network>");
  expect((await host.cli('delbr', 'br6')).stderr).toContain("bridge br6 carries network 'six'");
  await host.must('port', 'create', 'web', '--network', 'six', '--for', 'none');
  expect((await host.cli('delbr', 'br6')).stderr).toMatch(/bridge br6 is in use by vnet\d+ \(web\)/);
  await host.must('port', 'delete', 'web');
  await host.must('net-destroy', 'six');
  await host.must('delbr', 'br6', '--for', '0');
});
