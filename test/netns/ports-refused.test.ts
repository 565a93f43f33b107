import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Done } from '../../src/lab/command.ts';
import { eventually, TestHost, viaduct } from './harness.ts';
import { networkXml } from './traffic-networks.ts';

const blueMac = '52:54:00:00:78:01';
const webMac = '52:54:00:00:78:02';
const theirMac = '52:54:00:00:78:03';
/** More than any kernel gives to a process. */
const nobodysPid = '4194305';
let host: TestHost;

beforeAll(async () => {
  host = await TestHost.create({ services: false });
  await host.host.sh(`chmod 755 ${host.folder}`);
  const nat = "<forward mode='nat'/>";
  await host.start(networkXml({ name: 'blue', bridge: 'virbr5', subnet: 78, forward: nat, more: `<mac address='${blueMac}'/>` }));
  await host.client.call('network.define', { xml: networkXml({ name: 'asleep', bridge: 'virbr6', subnet: 79, forward: nat }) });
  await host.must('port', 'create', 'web', '--network', 'blue', '--mac', webMac);
  await host.host.sh(`ip tuntap add theirs mode tap; ip link set theirs address ${theirMac}`);
});
afterAll(() => host?.close());

/** All that a port can leave behind: devices, rules, files of the catalog and of one boot, ports. */
async function everything(): Promise<string> {
  const links = await host.host.sh('ip -o link | sort -n; bridge link; ip netns list');
  const rules = await host.host.sh('nft list ruleset | sed "s/counter packets [0-9]* bytes [0-9]*/counter/"');
  const files = await host.host.sh(`cd ${host.folder}; find state run/ -type f ! -name '*.log' -exec sha256sum {} + | sort -k 2`);
  return [links, rules, files, await host.must('port', 'list', '--json')].join('\n');
}

const create = (...more: readonly string[]) => ['port', 'create', 'new', '--network', 'blue', ...more];
const makeFailed = (cause: string, hint: string) => `error: Failed to create port new\nerror: ${cause}\nhint: ${hint}\n`;
const nameTaken = (name: string, whose: string) =>
  makeFailed(`A device named '${name}' is there already.`, `${whose} Leave the name out to get a free one.`);
const macTaken = (mac: string, holder: string) =>
  makeFailed(
    `The MAC address ${mac} is in use by ${holder}.`,
    'Leave the address out to get a free one, or ask for one with `viaduct mac new`.',
  );
const processGone = makeFailed(
  `invalid argument: There is no process ${nobodysPid}.`,
  'It may have ended meanwhile. Start it anew and give its new number.',
);

describe('what cannot be is refused with status 1, says what, why and the way out, and leaves nothing behind', () => {
  const cases: { name: string; argv: readonly string[]; stderr: string; user?: 'nobody' }[] = [
    {
      name: 'a tap name that another program has',
      argv: create('--tap', 'theirs'),
      stderr: nameTaken('theirs', "It is not Viaduct's, and was left alone."),
    },
    {
      name: 'a tap name that another port has',
      argv: create('--tap', 'vnet0'),
      stderr: nameTaken('vnet0', "It belongs to port 'web'."),
    },
    {
      name: 'an unknown network',
      argv: ['port', 'create', 'new', '--network', 'nowhere'],
      stderr:
        "error: failed to get network 'nowhere'\nerror: Network not found: no network with matching name 'nowhere'\nhint: List all networks with `viaduct net-list --all`.\n",
    },
    {
      name: 'an inactive network',
      argv: ['port', 'create', 'new', '--network', 'asleep'],
      stderr: makeFailed("Requested operation is not valid: network 'asleep' is not active", 'Start it first: viaduct net-start asleep'),
    },
    { name: 'the MAC address of another port', argv: create('--mac', webMac), stderr: macTaken(webMac, "port 'web' of network 'blue'") },
    { name: 'the MAC address of a bridge', argv: create('--mac', blueMac), stderr: macTaken(blueMac, "the bridge of network 'blue'") },
    { name: 'the MAC address of a device', argv: create('--mac', theirMac), stderr: macTaken(theirMac, 'the device theirs of this host') },
    { name: 'a program that has vanished', argv: create('--holder', nobodysPid), stderr: processGone },
    { name: 'the namespace of a process that has vanished', argv: create('--netns', nobodysPid), stderr: processGone },
    {
      name: 'a namespace that is not there',
      argv: create('--netns', 'nobody'),
      stderr: makeFailed(
        "Could not create veth vnet1: Failed to create veth device pair vnet1: there is no network namespace 'nobody'",
        "Create it with 'ip netns add nobody'.",
      ),
    },
    {
      name: 'a user without a grant',
      user: 'nobody',
      argv: create(),
      stderr: makeFailed(
        "access denied: User 'nobody' may not do this: network 'blue' is not granted to him.",
        'Ask an administrator for: sudo viaduct net grant blue user:nobody',
      ),
    },
  ];
  for (const { name, argv, stderr, user } of cases) {
    test(name, async () => {
      const before = await everything();
      expect(await (user === undefined ? host.cli(...argv) : asNobody(...argv))).toEqual({ code: 1, stdout: '', stderr });
      expect(await everything()).toBe(before);
    });
  }
});

test('of a port whose program has vanished nobody is told anything, and its tap is gone', async () => {
  const before = await everything();
  const pid = (await host.host.sh('sleep 600 >&- 2>&- & echo $!')).trim();
  await host.must(...create('--holder', pid));
  expect(await host.must('port', 'arguments', 'new')).toContain('ifname=vnet1');
  await host.host.sh(`kill -9 ${pid}; while [ -d /proc/${pid} ]; do sleep 0.02; done`);
  const refused = {
    code: 1,
    stdout: '',
    stderr: `error: Failed to tell the arguments of port new
error: Requested operation is not valid: The wire of port 'new' is gone: process ${pid}, which it was made for, has ended.
hint: Start the program anew and make a port for it; this one is removed by itself.
`,
  };
  expect(await host.cli('port', 'arguments', 'new')).toEqual(refused);
  await eventually('the tap is gone', async () => !(await host.host.sh('ip -o link')).includes('vnet1'), 10_000);
  expect(await host.cli('port', 'arguments', 'new')).toEqual(refused);
  await host.must('port', 'delete', 'new');
  expect(await everything()).toBe(before);
});

function asNobody(...argv: readonly string[]): Promise<Done> {
  const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
  return host.host.run([...nobody, viaduct, '--socket', host.socket, ...argv], { env: { LC_ALL: 'C.UTF-8' } });
}
