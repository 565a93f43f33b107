import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { eventually, TestHost } from '../netns/harness.ts';
import { capture } from './capture.ts';
import { proof } from './proof.ts';

/** As the tutorials have it: two guests of one subnet, one in VLAN 10 and one in VLAN 20, and the same on another host. */
const [vm1, vm2, far1, far2] = ['192.168.100.10', '192.168.100.20', '192.168.100.110', '192.168.100.120'];

let host: TestHost;
before(async () => {
  host = await TestHost.create({ services: false });
  // The other host is made by hand, with the kernel's own tools: eth1 is the cable between the two.
  await host.host.sh(`
    ip netns add far
    ip link add eth1 type veth peer name trunk netns far
    ip link set eth1 up
    ip -n far link set trunk up`);
  for (const [id, address] of [
    [10, far1],
    [20, far2],
  ]) {
    await host.host.sh(`
      ip netns add far${id}
      ip -n far link add link trunk name trunk.${id} type vlan id ${id}
      ip -n far link set trunk.${id} netns far${id}
      ip -n far${id} link set trunk.${id} up
      ip -n far${id} address add ${address}/24 dev trunk.${id}`);
  }
});
after(() => host.close());

const guest = (name: string) => host.world.guest(name);
const far = (name: string) => host.world.space(name);

proof('S015 D9: VLANs are numbered 1 to 4094, and 0, 4095 and 4096 are refused with the reason', async () => {
  for (const [id, reason] of [
    [0, 'only carries a priority'],
    [4095, 'reserved'],
    [4096, 'twelve bits'],
  ] as const) {
    const { code, stderr } = await host.cli('vlan', 'create', String(id), '--uplink', 'eth1');
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`${id} is not the ID of a VLAN: .*${reason}[^]*Use 1 to 4094`));
  }
});

proof('S016 S017 S036 S067: a VLAN of a card is made as one thing, its device and a bridge over it', async () => {
  for (const id of ['10', '20']) {
    assert.equal(await host.must('vlan', 'create', id, '--uplink', 'eth1'), `VLAN ${id} of eth1 created: brvlan${id}\n`);
    assert.match(
      await host.host.sh(`ip -d link show eth1.${id}`),
      new RegExp(`eth1.${id}@eth1: .*master brvlan${id}.*UP[^]*vlan protocol 802.1Q id ${id}`),
    );
  }
  assert.match(await host.must('vlan', 'list'), /10 +eth1 +eth1\.10 +brvlan10 +-\n 20 +eth1 +eth1\.20 +brvlan20 +-\n/);
});

proof('S016: another device of the same VLAN and card is refused, and its holder is named', async () => {
  const { code, stderr } = await host.cli('vlan', 'create', '10', '--uplink', 'eth1', '--bridge', 'other');
  assert.deepEqual([code, /VLAN 10 of eth1 is eth1\.10 already, a port of brvlan10/.test(stderr)], [1, true], stderr);
  assert.equal((await host.host.run(['ip', 'link', 'show', 'other'])).code, 1);
});

proof('S017 S137: guests of one VLAN reach each other across the trunk, those of two do not, nor on one host', async () => {
  for (const [name, id, address] of [
    ['vm1', 10, vm1],
    ['vm2', 20, vm2],
  ] as const) {
    await host.start(`<network><name>lan${id}</name><forward mode='bridge'/><bridge name='brvlan${id}'/></network>`);
    await guest(name).createEmpty();
    await host.must('port', 'create', name, '--network', `lan${id}`, '--netns', name);
    await guest(name).address(`${address}/24`);
  }
  assert.deepEqual(await Promise.all([guest('vm1').ping(far1, { tries: 3 }), guest('vm2').ping(far2, { tries: 3 })]), [true, true]);
  const strangers = [
    guest('vm1').ping(vm2),
    guest('vm2').ping(vm1),
    guest('vm1').ping(far2),
    guest('vm2').ping(far1),
    far('far10').ping(vm2),
  ];
  assert.deepEqual(await Promise.all(strangers), [false, false, false, false, false]);
});

