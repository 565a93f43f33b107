import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { eventually, TestHost } from '../netns/harness.ts';
import { capture } from './capture.ts';
import { proof } from './proof.ts';

/** One bridge that filters VLANs over a trunk card, and another host at the other end of it. All addresses are of one subnet. */
const at = (host: number) => `10.8.0.${host}`;
const farAt = { 10: at(110), 20: at(120), 30: at(130), untagged: at(101) };

const lan = `<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/>
  <portgroup name='red'><vlan><tag id='10'/></vlan></portgroup>
  <portgroup name='blue'><vlan><tag id='20'/></vlan></portgroup>
  <portgroup name='all'><vlan trunk='yes'><tag id='10'/><tag id='20'/><tag id='30' nativeMode='untagged'/></vlan></portgroup>
</network>`;

let host: TestHost;
before(async () => {
  host = await TestHost.create({ services: false });
  await host.host.sh(`
    ip netns add far
    ip link add eth1 type veth peer name trunk netns far
    ip link set eth1 up
    ip -n far link set trunk up
    ip -n far address add ${farAt.untagged}/24 dev trunk`);
  for (const id of [10, 20, 30] as const) {
    await host.host.sh(`
      ip netns add far${id}
      ip -n far link add link trunk name trunk.${id} type vlan id ${id}
      ip -n far link set trunk.${id} netns far${id}
      ip -n far${id} link set trunk.${id} up
      ip -n far${id} address add ${farAt[id]}/24 dev trunk.${id}`);
  }
});
after(() => host.close());

const guest = (name: string) => host.world.guest(name);
const far = (id: keyof typeof farAt) => host.world.space(id === 'untagged' ? 'far' : `far${id}`);
/** What the kernel says of a port, as `10 PVID Egress Untagged`. */
const vlansOf = async (link: string) => {
  const [found] = JSON.parse(await host.host.must(['bridge', '-compressvlans', '-j', 'vlan', 'show', 'dev', link])) as [
    { vlans: { vlan: number; vlanEnd?: number; flags?: string[] }[] }?,
  ];
  return (found?.vlans ?? []).map(({ vlan, vlanEnd, flags = [] }) =>
    [vlanEnd === undefined ? vlan : `${vlan}-${vlanEnd}`, ...flags].join(' '),
  );
};
const wires = new Map<string, string>();
async function plug(name: string, address: string, { group, network = 'lan' }: { group?: string; network?: string } = {}): Promise<void> {
  await guest(name).createEmpty();
  const link = { kind: 'veth', netns: name } as const;
  const made = await host.client.call('port.create', { name, network, link, ...(group !== undefined && { group }) });
  wires.set(name, made.link!.name);
  await guest(name).address(`${address}/24`);
}

proof('S014 S036: a bridge that filters VLANs carries all of them over its card, and the untagged ones as before', async () => {
  assert.equal(await host.must('bridge', 'create', 'br0', '--port', 'eth1', '--vlan-filtering', '--for', '0'), 'Bridge br0 created\n');
  assert.match(await host.host.sh('ip -d link show br0'), /vlan_filtering 1/);
  assert.deepEqual(await vlansOf('eth1'), ['1 PVID Egress Untagged', '2-4094']);
  await host.start(lan);
  await plug('plain', at(1));
  assert.equal(await guest('plain').ping(farAt.untagged, { tries: 3 }), true);
});

proof('S011 S013: an access port is in its one VLAN, and hears neither the others nor what has no tag', async () => {
  await Promise.all([plug('red', at(10), { group: 'red' }), plug('blue', at(20), { group: 'blue' })]);
  assert.deepEqual(await vlansOf(wires.get('red')!), ['10 PVID Egress Untagged']);
  const reached = await Promise.all([
    guest('red').ping(farAt[10], { tries: 3 }),
    guest('blue').ping(farAt[20], { tries: 3 }),
    ...[farAt[20], farAt.untagged, at(20), at(1)].map((address) => guest('red').ping(address)),
    ...[farAt[10], at(1)].map((address) => guest('blue').ping(address)),
    guest('plain').ping(farAt[10]),
    far('untagged').ping(at(10)),
  ]);
  assert.deepEqual(reached, [true, true, ...Array.from({ length: 8 }, () => false)]);
});

proof('S012 S138: a request in VLAN 20 is heard by its ports alone', async () => {
  const heard = await Promise.all([
    ...['red', 'blue', 'plain'].map((name) => capture(host.host, wires.get(name)!, 'arp')),
    capture(far(20), 'trunk.20', 'arp'),
    capture(far(10), 'trunk.10', 'arp'),
    capture(far('untagged'), 'trunk', 'arp and not vlan'),
  ]);
  assert.equal(await guest('blue').ping(at(99), { tries: 2 }), false);
  // The guest's kernel repeats its request once a second: the captures end, one after the other, when it has given up.
  await eventually('the guest gives up', async () => (await guest('blue').must(['ip', 'neigh', 'show', at(99)])).includes('FAILED'));
  await Promise.all(heard.map((one) => one.stop()));
  const [red, blue = 0, plain, far20 = 0, far10, untagged] = heard.map((one) => one.count(/who-has 10\.8\.0\.99 tell 10\.8\.0\.20/));
  assert.deepEqual({ red, plain, far10, untagged }, { red: 0, plain: 0, far10: 0, untagged: 0 });
  assert.ok(blue > 0 && far20 === blue, `${blue} asked, ${far20} heard`);
});

