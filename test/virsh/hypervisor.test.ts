import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/rest/client.ts';
import { guestAddresses, guestInterfaces, hypervisorGuests } from '../../src/rpc/hypervisor.ts';
import { hasHypervisor, hasRoot, openSpace, viaduct, viaductCommand } from './space.ts';
import type { Space } from './space.ts';

const guest = `<domain type='qemu'>
  <name>g1</name>
  <uuid>d1eb3b86-bde3-4c5e-92b9-dbe6fb298f7d</uuid>
  <memory unit='MiB'>32</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <interface type='bridge'>
      <mac address='52:54:00:aa:00:01'/>
      <source bridge='virbr1'/>
      <model type='virtio'/>
    </interface>
    <interface type='bridge'>
      <mac address='52:54:00:aa:00:02'/>
      <source bridge='br9'/>
      <model type='e1000'/>
    </interface>
  </devices>
</domain>`;

describe.skipIf(!hasRoot || !hasHypervisor)('a QEMU guest of libvirtd on the bridge of a Viaduct network', () => {
  let space: Space;
  let directory = '';
  beforeAll(async () => {
    space = await openSpace(viaduct, { HYPERVISOR: 'libvirtd' });
    directory = space.path('/run/libvirt');
    const made = await space.sh(
      `virsh -c network:///system "net-define demo.xml; net-start demo"; echo "${guest}" >/run/g1.xml; virsh -c qemu:///system define /run/g1.xml`,
    );
    expect(made).toMatchObject({ status: 0 });
  }, 180_000);
  afterAll(() => space[Symbol.asyncDispose]());

  test('S098: while it is off, its NICs have a source, a model and a MAC, and no link', async () => {
    expect(await guestInterfaces('g1', { directory })).toEqual([
      { type: 'bridge', source: 'virbr1', model: 'virtio', mac: '52:54:00:aa:00:01' },
      { type: 'bridge', source: 'br9', model: 'e1000', mac: '52:54:00:aa:00:02' },
    ]);
    expect(await hypervisorGuests({ directory })).toMatchObject([
      { name: 'g1', uuid: 'd1eb3b86-bde3-4c5e-92b9-dbe6fb298f7d', active: false },
    ]);
  });

  test('S098: S100: it starts on our bridge, and what we say of it is what domiflist says', async () => {
    expect(await space.sh('virsh -q -c qemu:///system start g1')).toMatchObject({ status: 0 });
    const { output } = await space.sh('virsh -q -c qemu:///system domiflist g1');
    const theirs = output
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const ours = await guestInterfaces('g1', { directory });
    expect(ours.map(({ link, type, source, model, mac }) => [link, type, source, model, mac])).toEqual(theirs);
    expect(ours.map(({ link }) => link)).toEqual(['vnet0', 'vnet1']);
    expect((await hypervisorGuests({ directory }))[0]).toMatchObject({ active: true, interfaces: ours });
    expect((await space.sh('ip -o link show master virbr1')).output).toContain('vnet0');
  });

  test('S122: the picture of the host names the guest behind each of its wires', async () => {
    using client = connect({ socketPath: space.path('/run/viaduct/viaduct.sock') });
    const { topology } = await client.call('topology.get', {});
    const guests = topology.nodes.flatMap((node) => (node.kind === 'guest' ? [`${node.tap} ${node.label}`] : []));
    expect(guests.toSorted()).toEqual(['vnet0 g1', 'vnet1 g1']);
  });

  test('S098: the definition for its next start has no links', async () => {
    expect((await guestInterfaces('g1', { directory, inactive: true })).map(({ link }) => link)).toEqual([undefined, undefined]);
  });

  test('S109: its card moves from one bridge to another while it runs', async () => {
    const card = `<interface type='bridge'><mac address='52:54:00:aa:00:01'/><source bridge='BRIDGE'/><model type='virtio'/></interface>`;
    const moved = await space.sh(
      `echo "${card.replace('BRIDGE', 'br9')}" >/run/card.xml; virsh -q -c qemu:///system update-device g1 /run/card.xml --live; ip -o link show master br9; virsh -q -c qemu:///system domstate g1`,
    );
    expect(moved.output).toMatch(/vnet0[\s\S]*running/);
    const back = await space.sh(
      `echo "${card.replace('BRIDGE', 'virbr1')}" >/run/card.xml; virsh -q -c qemu:///system update-device g1 /run/card.xml --live; ip -o link show master virbr1`,
    );
    expect(back.output).toContain('vnet0');
  });

  test.runIf(existsSync('/usr/bin/virt-xml'))('S109: virt-xml moves its card to another bridge, and it goes on running', async () => {
    const move = (bridge: string) =>
      space.sh(
        `export HOME=/run/home; mkdir -p $HOME; /usr/bin/virt-xml --connect qemu:///system g1 --edit mac=52:54:00:aa:00:01 --network bridge=${bridge} --update`,
      );
    const running = await space.sh('virsh -q -c qemu:///system domid g1');
    expect(await move('br9')).toMatchObject({ status: 0 });
    expect((await space.sh('ip -o link show master br9')).output).toMatch(/vnet0[\s\S]*vnet1|vnet1[\s\S]*vnet0/);
    expect((await guestInterfaces('g1', { directory, inactive: true })).map(({ source }) => source)).toEqual(['br9', 'br9']);
    expect(await move('virbr1')).toMatchObject({ status: 0 });
    expect((await space.sh('ip -o link show master virbr1')).output).toContain('vnet0');
    expect(await space.sh('virsh -q -c qemu:///system domid g1')).toEqual(running);
  });

  test('S099: its counters are read, and its cable is pulled and plugged in again', async () => {
    const card = '52:54:00:aa:00:01';
    expect((await space.sh('virsh -q -c qemu:///system domifstat g1 vnet0')).output).toMatch(/^vnet0 rx_bytes \d+/);
    const link = async (state: string) =>
      (await space.sh(`virsh -q -c qemu:///system "domif-setlink g1 ${card} ${state}; domif-getlink g1 ${card}"`)).output;
    expect(await link('down')).toContain(`${card} down`);
    expect(await link('up')).toContain(`${card} up`);
  });

  test('S110: a card is added while it runs', async () => {
    const added = await space.sh(
      'virsh -q -c qemu:///system attach-interface g1 bridge virbr1 --mac 52:54:00:aa:00:03 --model virtio --live; ip -o link show master virbr1',
    );
    expect(added.output).toMatch(/vnet0[\s\S]*vnet2/);
    expect(await guestInterfaces('g1', { directory })).toMatchObject([{}, {}, { link: 'vnet2', source: 'virbr1', model: 'virtio' }]);
  });

  test('S096: virsh and viaduct list the same guests', async () => {
    const theirs = await space.sh('virsh -c qemu:///system list --all');
    expect(await space.sh(`${viaductCommand} list --all`)).toEqual(theirs);
  });

  test('S102: a card that virsh edit moves is on the other bridge from the next start on', async () => {
    const edited = await space.sh(
      `EDITOR="sed -i s/br9/virbr1/" virsh -q -c qemu:///system edit g1; virsh -q -c qemu:///system destroy g1; virsh -q -c qemu:///system start g1; ip -o link show master virbr1`,
    );
    expect(edited.output.match(/vnet\d+:/g)).toHaveLength(2);
  });

  test.runIf(existsSync('/usr/bin/virt-install'))('S103: virt-install puts a new guest on a bridge of ours', async () => {
    const installed = await space.sh(
      'export HOME=/run/home; mkdir -p $HOME; /usr/bin/virt-install --connect qemu:///system --name g2 --memory 32 --vcpus 1 --virt-type qemu --disk none --boot hd --osinfo detect=off,require=off --network bridge=virbr1 --graphics none --noautoconsole --import; virsh -q -c qemu:///system domiflist g2',
    );
    expect(installed.output).toMatch(/vnet\d+\s+bridge\s+virbr1/);
  });

  test('a daemon that cannot say addresses is quoted', async () => {
    await expect(guestAddresses('g1', { directory })).rejects.toMatchObject({
      code: 'operation-invalid',
      message: expect.stringContaining('no connection driver available for network:///system'),
    });
  });

  test('a guest that is not there is not found, in libvirt’s words', async () => {
    await expect(guestInterfaces('nope', { directory })).rejects.toMatchObject({
      code: 'guest-not-found',
      message: "no domain with matching name 'nope'",
    });
  });
});

test('without a hypervisor daemon we say so, and what to do', async () => {
  await expect(hypervisorGuests({ directory: '/run/no-libvirt-here' })).rejects.toMatchObject({
    code: 'unreachable',
    message: 'No hypervisor daemon of libvirt answers in /run/no-libvirt-here.',
    hint: expect.stringContaining('virtqemud'),
  });
});

test.runIf(hasRoot)('where no hypervisor runs, the commands for guests know those with our ports, and say so of others', async () => {
  await using space = await openSpace(viaduct);
  await space.sh(`virsh -q -c network:///system "net-define demo.xml; net-start demo"; ${viaductCommand} port create web --network demo`);
  expect((await space.sh(`${viaductCommand} domiflist web --quiet`)).output).toMatch(/^ -\s+network\s+demo\s+virtio/);
  for (const verb of ['domiflist', 'domifaddr']) {
    expect(await space.sh(`${viaductCommand} ${verb} nope`)).toMatchObject({
      status: 1,
      output: expect.stringMatching(/no domain with matching name 'nope'\nhint: No hypervisor daemon of libvirt answers on this host/),
    });
  }
});
