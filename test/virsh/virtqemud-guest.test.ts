import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingForDesktop, onDesktop, seenOfCard, seenOfNetworks } from './desktop.ts';
import { hasRoot, openSpace, viaduct, viaductCommand } from './space.ts';
import type { Space } from './space.ts';

/**
 * A real virtqemud, which Debian does not package: Fedora and RHEL have it, and scripts/build-virtqemud.sh builds it.
 * `VIRTQEMUD=COMMAND` runs one that is elsewhere.
 */
const virtqemud = process.env['VIRTQEMUD'] ?? '/usr/sbin/virtqemud';
const isThere = existsSync(virtqemud) && existsSync('/usr/bin/qemu-system-x86_64');
if (!isThere) console.log(`No guest of a real virtqemud is tried, for want of ${virtqemud}; see scripts/build-virtqemud.sh`);

const mac = '52:54:00:aa:00:01';
const guest = `<domain type='qemu'>
  <name>g1</name>
  <uuid>d1eb3b86-bde3-4c5e-92b9-dbe6fb298f7d</uuid>
  <memory unit='MiB'>32</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <interface type='network'>
      <mac address='${mac}'/>
      <source network='demo'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>`;

describe.skipIf(!hasRoot || !isThere)('guests of a real virtqemud', () => {
  let space: Space;
  const virsh = (command: string) => space.sh(`virsh -q -c qemu:///system ${command}`);
  const must = async (command: string): Promise<string> => {
    const { output, status } = await space.sh(`export HOME=/run/home; mkdir -p $HOME; ${command}`);
    expect({ output, status }).toEqual({ output, status: 0 });
    return output;
  };
  const onBridge = async (bridge: string) =>
    [...(await must(`ip -br link show master ${bridge}`)).matchAll(/^(vnet\d+) /gm)].map(([, name]) => name);
  const portsOf = async () =>
    JSON.parse(await must(`${viaductCommand} port list --json`)) as {
      owner: { name: string };
      mac: string;
      network: { name: string };
      device?: string;
    }[];
  const cards = async (name = 'g1') =>
    (await must(`virsh -q -c qemu:///system domiflist ${name}`))
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));

  beforeAll(async () => {
    space = await openSpace(viaduct, { HYPERVISOR: virtqemud });
    await must(
      `cat >/run/g1.xml <<'END'\n${guest}\nEND\nvirsh -q -c qemu:///system "net-define demo.xml; net-start demo; net-define isolated.xml; net-start isolated; define /run/g1.xml"`,
    );
  }, 180_000);
  afterAll(() => space[Symbol.asyncDispose]());

  test('S097: S101: S122: a guest starts on a network of ours, and its port has its name', async () => {
    await must('virsh -q -c qemu:///system start g1');
    expect(await onBridge('virbr1')).toEqual(['vnet0']);
    expect(await portsOf()).toMatchObject([{ owner: { name: 'g1' }, mac, network: { name: 'demo' }, device: 'vnet0' }]);
  });

  test('S096: S098: virsh and viaduct show the same guests and cards', async () => {
    expect(await must(`${viaductCommand} list --all --quiet`)).toBe(await must('virsh -q -c qemu:///system list --all'));
    expect(await must(`${viaductCommand} domiflist g1`)).toBe(await must('virsh -c qemu:///system domiflist g1'));
    expect(await cards()).toEqual([['vnet0', 'network', 'demo', 'virtio', mac]]);
  });

  test('S099: its counters, its cable and its addresses', async () => {
    expect(await must('virsh -q -c qemu:///system domifstat g1 vnet0')).toMatch(/vnet0 rx_bytes \d+/);
    await must(`virsh -q -c qemu:///system "domif-setlink g1 ${mac} down; domif-getlink g1 ${mac}; domif-setlink g1 ${mac} up"`);
    expect(await must(`virsh -q -c qemu:///system domif-getlink g1 ${mac}`)).toContain('up');
    expect(await portsOf()).toHaveLength(1);
    // Nobody runs inside the guest: a namespace asks in its place, with its MAC, and is gone again.
    await must(`PATH=$PATH:../tools guest one ${mac} virbr1 && ip netns delete one`);
    expect(await must('virsh -q -c qemu:///system domifaddr g1')).toMatch(/vnet0\s+52:54:00:aa:00:01\s+ipv4\s+192\.168\.150\.55\/24/);
    expect(await must(`${viaductCommand} domifaddr g1`)).toContain('192.168.150.55/24');
  });

  test('S109: virt-xml moves its card to another network and to a bridge of the host, and it goes on running', async () => {
    const before = await must('virsh -q -c qemu:///system domid g1');
    await must('/usr/bin/virt-xml --connect qemu:///system g1 --edit --network network=isolated --update');
    expect(await cards()).toEqual([['vnet0', 'network', 'isolated', 'virtio', mac]]);
    expect(await onBridge('virbr1')).toEqual([]);
    await must('/usr/bin/virt-xml --connect qemu:///system g1 --edit --network bridge=br9 --update');
    expect(await cards()).toEqual([['vnet0', 'bridge', 'br9', 'virtio', mac]]);
    expect(await portsOf()).toEqual([]);
    await must('/usr/bin/virt-xml --connect qemu:///system g1 --edit --network network=demo --update');
    expect(await onBridge('virbr1')).toEqual(['vnet0']);
    expect(await must('virsh -q -c qemu:///system domid g1')).toBe(before);
  });

  test('S110: cards are added while it runs, by virsh and by virt-xml, of the models they name', async () => {
    await must('virsh -q -c qemu:///system attach-interface g1 network isolated --model virtio --live');
    await must('/usr/bin/virt-xml --connect qemu:///system g1 --add-device --network network=demo,model=e1000 --update');
    expect((await cards()).map(([, type, source, model]) => [type, source, model])).toEqual([
      ['network', 'demo', 'virtio'],
      ['network', 'isolated', 'virtio'],
      ['network', 'demo', 'e1000'],
    ]);
    expect((await portsOf()).map(({ network }) => network.name).toSorted()).toEqual(['demo', 'demo', 'isolated']);
  });

  test('S103: virt-install puts a new guest on a network of ours', async () => {
    await must(
      '/usr/bin/virt-install --connect qemu:///system --name g2 --memory 32 --vcpus 1 --virt-type qemu --disk none --boot hd --osinfo detect=off,require=off --network network=demo --graphics none --noautoconsole --import',
    );
    expect((await cards('g2'))[0]).toMatchObject([expect.stringMatching(/^vnet/), 'network', 'demo', expect.anything(), expect.anything()]);
    await must('virsh -q -c qemu:///system "destroy g2; undefine g2"');
  });

  test('S090: a network that is stopped and started has its guests back', async () => {
    const before = await onBridge('virbr1');
    expect(before).toHaveLength(2);
    await must('virsh -q -c qemu:///system "net-destroy demo; net-start demo"');
    await expect.poll(() => onBridge('virbr1')).toEqual(before);
  });

  test('libvirt-dbus shows, stops and starts networks through it, and tells what happens', async () => {
    if (!existsSync('/usr/sbin/libvirt-dbus') || !existsSync('/usr/bin/gdbus')) return console.log('for want of libvirt-dbus, not tried');
    const said = await must('../tools/on-dbus demo');
    expect(said).toContain("'Active': <true>");
    expect(said).toContain('<ip address=');
    expect(said).toContain('Network not found: no network with matching name');
    expect([...said.matchAll(/NetworkEvent \(objectpath '[^']*', (\d)\)/g)].map(([, event]) => event)).toEqual(['3', '2']);
  });

  test('virtqemud restarts and knows its guests; a port that we have lost is claimed again', async () => {
    const restart = `kill $(pgrep -x virtqemud); while pgrep -x virtqemud >/dev/null; do sleep 0.1; done; (${virtqemud} >>/run/hypervisor.log 2>&1 &); until virsh -q -c qemu:///system domstate g1 >/dev/null 2>&1; do sleep 0.1; done; sleep 1`;
    // Starting the network again has forgotten the ports on it, as libvirt's daemon forgets them.
    await must(restart);
    const ports = await portsOf();
    expect(ports.filter(({ network }) => network.name === 'demo')).toHaveLength(2);
    await must(restart);
    expect(await portsOf()).toEqual(ports);
  });

  test('Viaduct restarts, and the next guest starts as if nothing had been', async () => {
    const before = (await portsOf()).map(({ mac: address }) => address).toSorted();
    // In two commands: the one that starts it would find itself by that name.
    await must(
      'daemon=\'^[^ ]*/node .*viaduct.js daemon\'; kill $(pgrep -f "$daemon"); while pgrep -f "$daemon" >/dev/null; do sleep 0.1; done',
    );
    await must(`(${viaduct} >>/run/daemon.log 2>&1 &); until virsh -q -c network:///system net-list >/dev/null 2>&1; do sleep 0.1; done`);
    expect((await portsOf()).map(({ mac: address }) => address).toSorted()).toEqual(before);
    expect(await must('virsh -q -c qemu:///system "destroy g1; start g1; domiflist g1"')).toContain('network   demo');
  });

  test('events of networks reach who listens through virtqemud', async () => {
    const told = await must(
      '(virsh -c qemu:///system net-event --event lifecycle --loop --timeout 6 >/run/told & sleep 2; virsh -q -c network:///system "net-destroy isolated; net-start isolated"; wait; cat /run/told)',
    );
    expect(told).toContain("event 'lifecycle' for network isolated: Stopped\nevent 'lifecycle' for network isolated: Started\n");
  });

  test.each(['bridge', 'private', 'vepa', 'passthrough'])('S101: a guest starts on a card of the host, mode %s', async (mode) => {
    await must(
      `virsh -q -c qemu:///system destroy g1 >/dev/null; echo "<network><name>cards</name><forward mode='${mode}'><interface dev='eth9'/></forward></network>" >/run/cards.xml; virsh -q -c qemu:///system net-create /run/cards.xml; sed s/demo/cards/ /run/g1.xml >/run/g3.xml; virsh -q -c qemu:///system "define /run/g3.xml; start g1"`,
    );
    expect((await cards())[0]).toMatchObject([expect.stringMatching(/^macvtap/), 'direct', 'cards', 'virtio', mac]);
    await must('virsh -q -c qemu:///system "destroy g1; net-destroy cards; define /run/g1.xml"');
  });

  test.skipIf(missingForDesktop.length > 0)(
    'S106: S109: S110: virt-manager makes networks of qemu:///system, and moves and adds cards of a running guest',
    { timeout: 300_000 },
    async () => {
      await must(
        'virsh -q -c qemu:///system "net-start isolated; net-destroy demo" >/dev/null 2>&1 || true; virsh -q -c qemu:///system net-undefine isolated',
      );
      expect(await onDesktop(space, 'virt-manager.py', 'qemu:///system', 'isolated.xml', 'QEMU/KVM')).toEqual({
        status: 0,
        output: seenOfNetworks,
      });
      await must('virsh -q -c qemu:///system "net-start demo; start g1"');
      const lab = "Virtual network 'isolated-by-mouse' : Isolated network";
      expect(await onDesktop(space, 'virt-manager-nic.py', 'g1', lab, '')).toEqual({ status: 0, output: seenOfCard });
      expect((await cards()).map(([, type, source]) => [type, source])).toEqual(Array(2).fill(['network', 'isolated-by-mouse']));
      await must('virsh -q -c qemu:///system "destroy g1; define /run/g1.xml"');
    },
  );

  test('a guest of a network that is stopped is refused with our words', async () => {
    await must('virsh -q -c qemu:///system net-destroy demo');
    expect((await virsh('start g1')).output).toContain("Requested operation is not valid: network 'demo' is not active");
  });
});
