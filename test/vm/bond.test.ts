import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { eventually, TestHost } from '../netns/harness.ts';
import { proof } from './proof.ts';

/** Two cables to one switch, eth1 and eth2; behind the switch a machine with an address in each subnet below. */
let host: TestHost;
before(async () => {
  host = await TestHost.create({ services: false });
  await host.host.sh(`
    ip netns add far
    ip -n far link add sw type bridge forward_delay 0 stp_state 0
    ip -n far link set sw up
    ip -n far address add 10.7.0.2/24 dev sw
    ip -n far link add link sw name sw.10 type vlan id 10
    ip -n far link set sw.10 up
    ip -n far address add 10.7.10.2/24 dev sw.10
    for n in 1 2; do
      ip link add eth$n type veth peer name p$n netns far
      ip -n far link set p$n master sw up
      ip link set eth$n up
    done`);
});
after(() => host.close());

const bondXml = (
  name: string,
  options: string,
  ports: readonly string[],
  inner = '',
  address = '',
) => `<interface type='bond' name='${name}'>
  <start mode='onboot'/>${address === '' ? '' : `<protocol family='ipv4'><ip address='${address}' prefix='24'/></protocol>`}
  <bond${options}>${inner}${ports.map((port) => `<interface type='ethernet' name='${port}'/>`).join('')}</bond></interface>`;
const active = async () => (await host.host.sh('cat /sys/class/net/bond0/bonding/active_slave')).trim();
const far = (script: string) => host.world.space('far').sh(script);

proof('every bonding mode of an interface document is brought up as it says', async () => {
  const modes = ['balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb'];
  for (const mode of modes) {
    const xml = bondXml('bondx', ` mode='${mode}'`, ['eth1', 'eth2'], "<miimon freq='100' updelay='200' downdelay='100' carrier='netif'/>");
    await host.client.call('interface.define', { xml });
    await host.client.call('interface.start', { interface: 'bondx' });
    const said = await host.host.sh('cd /sys/class/net/bondx/bonding; cat mode miimon updelay downdelay slaves');
    assert.match(said, new RegExp(`^${mode} \\d\n100\n200\n100\neth1 eth2\n$`));
    await host.client.call('interface.stop', { interface: 'bondx' });
  }
  await host.client.call('interface.undefine', { interface: 'bondx' });
  assert.match(await host.host.sh('ip -br link show eth1'), /UP/);
});

proof('a bond goes on over its other leg when a cable breaks', async () => {
  const miimon = "<miimon freq='100' carrier='netif'/>";
  await host.client.call('interface.define', { xml: bondXml('bond0', " mode='active-backup'", ['eth1', 'eth2'], miimon, '10.7.0.1') });
  await host.client.call('interface.start', { interface: 'bond0' });
  assert.equal(await host.host.ping('10.7.0.2', { tries: 5 }), true);
  const first = await active();
  const flow = host.host.run(['ping', '-i', '0.2', '-c', '40', '-q', '10.7.0.2']);
  await far(`sleep 1; ip link set ${first.replace('eth', 'p')} down`);
  const other = first === 'eth1' ? 'eth2' : 'eth1';
  await eventually(`${other} is the active leg`, async () => (await active()) === other);
  const received = Number(/(\d+) received/.exec((await flow).stdout)?.[1]);
  assert.ok(received >= 35, `${received} of 40 came back`);
  await far(`ip link set ${first.replace('eth', 'p')} up`);
});

proof('S016: a VLAN of a bond, with its bridge, goes the same way', async () => {
  await host.client.call('vlan.create', { id: 10, uplink: 'bond0', address: '10.7.10.1/24' });
  assert.match(await host.host.sh('ip -d link show bond0.10'), /bond0\.10@bond0: .*master brvlan10[^]*id 10/);
  assert.equal(await host.host.ping('10.7.10.2', { tries: 3 }), true);
  const leg = await active();
  await far(`ip link set ${leg.replace('eth', 'p')} down`);
  assert.equal(await host.host.ping('10.7.10.2', { tries: 5 }), true);
  await far(`ip link set ${leg.replace('eth', 'p')} up`);
  await host.client.call('vlan.delete', { id: 10, seconds: 0 });
});

proof('a bridge over a bond, in one document, has the address; a guest on it is a citizen of the LAN', async () => {
  await host.client.call('interface.stop', { interface: 'bond0' });
  const inner = bondXml('bond0', " mode='active-backup'", ['eth1', 'eth2'], "<miimon freq='100' carrier='netif'/>").replace(
    /\s*<start.*\n/,
    '',
  );
  await host.client.call('host.apply', {
    xml: `<interface type='bridge' name='br0'><protocol family='ipv4'><ip address='10.7.0.1' prefix='24'/></protocol><bridge stp='off' delay='0'>${inner}</bridge></interface>`,
    seconds: 0,
  });
  assert.match(await host.host.sh('ip -br link show master br0; ip -br address show br0'), /bond0.*[^]*br0 .*10\.7\.0\.1\/24/);
  assert.match(await host.host.sh('cat /sys/class/net/bond0/bonding/slaves'), /eth1 eth2/);
  const guest = await host.guest('br0');
  await guest.address('10.7.0.50/24');
  assert.deepEqual([await guest.ping('10.7.0.2', { tries: 3 }), await guest.ping('10.7.0.1', { tries: 3 })], [true, true]);
  const leg = await active();
  await far(`ip link set ${leg.replace('eth', 'p')} down`);
  assert.equal(await guest.ping('10.7.0.2', { tries: 5 }), true);
  await far(`ip link set ${leg.replace('eth', 'p')} up`);
  await host.host.must(['ip', 'link', 'set', guest.link, 'nomaster']);
  await host.client.call('bridge.delete', { bridge: 'br0', seconds: 0 });
  assert.match(await host.host.sh('ip -br link'), /^(?![^]*bond0)[^]*eth1@\S+ +UP/);
});

proof('a bond that asks its gateway leaves a leg that carries nothing, also while its cable is up', async () => {
  const arpmon = "<arpmon interval='200' target='10.7.0.2' validate='all'/>";
  await host.client.call('interface.define', { xml: bondXml('bond0', " mode='active-backup'", ['eth1', 'eth2'], arpmon, '10.7.0.1') });
  await host.client.call('interface.start', { interface: 'bond0' });
  assert.equal(await host.host.ping('10.7.0.2', { tries: 5 }), true);
  const leg = await active();
  // The cable stays as it is, and leads nowhere.
  await far(`ip link add hole type bridge; ip link set ${leg.replace('eth', 'p')} master hole`);
  assert.equal(await host.host.ping('10.7.0.2', { tries: 10 }), true);
  assert.notEqual(await active(), leg);
  await host.client.call('interface.stop', { interface: 'bond0' });
});