proof('S014: the guest of a trunk port tags for itself, and has the native VLAN without', async () => {
  await plug('router', at(30), { group: 'all' });
  assert.deepEqual(await vlansOf(wires.get('router')!), ['10', '20', '30 PVID Egress Untagged']);
  assert.equal(await guest('router').ping(farAt[30], { tries: 3 }), true);
  await guest('router').sh(`
    ip link add link eth0 name eth0.20 type vlan id 20
    ip link set eth0.20 up
    ip address flush dev eth0
    ip address add ${at(31)}/24 dev eth0.20`);
  assert.deepEqual(
    [
      await guest('router').ping(at(20), { tries: 3 }),
      await guest('router').ping(farAt[20], { tries: 3 }),
      await guest('router').ping(farAt[10]),
    ],
    [true, true, false],
  );
});

proof('a port changes its VLAN while its guest runs, and others lose nothing', async () => {
  const flow = guest('blue').run(['ping', '-i', '0.2', '-c', '40', '-q', farAt[20]]);
  assert.equal(await host.must('port', 'set', 'red', '--access', '20'), 'Port red carries: VLAN 20\n');
  assert.deepEqual(await vlansOf(wires.get('red')!), ['20 PVID Egress Untagged']);
  assert.deepEqual([await guest('red').ping(at(20), { tries: 3 }), await guest('red').ping(farAt[10])], [true, false]);
  assert.match(await host.must('port', 'set', 'red', '--trunk', '10,30-32', '--native', '20'), /trunk 10,30-32, native 20/);
  assert.deepEqual(await vlansOf(wires.get('red')!), ['10', '20 PVID Egress Untagged', '30-32']);
  assert.match(await host.must('port', 'set', 'red', '--inherit'), /carries: VLAN 10/);
  assert.deepEqual(await vlansOf(wires.get('red')!), ['10 PVID Egress Untagged']);
  assert.match((await flow).stdout, /40 received, 0% packet loss/);
});

proof('a portgroup changes its VLAN while its guests run, and so does a network', async () => {
  const flow = guest('blue').run(['ping', '-i', '0.2', '-c', '25', '-q', farAt[20]]);
  const xml = "<portgroup name='red'><vlan><tag id='30'/></vlan></portgroup>";
  await host.client.call('network.update', { network: 'lan', command: 'modify', section: 'portgroup', xml, live: true });
  assert.deepEqual(await vlansOf(wires.get('red')!), ['30 PVID Egress Untagged']);
  assert.equal(await guest('red').ping(farAt[30], { tries: 3 }), true);
  const yaml = (vlan: string) => `apiVersion: viaduct/v1\nkind: Network\nname: other\nmode: bridge\nbridge: br0\n${vlan}`;
  await host.client.call('spec.apply', { text: yaml('vlan: 10\n') });
  await plug('other', at(40), { network: 'other' });
  assert.deepEqual(await vlansOf(wires.get('other')!), ['10 PVID Egress Untagged']);
  await host.client.call('spec.apply', { text: yaml('vlan: {trunk: [10, 20], native: 30}\n') });
  assert.deepEqual(await vlansOf(wires.get('other')!), ['10', '20', '30 PVID Egress Untagged']);
  await host.client.call('spec.apply', { text: yaml('') });
  assert.deepEqual(await vlansOf(wires.get('other')!), ['1 PVID Egress Untagged']);
  assert.equal(await guest('other').ping(farAt.untagged, { tries: 3 }), true);
  assert.match((await flow).stdout, /25 received, 0% packet loss/);
});

