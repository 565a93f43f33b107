import { TestHost } from '../test/netns/harness.ts';
import { elapsed, type Figure } from './figure.ts';
import { measureFloor } from './floor.ts';
import { absenceOf, natNetwork, numbers, specOf } from './networks.ts';

const group = 'control plane';
/** What libvirt 9 needed for the same on the machine the goals were set on, in milliseconds. */
const goals: Readonly<Record<number, { start?: number; apply?: number; removeEach?: number; removeTogether?: number }>> = {
  1: { start: 15 },
  100: { start: 1100, apply: 500, removeEach: 5500, removeTogether: 2500 },
  300: { start: 4000 },
};

/** Define, start, destroy, undefine one network after the other, and all in one operation, beside the bare kernel. */
export async function controlPlane(counts: readonly number[] = [1, 10, 100, 300]): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const count of counts) {
    const floor = await measureFloor(count);
    const bare = floor.links + floor.rules + floor.dnsmasq;
    await using host = await TestHost.create();
    await warmUp(host);
    const own = goals[count] ?? {};
    const add = (name: string, value: number, floorMs: number, goal?: number): void => {
      figures.push({
        group,
        name: `${count} × ${name}`,
        value,
        unit: 'ms',
        beside: `bare kernel ${floorMs.toFixed(1)} ms`,
        ...(goal === undefined ? {} : { goal: { atMost: goal } }),
      });
    };
    add('define + start, one call each', await elapsed(() => startEach(host, count)), bare, own.start);
    add('destroy + undefine, one call each', await elapsed(() => removeEach(host, count)), floor.remove, own.removeEach);
    if (count === 1) continue;
    add('applied in one operation', await elapsed(() => host.client.call('spec.apply', { text: specOf(numbers(count)) })), bare, own.apply);
    await expectNetworks(host, count);
    add(
      'removed in one operation',
      await elapsed(() => host.client.call('spec.apply', { text: absenceOf(numbers(count)), prune: true })),
      floor.remove,
      own.removeTogether,
    );
    await expectNetworks(host, 0);
  }
  return figures;
}

/** The first network of a boot loads the nft skeleton and warms the compiler: not what is asked here. */
async function warmUp(host: TestHost): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await startEach(host, 1);
    await removeEach(host, 1);
  }
}

async function startEach({ client }: TestHost, count: number): Promise<void> {
  for (const number of numbers(count)) {
    const { name, xml } = natNetwork(number);
    await client.call('network.define', { xml });
    await client.call('network.start', { network: name });
  }
}

/** A figure for what was not done would be worthless. */
async function expectNetworks({ client }: TestHost, count: number): Promise<void> {
  const active = await client.call('network.list', { active: true });
  if (active.length !== count) throw new Error(`${active.length} networks are active, not ${count}`);
}

async function removeEach({ client }: TestHost, count: number): Promise<void> {
  for (const number of numbers(count)) {
    const { name } = natNetwork(number);
    await client.call('network.destroy', { network: name });
    await client.call('network.undefine', { network: name });
  }
}
