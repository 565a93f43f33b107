import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LibvirtClient } from '../../src/rpc/client.ts';
import { fuzz } from '../unit/rpc/fixtures/fuzz.ts';
import { row } from '../unit/rpc/fixtures/wire.ts';
import { dialogues } from './dialogues.ts';
import { hasRoot, openSpace, viaduct } from './space.ts';
import type { Space } from './space.ts';

/** `VIADUCT_FUZZ=COUNT` sends more; test/unit/rpc/fuzz.test.ts sends a million to the door alone. */
const count = Number(process.env['VIADUCT_FUZZ'] ?? 3_000);
const seed = Number(process.env['VIADUCT_FUZZ_SEED'] ?? 20_261_126);

/** Behind the door too: mutated documents reach the parsers, mutated calls the networks, and all of it the kernel. */
describe.skipIf(!hasRoot)('the whole daemon under mutated packets', () => {
  const packets = dialogues.flatMap((dialogue) => dialogue.packets);
  const more = [...new Set(packets.flatMap(({ speaker, hex }) => (speaker === 'client' ? [hex] : [])))].map((hex) =>
    Buffer.from(hex, 'hex'),
  );
  let space: Space;
  beforeAll(async () => {
    space = await openSpace(viaduct);
  }, 180_000);
  afterAll(() => space[Symbol.asyncDispose]());

  test(`${count} of them crash nothing, and others go on being served`, { timeout: 120_000 + count * 20 }, async () => {
    const pid = (await space.sh("pgrep -f '^[^ ]*/node .*viaduct.js daemon'")).output.trim();
    const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(space.path(`/proc/${pid}/status`), 'utf8'))?.[1] ?? NaN) / 1024;
    await using peaceful = await LibvirtClient.open(space.path('/run/libvirt/virtnetworkd-sock'), { uri: 'network:///system' });
    const mib: number[] = [];
    const onBatch = async () => {
      await peaceful.call(row(283), { need_results: 1, flags: 3 });
      mib.push(memory());
    };
    const options = { onBatch, more, patienceMs: 10_000 };
    const { answers } = await fuzz(space.path('/run/libvirt/virtnetworkd-sock'), count, seed, options);
    const onInterfaces = await fuzz(space.path('/run/libvirt/virtinterfaced-sock'), count / 10, seed + 1, options);
    expect(answers + onInterfaces.answers).toBeGreaterThan(count / 4);
    const log = (await space.sh('cat /run/daemon.log')).output;
    expect(log.split('\n').filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
    const [early = NaN, late] = [mib[Math.floor(mib.length / 3)], Math.min(...mib.slice(-10))];
    console.log(`${count} packets, ${answers} answers; memory ${Math.round(early)} → ${Math.round(late)} MiB`);
    expect(late - early).toBeLessThan(64);
  });

  test('and it does as before what it is asked', async () => {
    expect(
      await space.sh(
        'virsh -q -c network:///system "net-define isolated.xml; net-start isolated; net-destroy isolated; net-undefine isolated"',
      ),
    ).toMatchObject({ status: 0 });
  });
});
