import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import { eventually } from '../netns/harness.ts';
import { Machine } from './machine.ts';
import { proof } from './proof.ts';

const blue = `<network><name>blue</name><bridge name='virbr7'/><domain name='blue.test' localOnly='yes' register='yes'/><forward mode='nat'/>
  <ip address='192.168.77.1' netmask='255.255.255.0'><dhcp><range start='192.168.77.10' end='192.168.77.99'/></dhcp></ip></network>`;
const green = `<network><name>green</name><bridge name='virbr8'/><domain name='green.test' register='no'/>
  <ip address='192.168.78.1' netmask='255.255.255.0'/></network>`;

const machine = new Machine();
let address = '';

before(async () => {
  await machine.startDaemon();
  await machine.client.call('network.define', { xml: blue });
  await machine.client.call('network.start', { network: 'blue' });
  await machine.client.call('network.create', { xml: green });
  const web = machine.world.guest('web');
  await web.create({ link: 'web0', mac: '52:54:00:00:00:01' });
  await web.plug('web0', 'virbr7');
  address = (await web.dhcp({ tries: 8 }))?.address ?? '';
});
after(() => machine.close());

const says = async (wanted: string | RegExp, ...argv: readonly string[]) => assert.match(await machine.host.must(argv), new RegExp(wanted));
const soonSays = (wanted: string, ...argv: readonly string[]) =>
  eventually(
    `${argv.join(' ')} says ${wanted}`,
    async () => {
      const { code, stdout } = await machine.host.run(argv);
      return code === 0 && stdout.includes(wanted);
    },
    10_000,
  );
const isUnknown = async (name: string) => assert.notEqual((await machine.host.run(['getent', 'hosts', name])).code, 0);

proof('resolved asks the network for its own domain, for no other name, and not by default', async () => {
  assert.match(address, /^192\.168\.77\./);
  await says('192.168.77.1', 'resolvectl', 'dns', 'virbr7');
  await says('~blue.test', 'resolvectl', 'domain', 'virbr7');
  await says(/no$/m, 'resolvectl', 'default-route', 'virbr7');
});

proof('resolvectl and getent find a guest by its name, and nobody who is not there', async () => {
  await soonSays(address, 'resolvectl', 'query', '--legend=no', 'web.blue.test');
  await says(address, 'getent', 'hosts', 'web.blue.test');
  await isUnknown('nobody.blue.test');
});

proof("a network that says register='no' is not registered", async () => {
  assert.doesNotMatch(await machine.host.must(['resolvectl', 'domain', 'virbr8']), /green/);
});

proof('what somebody else took away comes back', async () => {
  await machine.host.must(['resolvectl', 'revert', 'virbr7']);
  await soonSays('~blue.test', 'resolvectl', 'domain', 'virbr7');
});

proof('a stopped network has no names, and a started one has them again', async () => {
  await machine.client.call('network.destroy', { network: 'blue' });
  await isUnknown('web.blue.test');
  await machine.client.call('network.start', { network: 'blue' });
  await soonSays(address, 'getent', 'hosts', 'web.blue.test');
});

proof('names stay while the daemon is away, and come again when the bridge went meanwhile', async () => {
  await machine.stopDaemon('SIGKILL');
  await says(address, 'getent', 'hosts', 'web.blue.test');
  await machine.host.must(['ip', 'link', 'delete', 'virbr7']);
  await machine.startDaemon();
  await soonSays('~blue.test', 'resolvectl', 'domain', 'virbr7');
});

proof('a network starts and stops without resolved, and is registered when that comes', async () => {
  await machine.host.must(['systemctl', 'stop', 'systemd-resolved']);
  await machine.client.call('network.destroy', { network: 'blue' });
  await machine.client.call('network.start', { network: 'blue' });
  await machine.host.must(['systemctl', 'start', 'systemd-resolved']);
  await soonSays('~blue.test', 'resolvectl', 'domain', 'virbr7');
});
