import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestHost } from './harness.ts';

let host: TestHost;
beforeAll(async () => {
  host = await TestHost.create();
  // A brctl that nobody may call is the first to be found; on most hosts there is none.
  await host.host.sh(`mount -t tmpfs none /usr/local/sbin
    printf '#!/bin/sh\\necho called >>/usr/local/sbin/calls; exit 1\\n' >/usr/local/sbin/brctl; chmod 755 /usr/local/sbin/brctl`);
});
afterAll(() => host.close());

interface Row {
  readonly name: string;
  readonly lasts: string | boolean;
  readonly on?: string;
  readonly counters: { readonly rxBytes: number; readonly rxErrors: number };
}
const rows = async () => new Map((JSON.parse(await host.must('--json', 'host', 'links')) as Row[]).map((row) => [row.name, row]));

test('S040: what is gone after a reboot is told from what is made again, and by whom', async () => {
  await host.host.sh('ip link add byhand type bridge');
  await host.must('bridge', 'create', 'brkept');
  await host.start("<network><name>passing</name><bridge name='virbr5'/></network>");
  await host.withXml('net-define', "<network><name>lasting</name><bridge name='virbr6'/></network>");
  await host.must('net-start', 'lasting');
  await host.must('net-autostart', 'lasting');
  const lasts = new Map([...(await rows())].map(([name, row]) => [name, row.lasts]));
  expect(['byhand', 'brkept', 'virbr5', 'virbr6'].map((name) => lasts.get(name))).toEqual([false, 'viaduct', false, 'viaduct']);
  expect(await host.must('host', 'links')).toMatch(/^NAME +TYPE +STATE .*AFTER REBOOT .*ERRORS +DROPPED$/m);
  expect(await host.must('host', 'links')).toMatch(/^byhand +bridge +\S+ .* no /m);
});

test('S068: every device is shown with its counters, those of the kernel', async () => {
  await host.host.ping('203.0.113.1', { tries: 3 });
  const found = (await rows()).get('eth0');
  expect(found?.counters.rxBytes).toBeGreaterThan(0);
  const now = Number(await host.host.sh("sed -n 's/^ *eth0: *\\([0-9]*\\).*/\\1/p' /proc/net/dev"));
  expect(now).toBeGreaterThanOrEqual(found!.counters.rxBytes);
  expect(now - found!.counters.rxBytes).toBeLessThan(10_000);
  expect(found?.counters.rxErrors).toBe(0);
});

test('S066: bridges are made, filled, shown and deleted, and nobody has called brctl', async () => {
  await host.host.sh('ip link add card type veth peer name far');
  await host.must('addbr', 'br7');
  await host.must('addif', 'br7', 'card');
  expect(await host.must('bridge', 'show', '--brctl')).toMatch(/^br7\t\t8000\.[\da-f]{12}\tno\t\tcard$/m);
  expect((await rows()).get('card')?.on).toBe('br7');
  await host.must('delif', 'br7', 'card');
  await host.must('delbr', 'br7');
  expect(await host.host.sh('command -v brctl; cat /usr/local/sbin/calls 2>/dev/null || echo never')).toBe(
    '/usr/local/sbin/brctl\nnever\n',
  );
});
