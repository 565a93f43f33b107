import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { eventually, TestHost } from '../netns/harness.ts';
import { proof } from './proof.ts';

const at = (host: number) => `10.6.0.${host}`;
const xml = `<network><name>ovs</name><forward mode='bridge'/><bridge name='ovsbr0'/><virtualport type='openvswitch'/>
  <portgroup name='red'><vlan><tag id='10'/></vlan></portgroup>
  <portgroup name='blue'><vlan><tag id='20'/></vlan><virtualport><parameters profileid='blue-profile'/></virtualport></portgroup>
  <portgroup name='all'><vlan trunk='yes'><tag id='10'/><tag id='20'/><tag id='30' nativeMode='untagged'/></vlan></portgroup>
</network>`;

/** The switch is the host's, as its own scripts start it; a second machine hangs on a port that carries every VLAN. */
let host: TestHost;
before(async () => {
  host = await TestHost.create({ services: false });
});
after(() => host.close());

const guest = (name: string) => host.world.guest(name);
/** One column of a row, as ovs-vsctl prints it. */
const column = async (table: string, row: string, name: string) => (await host.host.must(['ovs-vsctl', 'get', table, row, name])).trim();
const wires = new Map<string, string>();
async function plug(name: string, address: string, more: { group?: string; isolated?: boolean } = {}): Promise<void> {
  await guest(name).createEmpty();
  const made = await host.client.call('port.create', { name, network: 'ovs', link: { kind: 'veth', netns: name }, ...more });
  wires.set(name, made.link!.name);
  await guest(name).address(`${address}/24`);
}

proof(
  'where Open vSwitch does not run, a network on it is refused when validated, runs for hypervisors, and takes no wire of ours',
  async () => {
    await assert.rejects(host.client.call('network.define', { xml, validate: true }), /Open vSwitch does not run here/);
    await host.client.call('network.define', { xml });
    await host.must('net-start', 'ovs');
    const { code, stderr } = await host.cli('port', 'create', 'early', '--network', 'ovs');
    assert.deepEqual([code, /does not run here[^]*Install openvswitch-switch/.test(stderr)], [1, true], stderr);
    assert.deepEqual(await host.client.call('port.list', { network: 'ovs' }), []);
  },
);

proof('ports are put on it with their VLAN, and are known there by the ids that libvirt gives', async () => {
  await host.host.sh('/usr/share/openvswitch/scripts/ovs-ctl --system-id=random --no-monitor start');
  await guest('early').createEmpty();
  await assert.rejects(
    host.client.call('port.create', { name: 'early', network: 'ovs', link: { kind: 'veth', netns: 'early' } }),
    /there is no Open vSwitch bridge ovsbr0/,
  );
  assert.doesNotMatch(await host.host.sh('ip -br link'), /vnet/);

  await host.host.sh(`
    ovs-vsctl add-br ovsbr0
    ip netns add far
    ip link add eth1 type veth peer name trunk netns far
    ip link set eth1 up
    ip -n far link set trunk up
    ovs-vsctl add-port ovsbr0 eth1
    for id in 10 20; do
      ip -n far link add link trunk name trunk.$id type vlan id $id
      ip netns add far$id
      ip -n far link set trunk.$id netns far$id
      ip -n far$id link set trunk.$id up
      ip -n far$id address add 10.6.0.1$id/24 dev trunk.$id
    done`);
  await plug('red', at(1), { group: 'red' });
  await plug('blue', at(2), { group: 'blue' });
  const { uuid, owner, mac } = await host.client.call('port.get', { port: 'blue' });
  const { xml: document } = await host.client.call('port.xml', { port: uuid });
  const id = /interfaceid='([0-9a-f-]+)'/.exec(document)?.[1];
  const wire = wires.get('blue')!;
  assert.deepEqual([await column('Port', wires.get('red')!, 'tag'), await column('Port', wire, 'tag')], ['10', '20']);
  assert.equal(
    await column('Interface', wire, 'external_ids'),
    `{attached-mac="${mac}", iface-id="${id}", iface-status=active, port-profile=blue-profile, vm-id="${owner.uuid}"}`.replaceAll(
      /"([a-z][a-z-]*)"/g,
      '$1',
    ),
  );
  assert.match(document, /<tag id='20'\/>/);
});

proof('S013 S036: its access ports are in one VLAN each, across the trunk', async () => {
  const reached = await Promise.all([
    guest('red').ping(at(110), { tries: 3 }),
    guest('blue').ping(at(120), { tries: 3 }),
    guest('red').ping(at(2)),
    guest('red').ping(at(120)),
    guest('blue').ping(at(110)),
  ]);
  assert.deepEqual(reached, [true, true, false, false, false]);
});

proof('S014: a trunk port carries its VLANs and a native one', async () => {
  await plug('router', at(30), { group: 'all' });
  const wire = wires.get('router')!;
  assert.deepEqual(await Promise.all([column('Port', wire, 'trunks'), column('Port', wire, 'tag'), column('Port', wire, 'vlan_mode')]), [
    '[10, 20, 30]',
    '30',
    'native-untagged',
  ]);
  await guest('router').sh(`
    ip link add link eth0 name eth0.20 type vlan id 20
    ip link set eth0.20 up
    ip address flush dev eth0
    ip address add ${at(31)}/24 dev eth0.20`);
  assert.deepEqual([await guest('router').ping(at(2), { tries: 3 }), await guest('router').ping(at(1))], [true, false]);
});

proof('a port changes its VLAN while its guest runs', async () => {
  await host.must('port', 'set', 'red', '--access', '20');
  assert.equal(await column('Port', wires.get('red')!, 'tag'), '20');
  assert.deepEqual([await guest('red').ping(at(2), { tries: 3 }), await guest('red').ping(at(110))], [true, false]);
  await host.client.call('port.setVlan', { port: 'red' });
  assert.deepEqual([await column('Port', wires.get('red')!, 'tag'), await guest('red').ping(at(110), { tries: 3 })], ['10', true]);
});

proof('what somebody takes off the switch is put back, and all of it outlives the daemon and the switch', async () => {
  await host.host.must(['ovs-vsctl', 'del-port', wires.get('red')!]);
  await eventually(
    'red is back',
    async () => (await host.host.run(['ovs-vsctl', 'get', 'Port', wires.get('red')!, 'tag'])).stdout.trim() === '10',
    10_000,
  );
  const flow = guest('red').run(['ping', '-i', '0.2', '-c', '50', '-q', at(110)]);
  await host.stopDaemon('KILL');
  await host.startDaemon();
  assert.match((await flow).stdout, /50 received, 0% packet loss/);
  await host.host.sh('/usr/share/openvswitch/scripts/ovs-ctl --no-monitor restart');
  await host.host.must(['ovs-vsctl', '--if-exists', 'del-port', wires.get('blue')!]);
  await eventually(
    'blue is back',
    async () => (await host.host.run(['ovs-vsctl', 'get', 'Port', wires.get('blue')!, 'tag'])).stdout.trim() === '20',
    20_000,
  );
  assert.equal(await guest('blue').ping(at(120), { tries: 5 }), true);
});

proof('ports leave the switch with their guests', async () => {
  for (const name of ['red', 'blue', 'router']) await host.client.call('port.delete', { port: name });
  assert.equal(await host.host.must(['ovs-vsctl', 'list-ports', 'ovsbr0']), 'eth1\n');
  assert.doesNotMatch(await host.host.sh('ip -br link'), /vnet/);
});
