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

  test('S106: lists, starts, stops and creates networks by its wizard, and sees what others do', { timeout: 300_000 }, async () => {
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
isolated-by-mouse is listed
isolated-by-mouse is Active
a network that virsh defines is listed
`,
    });
  });

  test('what it made is there, with the subnet it proposed', async () => {
    const { output } = await space.sh('virsh -q -c network:///system net-list --all; ip -br -4 address show virbr0');
    expect(output.replaceAll(/ +/g, ' ')).toBe(` demo inactive no yes
 isolated inactive no yes
 isolated-by-mouse active yes yes
 made-by-mouse active yes yes
virbr0 DOWN 192.168.100.1/24 
`);
  });

  test('S106: what its wizard asked for is what the network has: isolated, with that subnet and that range', async () => {
    const { output } = await space.sh(
      "virsh -q -c network:///system net-dumpxml isolated-by-mouse | grep -v -e uuid -e mac -e '<bridge'; ip -br -4 address show to 10.66.0.1",
    );
    expect(output).toBe(`<network>
  <name>isolated-by-mouse</name>
  <domain name='isolated-by-mouse'/>
  <ip address='10.66.0.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='10.66.0.50' end='10.66.0.60'/>
    </dhcp>
  </ip>
</network>
virbr2           DOWN           10.66.0.1/24 
`);
  });
});
