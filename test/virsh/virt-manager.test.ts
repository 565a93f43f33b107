import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRoot, openSpace, viaduct } from './space.ts';
import type { Space } from './space.ts';

const packages = [
  '/usr/bin/virt-manager',
  '/usr/bin/Xvfb',
  '/usr/bin/dbus-run-session',
  '/usr/libexec/at-spi-bus-launcher',
  '/usr/lib/python3/dist-packages/pyatspi',
];
const missing = packages.filter((path) => !existsSync(path));
if (missing.length > 0) console.log(`virt-manager is not tried, for want of ${missing.join(', ')}`);

/**
 * Debian's libvirtd with a QEMU driver never asks another network daemon, so virt-manager opens ours itself:
 * `network:///system`, in which libvirt's own daemon would be refused for want of a list of guests.
 */
describe.skipIf(!hasRoot || missing.length > 0)('virt-manager, unmodified', () => {
  let space: Space;
  beforeAll(async () => {
    space = await openSpace(viaduct);
    await space.sh('virsh -q -c network:///system net-define demo.xml');
  }, 180_000);
  afterAll(() => space[Symbol.asyncDispose]());

  test('lists, starts, stops and creates networks, and sees what others do', { timeout: 300_000 }, async () => {
    const session = await space.sh(
      '../tools/desktop /usr/bin/python3 $(realpath ../tools)/virt-manager.py network:///system isolated.xml 2>/run/desktop.log | grep -v ^SpiRegistry; exit ${PIPESTATUS[0]}',
      { seconds: 240 },
    );
    expect(session).toEqual({
      status: 0,
      output: `demo is listed
demo is Inactive
demo is Active
demo is Inactive
made-by-mouse is listed
made-by-mouse is Active
made-by-mouse is Inactive
made-by-mouse is Active
a network that virsh defines is listed
`,
    });
  });

  test('what it made is there, with the subnet it proposed', async () => {
    const { output } = await space.sh('virsh -q -c network:///system net-list --all; ip -br -4 address show virbr0');
    expect(output.replaceAll(/ +/g, ' ')).toBe(` demo inactive no yes
 isolated inactive no yes
 made-by-mouse active yes yes
virbr0 DOWN 192.168.100.1/24 
`);
  });
});
