import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { Machine } from './machine.ts';
import { proof } from './proof.ts';

/**
 * No kernel of these machines has a driver for radio. So the card is one with a cable, in whose folder of sysfs there is
 * what nl80211 puts there: `phy80211`. Everything else is as it is on any host.
 */
const machine = new Machine();
let address = '';

before(async () => {
  await machine.host.sh('folder=$(readlink -f /sys/class/net/eth0); mount -t tmpfs none $folder; mkdir $folder/phy80211');
  await machine.startDaemon();
  address = await machine.host.sh('ip -o link show eth0; ip -o address show eth0');
});
after(async () => {
  await machine.close();
  await machine.host.sh('umount $(readlink -f /sys/class/net/eth0)');
});

const refusal = async (...argv: readonly string[]) => {
  const { code, stderr } = await machine.run(...argv);
  assert.equal(code, 1, stderr);
  return stderr;
};

proof('S033: a Wi-Fi card is no port of a bridge: the reason is told, and what does work', async () => {
  const said = await refusal('bridge', 'create', 'br0', '--port', 'eth0');
  assert.match(said, /eth0 is a Wi-Fi card, and an access point drops what comes from any address but the card's own/);
  assert.match(said, /Use a cable, or give guests a network with forward mode nat or route/);
  await machine.must('bridge', 'create', 'br1');
  assert.match(await refusal('bridge', 'add', 'br1', 'eth0'), /eth0 is a Wi-Fi card/);
  await machine.must('bridge', 'delete', 'br1');
  assert.match(await refusal('vlan', 'create', '10', '--uplink', 'eth0'), /eth0 is a Wi-Fi card, and an access point passes no tags on/);
});

proof('S033: a refused card is as it was, and the networks that the refusal names can use it', async () => {
  assert.equal(await machine.host.sh('ip -o link show eth0; ip -o address show eth0'), address);
  const xml = (mode: string, number: number) =>
    `<network><name>${mode}</name><forward mode='${mode}' dev='eth0'/><ip address='10.33.${number}.1' prefix='24'/></network>`;
  for (const [number, mode] of ['nat', 'route'].entries()) {
    await machine.client.call('network.create', { xml: xml(mode, number) });
    assert.equal((await machine.client.call('network.get', { network: mode })).active, true);
  }
});
