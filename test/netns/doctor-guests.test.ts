import { afterAll, beforeAll, expect, test } from 'vitest';

import type { FindingCode } from '../../src/model/doctor.ts';
import { eventually, TestHost, type TestGuest } from './harness.ts';

let host: TestHost;
let vm0: TestGuest;
let vm1: TestGuest;

/** As the tutorial has it: a network without the host, and two guests with addresses that somebody typed. */
beforeAll(async () => {
  host = await TestHost.create();
  await host.start("<network><name>closed</name><bridge name='br1'/></network>");
  [vm0, vm1] = [await host.guest('br1', { name: 'vm0' }), await host.guest('br1', { name: 'vm1' })];
  await vm0.address('10.10.101.251/24');
}, 60_000);
afterAll(() => host?.close());

const found = async (code: FindingCode) => (await host.client.call('doctor.examine', {})).findings.find((one) => one.code === code);
/** Asks for somebody who is not there, and by that says its own address. */
const speaks = (guest: TestGuest, to: string) => guest.ping(to);

test('D04: S123: guests of two subnets on one bridge without a router do not reach each other, and the doctor says so', async () => {
  await vm1.address('192.168.101.252/24');
  const said = await eventually(
    'the doctor knows both',
    async () => {
      await Promise.all([speaks(vm0, '10.10.101.9'), speaks(vm1, '192.168.101.9')]);
      return found('guests-apart');
    },
    15_000,
  );
  expect(said).toMatchObject({ verdict: 'warning', object: 'bridge br1' });
  expect(said.cause).toMatch(/(10\.10\.101\.251.*192\.168\.101\.252|192\.168\.101\.252.*10\.10\.101\.251)/);
  expect(await vm0.ping('192.168.101.252')).toBe(false);
});

test('D10: the doctor says which wire is not where the tables have it', async () => {
  await host.host.sh('ip link add elsewhere type bridge');
  const uuid = '00000000-0000-4000-8000-000000000001';
  await host.client.call('port.createXml', {
    network: 'closed',
    xml: `<networkport><uuid>${uuid}</uuid><owner><name>VM2</name><uuid>00000000-0000-4000-8000-000000000902</uuid></owner><mac address='52:54:00:00:01:09'/></networkport>`,
  });
  await host.host.sh('ip tuntap add vnet9 mode tap; ip link set vnet9 address fe:54:00:00:01:09 master br1 up');
  await eventually('the port has its wire', async () => (await host.client.call('port.get', { port: uuid })).device === 'vnet9');
  expect(await found('port-astray')).toBeUndefined();
  await host.host.sh('ip link set vnet9 master elsewhere');
  const said = await eventually('the doctor sees it', () => found('port-astray'));
  expect(said).toMatchObject({
    verdict: 'problem',
    object: 'port vnet9',
    params: { guest: 'VM2', bridge: 'br1', master: 'elsewhere' },
  });
});

test('S019: handing the card with the default route to one guest is warned about before anybody does it', async () => {
  const { stdout } = await host.host.run(['ip', '-o', 'route', 'show', 'default']);
  const card = /dev (\S+)/.exec(stdout)?.[1] ?? '';
  const xml = `<network><name>direct</name><forward mode='passthrough'><interface dev='${card}'/></forward></network>`;
  await host.client.call('network.define', { xml });
  const said = await found('card-given-away');
  expect(said).toMatchObject({ verdict: 'warning', object: 'network direct', params: { card } });
  expect((await host.cli('doctor')).stdout).toContain(`hands ${card} to one guest alone`);
  await host.client.call('network.undefine', { network: 'direct' });
  expect(await found('card-given-away')).toBeUndefined();
});
