import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { eventually, TestHost, viaduct } from './harness.ts';
import { networkXml } from './traffic-networks.ts';

const helper = `${viaduct}-bridge-helper`;
const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--'];
let host: TestHost;

beforeAll(async () => {
  host = await TestHost.create();
  await host.host.sh(`chmod 755 ${host.folder}`);
  await host.start(networkXml({ name: 'blue', bridge: 'virbr5', subnet: 76, forward: "<forward mode='nat'/>" }));
});
afterAll(() => host?.close());

/** A machine without any disk: its card's own firmware asks for an address and finds nothing to load. */
function startQemu(name: string, mac: string): { child: ChildProcess; said: () => string } {
  const argv = [
    'qemu-system-x86_64',
    '-name',
    name,
    '-M',
    'q35',
    '-accel',
    'tcg',
    '-m',
    '64',
    '-nodefaults',
    '-display',
    'none',
    '-boot',
    'n',
  ];
  const child = host.host.start(
    [
      ...asNobody,
      'env',
      `VIADUCT_SOCKET=${host.socket}`,
      ...argv,
      '-netdev',
      `bridge,id=n,br=virbr5,helper=${helper}`,
      '-device',
      `virtio-net-pci,netdev=n,mac=${mac}`,
    ],
    ['ignore', 'ignore', 'pipe'],
  );
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (more: string) => (text += more));
  return { child, said: () => text };
}

test('without a grant an ordinary user gets no tap, and is told the way out', async () => {
  const { child, said } = startQemu('ann', '52:54:00:00:76:01');
  await once(child, 'close');
  expect(said()).toMatch(/viaduct-bridge-helper: User 'nobody' may not do this: no network is granted to him\./);
  expect(await host.client.call('port.list', {})).toEqual([]);
});

test('S125: with a grant he starts QEMU, which is handed an open tap, and gets an address from the network', async () => {
  await host.must('net', 'grant', 'blue', 'user:nobody');
  const { child, said } = startQemu('ann', '52:54:00:00:76:02');
  const [lease] = await eventually(
    `a lease: ${said()}`,
    async () => {
      const leases = await host.client.call('network.leases', { network: 'blue' });
      return leases.length > 0 && leases;
    },
    40_000,
  );
  expect(lease).toMatchObject({ mac: '52:54:00:00:76:02', address: expect.stringMatching(/^192\.168\.76\./) as string });
  const [port] = await host.client.call('port.list', { details: true });
  expect(port).toMatchObject({ owner: { name: 'ann' }, state: 'up', creator: 65534, device: 'vnet0' });
  child.kill('SIGKILL');
  await host.host.sh(`kill -9 ${port?.holder} || true`);
  await eventually(
    'the port of a QEMU that vanished is gone',
    async () => (await host.client.call('port.get', { port: port?.uuid ?? '', details: true })).state === 'gone',
    10_000,
  );
  expect(await host.host.sh('ip -br link')).not.toContain('vnet0');
});

test('a port that has no tap is not handed over', async () => {
  const asked = request({
    socketPath: host.socket,
    method: 'POST',
    path: '/api/v1/ports/nobody/descriptor',
    headers: { Connection: 'Upgrade', Upgrade: 'viaduct-descriptor' },
  }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  expect(answer.statusCode).toBe(404);
  expect(await text(answer)).toContain('"code":"port-not-found"');
});