proof("a hypervisor's own tap gets the VLAN of its port, and loses nothing when the daemon is killed", async () => {
  const uuid = '11111111-1111-4111-8111-111111111111';
  const xml = `<networkport><uuid>${uuid}</uuid><owner><name>kvm</name><uuid>${uuid}</uuid></owner><group>blue</group><mac address='52:54:00:12:34:56'/></networkport>`;
  await host.client.call('port.createXml', { network: 'lan', xml });
  // libvirt before 11.0 does not start a guest that is said to have a VLAN on a Linux bridge.
  assert.doesNotMatch((await host.client.call('port.xml', { port: uuid })).xml, /vlan/);
  await guest('kvm').createEmpty();
  await host.host.sh(`
    ip link add tap9 address fe:54:00:12:34:56 type veth peer name eth0 address 52:54:00:12:34:56 netns kvm
    ip link set tap9 master br0 up
    ip -n kvm link set eth0 up`);
  await guest('kvm').address(`${at(50)}/24`);
  const has = (vlan: string) => async () => (await vlansOf('tap9')).join() === vlan;
  await eventually('the tap is in VLAN 20', has('20 PVID Egress Untagged'), 10_000);
  assert.deepEqual([await guest('kvm').ping(at(20), { tries: 3 }), await guest('kvm').ping(at(1))], [true, false]);
  await host.client.call('port.setVlan', { port: uuid, vlan: { tags: [{ id: 30 }] } });
  assert.equal(await has('30 PVID Egress Untagged')(), true);
  await host.client.call('port.setVlan', { port: uuid });

  const flow = guest('kvm').run(['ping', '-i', '0.2', '-c', '60', '-q', farAt[20]]);
  await host.stopDaemon('KILL');
  await host.startDaemon();
  assert.match((await flow).stdout, /60 received, 0% packet loss/);
  assert.equal(await has('20 PVID Egress Untagged')(), true);
});

proof('what somebody takes from a port, or switches off at the bridge, is put right', async () => {
  const wire = wires.get('blue')!;
  await host.host.sh(`bridge vlan del dev ${wire} vid 20; bridge vlan add dev ${wire} vid 10 pvid untagged`);
  await eventually('blue is back in VLAN 20', async () => (await vlansOf(wire)).join() === '20 PVID Egress Untagged', 10_000);
  await host.host.sh('ip link set br0 type bridge vlan_filtering 0');
  await eventually('br0 filters again', async () => (await host.host.sh('ip -d link show br0')).includes('vlan_filtering 1'), 10_000);
  assert.equal(await guest('blue').ping(farAt[10]), false);
});

proof("the host's own address in a VLAN of the bridge is reached by the guests of that VLAN", async () => {
  await host.client.call('vlan.create', { id: 20, uplink: 'br0', bridge: false, address: `${at(254)}/24` });
  assert.deepEqual(await vlansOf('br0'), ['1 PVID Egress Untagged', '20']);
  assert.deepEqual(
    [
      await guest('blue').ping(at(254), { tries: 3 }),
      await far(20).ping(at(254), { tries: 3 }),
      await far(10).ping(at(254)),
      await guest('plain').ping(at(254)),
    ],
    [true, true, false, false],
  );
  await host.client.call('vlan.delete', { id: 20, uplink: 'br0', seconds: 0 });
  assert.deepEqual(await vlansOf('br0'), ['1 PVID Egress Untagged']);
});

proof('S018: the bridge is shown with the VLANs of its ports, and the picture has them', async () => {
  const shown = await host.must('bridge', 'show', 'br0');
  assert.match(
    shown,
    new RegExp(
      `filters VLANs: +yes, 1 where nobody says another[^]* eth1 +forwarding +- +\\d+ +2-4094 native 1\n[^]* ${wires.get('blue')} +forwarding +blue +\\d+ +20\n`,
    ),
  );
  assert.match(shown, /[0-9a-f:]{17} +vnet\d +20\n/);
  assert.match(await host.must('vlan', 'list'), new RegExp(`20 +eth1, ${wires.get('router')} +- +br0 +.*${wires.get('blue')}`));
  assert.equal((await host.must('bridge', 'show', 'br0', '--brctl')).trim(), (await host.host.must(['brctl', 'show', 'br0'])).trim());
  const { topology } = await host.client.call('topology.get', {});
  const vlans = (id: string) => topology.nodes.find((node) => node.id === id)?.vlans;
  assert.deepEqual(vlans('link/eth1'), { role: 'trunk', ids: '2-4094', native: 1 });
  assert.deepEqual(vlans(`guest/${wires.get('blue')}`), { role: 'access', ids: '20', domain: 'br0/20' });
});

proof("a bridge of ours begins to filter when a network needs it; somebody else's is left alone, with the reason", async () => {
  await host.client.call('bridge.create', { bridge: 'br1', seconds: 0 });
  const onBridge = (name: string, bridge: string) =>
    `<network><name>${name}</name><forward mode='bridge'/><bridge name='${bridge}'/><vlan><tag id='7'/></vlan></network>`;
  await host.start(onBridge('seven', 'br1'));
  assert.match(await host.host.sh('ip -d link show br1'), /vlan_filtering 1/);
  await host.host.sh('ip link add theirs type bridge');
  await host.client.call('network.define', { xml: onBridge('foreign', 'theirs') });
  await assert.rejects(host.client.call('network.start', { network: 'foreign' }), /bridge theirs does not filter VLANs/);
  assert.match(await host.host.sh('ip -d link show theirs'), /vlan_filtering 0/);
  assert.equal((await host.client.call('network.get', { network: 'foreign' })).active, false);
  await host.host.sh('ip link set theirs type bridge vlan_filtering 1');
  await host.client.call('network.start', { network: 'foreign' });
});
