import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRoot, openSpace, viaduct } from './space.ts';
import type { Space } from './space.ts';

/** Networks go over from libvirt to Viaduct and back by copying their folder: nothing has to be converted. */
describe.skipIf(!hasRoot || !existsSync('/usr/sbin/libvirtd'))('the folder of definitions', () => {
  const ours = '/run/viaduct-state/networks';
  const theirs = '/etc/libvirt/qemu/networks';
  const list = 'virsh -q -c network:///system net-list --all';
  const dump = 'virsh -c network:///system net-dumpxml --inactive demo';
  /** The daemon that the space began with, or the one that was started after it. */
  const stop = (name: string) =>
    `pid=$(pgrep -f '${name}'); kill $pid; while pgrep -f '${name}' >/dev/null && ! grep -q ' Z ' /proc/$pid/stat; do sleep 0.1; done`;
  const node = '^[^ ]*/node .*viaduct.js daemon';

  let space: Space;
  const must = async (command: string): Promise<string> => {
    const { output, status } = await space.sh(command);
    expect({ output, status }).toEqual({ output, status: 0 });
    return output;
  };
  beforeAll(async () => {
    space = await openSpace(viaduct);
    await must('virsh -q -c network:///system "net-define demo.xml; net-autostart demo; net-define isolated.xml"');
  }, 180_000);
  afterAll(() => space[Symbol.asyncDispose]());

  test('S092: S093: of Viaduct is read by libvirt where it is copied to, with what starts by itself', async () => {
    const before = await must(dump);
    await must(stop(node));
    await must(
      `mkdir -p /etc/libvirt/qemu /run/drivers; cp -a ${ours} ${theirs}; ln -s /usr/lib/*/libvirt/connection-driver/libvirt_driver_network.so /run/drivers/; (LIBVIRT_DRIVER_DIR=/run/drivers libvirtd >/run/libvirtd.log 2>&1 &); until [ -S /run/libvirt/libvirt-sock ] && ${list} >/dev/null 2>&1; do sleep 0.1; done`,
    );
    expect((await must(list)).trim().replaceAll(/ +/g, ' ')).toBe('demo active yes yes\n isolated inactive no yes');
    expect(await must(dump)).toBe(before);
    expect(await must(`ls ${theirs}/autostart`)).toBe('demo.xml\n');
  });

  test('S092: S093: of libvirt is read by Viaduct where it is copied to, with what starts by itself', async () => {
    await must('virsh -q -c network:///system "net-autostart isolated; net-destroy demo; net-autostart demo --disable"');
    const before = await must(dump);
    await must(stop('^libvirtd'));
    await must(`rm -rf ${ours} /run/viaduct /run/libvirt/libvirt-sock*; cp -a ${theirs} ${ours}; (${viaduct} >>/run/daemon.log 2>&1 &)`);
    await must(`until ${list} >/dev/null 2>&1; do sleep 0.1; done`);
    expect((await must(list)).trim().replaceAll(/ +/g, ' ')).toBe('demo inactive no yes\n isolated active yes yes');
    expect(await must(dump)).toBe(before);
  });
});