proof('S138: a request for an address is seen on the bridge and device of VLAN 20, and not on those of VLAN 10', async () => {
  const links = ['brvlan20', 'eth1.20', 'brvlan10', 'eth1.10', 'eth1'];
  const captures = await Promise.all([
    ...links.map((link) => capture(host.host, link, link === 'eth1' ? 'vlan and arp' : 'arp')),
    capture(far('far20'), 'trunk.20', 'arp'),
    capture(far('far10'), 'trunk.10', 'arp'),
  ]);
  assert.equal(await guest('vm2').ping(vm1, { tries: 2 }), false);
  // The guest's kernel repeats its request once a second: the captures end, one after the other, when it has given up.
  await eventually('the guest gives up', async () => (await guest('vm2').must(['ip', 'neigh', 'show', vm1])).includes('FAILED'));
  await Promise.all(captures.map((one) => one.stop()));
  const asked = captures.map((one) => one.count(/who-has 192\.168\.100\.10 tell 192\.168\.100\.20/));
  const [bridge20 = 0, device20 = 0, bridge10, device10, trunk = 0, there20 = 0, there10] = asked;
  assert.deepEqual([bridge10, device10, there10], [0, 0, 0], `heard on VLAN 10: ${asked.join(' ')}`);
  assert.deepEqual(
    [bridge20, device20, there20, trunk],
    Array.from({ length: 4 }, () => bridge20),
    asked.join(' '),
  );
  assert.ok(bridge20 > 0);
  assert.match(captures[4]!.lines.join('\n'), /vlan 20, .*who-has 192\.168\.100\.10 tell/);
});

proof('S018: the card is a trunk in the picture; device, bridge and guest are access ports of its VLAN', async () => {
  const { topology } = await host.client.call('topology.get', {});
  const roles = Object.fromEntries(topology.nodes.map((node) => [node.id, 'vlans' in node ? node.vlans : undefined]));
  assert.deepEqual(roles['link/eth1'], { role: 'trunk', ids: '10,20' });
  const access = { role: 'access', ids: '10', domain: 'brvlan10' };
  const wire = (await host.client.call('port.get', { port: 'vm1' })).link?.name;
  assert.deepEqual([roles['link/eth1.10'], roles['switch/brvlan10'], roles[`guest/${wire}`]], [access, access, access]);
});

proof('VLANs and their guests go on while the daemon is killed and comes back', async () => {
  await host.stopDaemon('KILL');
  assert.equal(await guest('vm1').ping(far1, { tries: 2 }), true);
  await host.startDaemon();
  assert.equal(await guest('vm1').ping(far1, { tries: 2 }), true);
  assert.equal(await guest('vm1').ping(vm2), false);
});

proof('QinQ: a VLAN inside another carries both tags, and is refused its end while it has one inside', async () => {
  assert.equal(
    await host.must('vlan', 'create', '100', '--uplink', 'eth1', '--protocol', '802.1ad', '--no-bridge'),
    'VLAN 100 of eth1 created: eth1.100\n',
  );
  await host.must('vlan', 'create', '30', '--uplink', 'eth1.100', '--address', '10.9.0.1/24');
  await host.host.sh(`
    ip -n far link add link trunk name out type vlan id 100 protocol 802.1ad
    ip -n far link set out up
    ip -n far link add link out name in type vlan id 30
    ip -n far link set in up
    ip -n far address add 10.9.0.2/24 dev in`);
  const wire = await capture(far('far'), 'trunk', 'icmp or vlan');
  assert.equal(await host.host.ping('10.9.0.2', { tries: 3 }), true);
  const doublyTagged = /802\.1Q-QinQ.*vlan 100, .*vlan 30, .*ICMP echo request/;
  await eventually('the ping is seen with both tags', async () => wire.count(doublyTagged) > 0);
  await wire.stop();
  const { code, stderr } = await host.cli('vlan', 'delete', '100');
  assert.deepEqual([code, /eth1\.100 carries eth1\.100\.30/.test(stderr)], [1, true], stderr);
  await host.must('vlan', 'delete', '30', '--for', '0');
  await host.must('vlan', 'delete', '100', '--for', '0');
});

proof('S017: a VLAN is not deleted under its guests, who are named; then all of it is gone', async () => {
  const refused = await host.cli('vlan', 'delete', '20');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /brvlan20 is in use by vnet\d \(vm2\)/);
  assert.equal(await guest('vm2').ping(far2, { tries: 2 }), true);
  for (const id of ['10', '20']) {
    await host.must('port', 'delete', id === '10' ? 'vm1' : 'vm2');
    await host.must('net-destroy', `lan${id}`);
    assert.equal(await host.must('vlan', 'delete', id, '--for', '0'), `VLAN ${id} deleted: brvlan${id}\n`);
  }
  assert.doesNotMatch(await host.host.sh('ip -br link'), /vlan|eth1\./);
  assert.match(await host.host.sh('ip link show eth1'), /state UP/);
});
