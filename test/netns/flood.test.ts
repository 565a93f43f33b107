import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Guest } from '../../src/lab/guest.ts';
import { eventually, pause, TestHost } from './harness.ts';

let host: TestHost;
let loud: Guest;
let quiet: Guest;

beforeAll(async () => {
  host = await TestHost.create({ uplink: 'bridge' });
  await host.start("<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>");
  [loud, quiet] = [host.world.guest('loud'), host.world.guest('quiet')];
  for (const guest of [loud, quiet]) {
    await guest.createEmpty();
    await host.client.call('port.create', { network: 'lan', name: guest.name, link: { kind: 'veth', netns: guest.name } });
  }
});
afterAll(() => host?.close());

/** ARP from one address or from ever new ones, as fast as it goes; says how many frames it sent when it is told to end. */
function flood(senders: 'one' | 'many') {
  const program = `import socket,sys,select,random
s=socket.socket(socket.AF_PACKET,socket.SOCK_RAW); s.bind(("eth0",0)); n=0
mac=bytes.fromhex("525400000f01")
while not (n%1000==0 and select.select([sys.stdin],[],[],0)[0]):
  if "${senders}"=="many": mac=b"\\x02"+random.randbytes(5)
  ip=bytes([10,n>>16&255,n>>8&255,n&255])
  try: s.send(b"\\xff"*6+mac+bytes.fromhex("08060001080006040001")+mac+ip+bytes(6)+ip+bytes(18)); n+=1
  except OSError: pass
print(n)`;
  const child = loud.start(['python3', '-c', program], ['pipe', 'pipe', 'inherit']);
  return {
    async end(): Promise<number> {
      child.stdin?.end('.');
      const [[text]] = await Promise.all([once(child.stdout!, 'data'), once(child, 'exit')]);
      return Number(String(text));
    },
  };
}

/** Processor time that the daemon has used, in milliseconds (proc(5), utime and stime in ticks of 10 ms). */
async function processorMs(): Promise<number> {
  const fields = (await host.host.sh(`cat /proc/${host.daemonPid}/stat`)).replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

for (const senders of ['one', 'many'] as const) {
  test(`a flood of ARP from ${senders === 'one' ? 'one address' : 'ever new addresses'} costs the daemon little, and its memory does not grow`, async () => {
    const rss = async () => Number(/VmRSS:\s+(\d+)/.exec(await host.host.sh(`cat /proc/${host.daemonPid}/status`))?.[1]);
    await pause(1000);
    const memory = await rss();
    const idle = await measure(2000);
    const flooding = flood(senders);
    await pause(500);
    const busy = await measure(5000);
    const sent = await flooding.end();
    console.log(
      `${senders}: ${Math.round(sent / 5.5)} frames/s; daemon ${busy.toFixed(1)} % of a processor, ${idle.toFixed(1)} % without; ${memory} KiB, then ${await rss()}`,
    );
    expect(sent).toBeGreaterThan(50_000);
    expect(busy - idle).toBeLessThan(10);
    expect((await rss()) - memory).toBeLessThan(20_000);
  });
}

async function measure(ms: number): Promise<number> {
  const before = await processorMs();
  await pause(ms);
  return (((await processorMs()) - before) / ms) * 100;
}

test('while one guest floods, another one is seen within two seconds', async () => {
  const flooding = flood('one');
  await pause(1500);
  await quiet.sh('ip address add 203.0.113.77/24 dev eth0; busybox arping -c1 -w1 -I eth0 203.0.113.78 || true');
  await eventually(
    'the quiet guest is known',
    async () =>
      (await host.client.call('port.get', { port: 'quiet', details: true })).addresses?.some(({ address }) => address === '203.0.113.77'),
    2000,
  );
  expect(await flooding.end()).toBeGreaterThan(20_000);
});
