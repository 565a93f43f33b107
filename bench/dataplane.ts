import { DataPlaneRig, linearRules, oneMasquerade } from './dataplane-rig.ts';
import type { Loaded } from './dataplane-rig.ts';
import { median } from './figure.ts';
import type { Figure } from './figure.ts';

const group = 'data plane';

/** Rules that traffic passes: from none at all to a thousand networks', and a thousand as a list that each packet walks. */
const loads: Readonly<Record<string, { readonly title: string; readonly rules: Loaded }>> = {
  none: { title: 'no rules', rules: { text: '' } },
  masquerade: { title: 'one masquerade rule', rules: { text: oneMasquerade } },
  one: { title: '1 network', rules: { networks: 1 } },
  hundred: { title: '100 networks', rules: { networks: 100 } },
  thousand: { title: '1000 networks', rules: { networks: 1000 } },
  list: { title: '1000 networks in a list', rules: { text: linearRules(1000) } },
};
/** Nanoseconds of CPU for a small UDP packet (sending, forwarding, arriving), and rates per second. */
type Quantity = 'cpu' | 'packets' | 'connects' | 'bits';
type Middle = (name: string, quantity: Quantity) => number;

/**
 * Guest, bridge, host with NAT, outside, once for each set of rules; the guest is that of the network whose
 * rules come last. The rigs take turns every 20 ms, so that whatever else the machine does meets all of
 * them alike. Medians; they compare better than they stand alone.
 */
export async function dataPlane(): Promise<readonly Figure[]> {
  const rigs = new Map<string, DataPlaneRig>();
  try {
    for (const [name, { rules }] of Object.entries(loads)) rigs.set(name, await DataPlaneRig.create(name, rules));
    const values = await measure(rigs);
    const middle: Middle = (name, quantity) => median(values.get(`${name} ${quantity}`) ?? []);
    return [
      ...Object.keys(loads).flatMap((name) => figuresOf(name, middle)),
      ratio('CPU per packet, 1000 networks over 1', middle('thousand', 'cpu') / middle('one', 'cpu'), { atMost: 1.1 }),
      ratio('CPU per packet, 1 network over one masquerade rule', middle('one', 'cpu') / middle('masquerade', 'cpu'), { atMost: 1.12 }),
      ratio('UDP packets, 1000 networks over a list of them', middle('thousand', 'packets') / middle('list', 'packets'), { atLeast: 15 }),
      ratio('TCP connects, 1000 networks over a list of them', middle('thousand', 'connects') / middle('list', 'connects'), {
        atLeast: 10,
      }),
    ];
  } finally {
    for (const rig of rigs.values()) await rig.close();
  }
}

function ratio(name: string, value: number, goal: NonNullable<Figure['goal']>): Figure {
  return { group, name, value, unit: '×', goal };
}

async function measure(rigs: ReadonlyMap<string, DataPlaneRig>): Promise<ReadonlyMap<string, number[]>> {
  const values = new Map<string, number[]>();
  const note = (name: string, quantity: Quantity, value: number): void => {
    const key = `${name} ${quantity}`;
    values.set(key, [...(values.get(key) ?? []), value]);
  };
  for (let round = 0; round < 100; round++) {
    for (const [name, rig] of rigs) {
      const { cpu, rate } = rig.sendPackets();
      note(name, 'cpu', cpu);
      note(name, 'packets', rate);
      if (round % 5 === 0) note(name, 'connects', rig.connect());
    }
  }
  for (let round = 0; round < 3; round++) {
    for (const [name, rig] of rigs) note(name, 'bits', await rig.transfer());
  }
  for (const rig of rigs.values()) await rig.checkArrived();
  return values;
}

function figuresOf(name: string, middle: Middle): Figure[] {
  const figure = (what: string, quantity: Quantity, unit: string, scale: number): Figure => ({
    group,
    name: `${loads[name]?.title}: ${what}`,
    value: middle(name, quantity) / scale,
    unit,
    ...(name === 'none' ? {} : { beside: `no rules ×${(middle(name, quantity) / middle('none', quantity)).toFixed(2)}` }),
  });
  return [
    figure('CPU per small UDP packet', 'cpu', 'ns', 1),
    figure('small UDP packets', 'packets', 'k/s', 1000),
    figure('TCP connects', 'connects', 'k/s', 1000),
    ...(Number.isNaN(middle(name, 'bits')) ? [] : [figure('one TCP connection', 'bits', 'Gbit/s', 1e9)]),
  ];
}
