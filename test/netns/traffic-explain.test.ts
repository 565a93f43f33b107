import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestHost, type TestGuest } from './harness.ts';
import { networkXml } from './traffic-networks.ts';

const kinds = { nat: "<forward mode='nat'/>", routed: "<forward mode='route'/>", other: "<forward mode='route'/>", isolated: '' } as const;
type Kind = keyof typeof kinds;
const all = Object.keys(kinds) as Kind[];

let host: TestHost;
const guests = new Map<Kind, { readonly guest: TestGuest; readonly address: string }>();

beforeAll(async () => {
  host = await TestHost.create();
  for (const [at, kind] of all.entries()) {
    await host.start(networkXml({ name: kind, bridge: `virbr${at + 1}`, subnet: 110 + at, forward: kinds[kind] }));
    const guest = await host.guest(`virbr${at + 1}`, { name: kind });
    await guest.dhcp();
    guests.set(kind, { guest, address: (await guest.addresses()).find((text) => text.includes('.')) ?? 'none' });
  }
});
afterAll(() => host?.close());

test.each(all.flatMap((from) => all.filter((to) => to !== from).map((to) => ({ from, to }))))(
  'S012: $from to $to: apart on layer 2, and on layer 3 what is said is what a ping finds',
  async ({ from, to }) => {
    const { address } = guests.get(to)!;
    const told = await host.client.call('explain.way', { from, to: address });
    expect(told).toMatchObject({ from: { network: from }, to: { network: to }, layer2: { verdict: 'apart' } });
    expect(told.layer3?.verdict).toBe((await guests.get(from)!.guest.ping(address)) ? 'passes' : 'stopped');
  },
);

test('the command line says it in words', async () => {
  const said = await host.must('explain', 'routed', guests.get('nat')!.address);
  expect(said).toContain('Layer 2: nat does not hear it');
  expect(said).toContain('flooded, everybody is meant');
  expect(said).toContain('Layer 3: stopped. Into network nat come answers only');
});
