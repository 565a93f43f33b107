import { execFileSync } from 'node:child_process';

import { parseIfName, parseMac } from '../src/model/units.ts';
import { dumpLinks, getLink } from '../src/system/kernel/link-facts.ts';
import { createBridge, createVeth, setMaster } from '../src/system/kernel/links.ts';
import { NETLINK_ROUTE, openNetlink } from '../src/system/kernel/netlink.ts';
import { insideNewNetns } from '../src/system/kernel/netns.ts';
import { TestHost } from '../test/netns/harness.ts';
import { elapsed, median, type Figure } from './figure.ts';
import { guestNetwork, numbers } from './networks.ts';

const group = 'plug';

/** From the request for a port to its wire forwarding on the bridge, alone and for 500, beside the same wires made by bare netlink. */
export async function plug(): Promise<readonly Figure[]> {
  const bare = bareNetlink(500);
  await using host = await TestHost.create();
  const { bridge, create } = await guestNetwork(host);
  const single: number[] = [];
  for (const number of numbers(20)) {
    single.push(await elapsed(() => create(number)));
    await expectForwarding(host, bridge, 1);
    await host.client.call('port.delete', { port: `g${number}` });
  }
  const many = await elapsed(() => Promise.all(numbers(500).map(create)));
  await expectForwarding(host, bridge, 500);
  return [
    {
      group,
      name: 'one port, asked for until it forwards',
      value: median(single),
      unit: 'ms',
      goal: { atMost: 20 },
      beside: `bare netlink ${bare.one.toFixed(2)} ms`,
    },
    {
      group,
      name: '500 ports, asked for together',
      value: many,
      unit: 'ms',
      goal: { atMost: 10_000 },
      beside: `bare netlink ${bare.all.toFixed(0)} ms`,
    },
    { group, name: '500 ports, each', value: many / 500, unit: 'ms', beside: `bare netlink ${(bare.all / 500).toFixed(2)} ms` },
  ];
}

/** The same pairs of links on a bridge, by the fewest messages, until they forward like ours; nothing of it is left. */
function bareNetlink(count: number): { readonly one: number; readonly all: number } {
  const far = `floor-${process.pid}`;
  execFileSync('ip', ['netns', 'add', far]);
  try {
    return insideNewNetns(() => {
      using socket = openNetlink(NETLINK_ROUTE);
      const name = (text: string) => parseIfName(text)!;
      createBridge(socket, { kind: 'bridge', name: name('floor0'), stp: false, forwardDelay: 0, vlanFiltering: false });
      const bridge = getLink(socket, 'floor0')?.index ?? 0;
      const times = numbers(count).map((number) => {
        const began = performance.now();
        const mac = parseMac(`52:54:00:00:${(number >> 8).toString(16)}:${(number & 255).toString(16)}`)!;
        createVeth(socket, { kind: 'veth', name: name(`v${number}`), netns: far, inside: name(`e${number}`), mac });
        setMaster(socket, `v${number}`, bridge);
        return performance.now() - began;
      });
      const forwarding = dumpLinks(socket).filter(({ bridgePort }) => bridgePort?.state === 'forwarding').length;
      if (forwarding !== count) throw new Error(`${forwarding} ports of bare netlink forward, not ${count}`);
      return { one: median(times), all: times.reduce((sum, time) => sum + time, 0) };
    });
  } finally {
    execFileSync('ip', ['netns', 'delete', far]);
  }
}

/** A figure for wires that pass nothing would be worthless. */
async function expectForwarding({ host }: TestHost, bridge: string, count: number): Promise<void> {
  const states = await host.sh(`cat /sys/class/net/${bridge}/brif/*/state`);
  const forwarding = states.split('\n').filter((state) => state === '3').length;
  if (forwarding !== count) throw new Error(`${forwarding} ports forward, not ${count}`);
}
