import { TestHost } from '../test/netns/harness.ts';
import { defaultNetwork } from '../test/netns/traffic-networks.ts';
import { elapsed, median, type Figure } from './figure.ts';
import { natNetwork } from './networks.ts';

const group = 'leases';

/** From the moment a guest is plugged in to its lease, alone and in a crowd. */
export async function leases(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  {
    await using host = await TestHost.create();
    const { xml, bridge } = natNetwork(0);
    await host.start(xml);
    const rounds: number[] = [];
    for (let round = 0; round < 5; round++) rounds.push(await plugToLease(host, bridge));
    figures.push({ group, name: 'plug to lease, port forwards at once', value: median(rounds), unit: 'ms', goal: { atMost: 250 } });
    const crowd = await Promise.all(Array.from({ length: 40 }, () => host.guest()));
    const given: boolean[] = [];
    const last = await elapsed(() =>
      Promise.all(
        crowd.map(async (guest) => {
          await guest.plug(guest.link, bridge);
          given.push((await guest.dhcp({ tries: 5 })) !== undefined);
        }),
      ),
    );
    figures.push(
      { group, name: '40 guests at once, the last lease', value: last, unit: 'ms', goal: { atMost: 1000 } },
      { group, name: '40 guests at once, leases given', value: given.filter(Boolean).length, unit: '', goal: { atLeast: 40 } },
    );
  }
  await using host = await TestHost.create();
  await host.start(defaultNetwork);
  figures.push({
    group,
    name: 'plug to lease, spanning tree of the default network',
    value: await plugToLease(host, 'virbr0'),
    unit: 'ms',
    goal: { atMost: 4400 },
  });
  return figures;
}

async function plugToLease(host: TestHost, bridge: string): Promise<number> {
  const guest = await host.guest();
  return elapsed(async () => {
    await guest.plug(guest.link, bridge);
    if ((await guest.dhcp({ tries: 12 })) === undefined) throw new Error('no lease');
  });
}
