import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingForDesktop, onDesktop, seenOfCard, seenOfNetworks } from './desktop.ts';
import { hasHypervisor, hasRoot, openSpace, viaduct } from './space.ts';
import type { Space } from './space.ts';

if (missingForDesktop.length > 0) console.log(`virt-manager is not tried, for want of ${missingForDesktop.join(', ')}`);

/**
 * Debian's libvirtd with a QEMU driver never asks another network daemon, so virt-manager opens ours itself:
 * `network:///system`, in which libvirt's own daemon would be refused for want of a list of guests.
 */
describe.skipIf(!hasRoot || missingForDesktop.length > 0)('virt-manager, unmodified', () => {
  let space: Space;
  beforeAll(async () => {
    space = await openSpace(viaduct);
    await space.sh('virsh -q -c network:///system net-define demo.xml');
  }, 180_000);
  afterAll(() => space[Symbol.asyncDispose]());

  test('S106: lists, starts, stops and creates networks by its wizard, and sees what others do', { timeout: 300_000 }, async () => {
    expect(await onDesktop(space, 'virt-manager.py', 'network:///system', 'isolated.xml', 'network')).toEqual({
      status: 0,
      output: seenOfNetworks,
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

/** The page of a guest's card; the guest runs on a bridge of ours, as Debian's libvirtd can have it. */
describe.skipIf(!hasRoot || !hasHypervisor || missingForDesktop.length > 0)('virt-manager and the cards of a running guest', () => {
  const guest = `<domain type='qemu'><name>g1</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
    <os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
    <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
    <interface type='bridge'><mac address='52:54:00:aa:00:01'/><source bridge='br9'/><model type='virtio'/></interface></devices></domain>`;
  let space: Space;
  beforeAll(async () => {
    space = await openSpace(viaduct, { HYPERVISOR: 'libvirtd' });
    await space.sh(
      `cat >/run/g1.xml <<'END'\n${guest}\nEND\nvirsh -q -c network:///system "net-define demo.xml; net-start demo"; virsh -q -c qemu:///system "define /run/g1.xml; start g1"`,
    );
  }, 180_000);
  afterAll(() => space[Symbol.asyncDispose]());

  test(
    'S108: S109: S110: a card is moved to another bridge and one is added, and the guest goes on running',
    { timeout: 300_000 },
    async () => {
      const running = await space.sh('virsh -q -c qemu:///system domid g1');
      expect(await onDesktop(space, 'virt-manager-nic.py', 'g1', 'Bridge device...', 'virbr1')).toEqual({ status: 0, output: seenOfCard });
      const { output } = await space.sh('virsh -q -c qemu:///system domiflist g1; ip -br link show master virbr1');
      expect(output).toMatch(/vnet0 +bridge +virbr1 +virtio[^]*vnet1 +bridge +virbr1[^]*vnet0 [^]*vnet1 /);
      expect(await space.sh('virsh -q -c qemu:///system domid g1')).toEqual(running);
    },
  );
});
