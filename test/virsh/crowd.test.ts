import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRoot, openSpace, viaduct } from './space.ts';
import type { Space } from './space.ts';

/** Many clients at once, and a daemon that goes away under them and comes back. */
describe.skipIf(!hasRoot || !existsSync('/usr/lib/python3/dist-packages/libvirt.py'))('a crowd', () => {
  const daemon = '^[^ ]*/node .*viaduct.js daemon';
  let space: Space;
  const must = async (command: string, seconds = 60): Promise<string> => {
    const { output, status } = await space.sh(command, { seconds });
    expect({ output, status }).toEqual({ output, status: 0 });
    return output;
  };
  const start = async () => {
    await must(`(${viaduct} >>/run/daemon.log 2>&1 &)`);
    await must('until virsh -q -c network:///system net-list >/dev/null 2>&1; do sleep 0.1; done');
  };
  const until = (what: string) =>
    must(`for i in $(seq 200); do grep -q "${what}" /run/watched && exit; sleep 0.1; done; cat /run/watched; exit 1`);

  beforeAll(async () => {
    space = await openSpace(viaduct);
    await must('virsh -q -c network:///system net-define demo.xml');
  }, 180_000);
  afterAll(() => space[Symbol.asyncDispose]());

  test('two hundred virsh at once all get the same answer', { timeout: 120_000 }, async () => {
    const answers = await must(
      'mkdir /run/crowd; for i in $(seq 200); do virsh -q -c network:///system "net-list --all; net-info demo" >/run/crowd/$i 2>&1 & done; wait; cat /run/crowd/* | sort | uniq -c',
      100,
    );
    const lines = answers.trim().split('\n');
    expect(lines).toHaveLength(7);
    expect(lines.every((line) => line.trim().startsWith('200 '))).toBe(true);
  });

  test('two hundred connections of one program, each with its own calls', { timeout: 120_000 }, async () => {
    expect(await must('../tools/crowd.py', 100)).toBe('wrong []\n');
  });

  test('of forty that start a network one does, and thirty-nine are told that it runs', async () => {
    const race = (verb: string) =>
      must(
        `rm -rf /run/crowd; mkdir /run/crowd; for i in $(seq 40); do virsh -q -c network:///system ${verb} demo >/run/crowd/$i 2>&1 & done; wait; cat /run/crowd/* | grep -c 'operation\\|Requested' || true`,
      );
    expect(await race('net-start')).toBe('39\n');
    expect(await race('net-destroy')).toBe('39\n');
    expect((await must(`grep -c 'ran network.start' /run/daemon.log`)).trim()).toBe('40');
  });

  test('who listens is told by the end of the connection that the daemon is gone, and hears on from the next one', async () => {
    await must('(../tools/watcher.py >/run/watched 2>&1 &)');
    await until('^listening$');
    await must('virsh -q -c network:///system net-start demo');
    await until('^event demo 2$');
    await must(`kill $(pgrep -f '${daemon}')`);
    await until('^closed: end of file$');
    await start();
    await until('^listening$');
    // The network has gone on without us, and is told of no second time.
    await must('virsh -q -c network:///system net-destroy demo');
    await until('^event demo 3$');
    expect(await must('cat /run/watched')).toBe('listening\nevent demo 2\nclosed: end of file\nlistening\nevent demo 3\n');
  });

  test('a daemon that was killed leaves sockets behind, which the next one takes over', async () => {
    await must(`kill -9 $(pgrep -f '${daemon}')`);
    expect(await space.sh('virsh -q -c network:///system net-list')).toMatchObject({
      status: 1,
      output: expect.stringContaining('Connection refused'),
    });
    await start();
    expect(await must('virsh -q -c network:///system net-list --all --name')).toBe('demo\n');
  });

  test('a daemon that hangs is given up by its clients’ keepalive', { timeout: 60_000 }, async () => {
    await must("kill $(pgrep -f '[w]atcher.py')");
    await must('(../tools/watcher.py >/run/watched 2>&1 &)');
    await until('^listening$');
    await must(`kill -STOP $(pgrep -f '${daemon}')`);
    await until('^closed: keepalive$');
    await must(`kill -CONT $(pgrep -f '${daemon}'); kill $(pgrep -f '[w]atcher.py')`);
    expect(await must('virsh -q -c network:///system net-list --all --name')).toBe('demo\n');
  });
});
