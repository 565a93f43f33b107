import { describe, expect, test } from 'vitest';
import type { Port, PortClient } from '../../../src/model/port.ts';
import { parseIfName } from '../../../src/model/units.ts';
import { portArguments } from '../../../src/service/port-arguments.ts';
import { mac, port, uuid } from './samples.ts';

const name = (text: string) => parseIfName(text)!;
const plugged = (more: Partial<Port>): Port =>
  ({ ...port(1), mac: mac(1), name: 'web', network: uuid(9), plug: { type: 'network', bridge: 'virbr0' }, ...more }) as Port;
const tap = plugged({ link: { kind: 'tap', name: name('vnet3') } });
const queued = plugged({ link: { kind: 'tap', name: name('vnet3'), multiQueue: true } });
const macvtap = plugged({ link: { kind: 'macvtap', name: name('macvtap0'), lower: name('eth0'), mode: 'bridge' } });
const address = mac(1);

describe('S125: what a program is told of a port', () => {
  const cases: { name: string; port: Port; client: PortClient; mtu?: number; want: string }[] = [
    {
      name: 'QEMU',
      port: tap,
      client: 'qemu',
      want: `-netdev tap,id=net-vnet3,ifname=vnet3,script=no,downscript=no -device virtio-net-pci,netdev=net-vnet3,mac=${address}\n`,
    },
    {
      name: 'QEMU, with jumbo frames',
      port: tap,
      client: 'qemu',
      mtu: 9000,
      want: `-netdev tap,id=net-vnet3,ifname=vnet3,script=no,downscript=no -device virtio-net-pci,netdev=net-vnet3,mac=${address},host_mtu=9000\n`,
    },
    {
      name: 'QEMU, with several queues',
      port: queued,
      client: 'qemu',
      want: `-netdev tap,id=net-vnet3,ifname=vnet3,script=no,downscript=no,queues=2 -device virtio-net-pci,netdev=net-vnet3,mac=${address},mq=on,vectors=6\n`,
    },
    {
      name: 'QEMU, with a card of hardware, which learns of no jumbo frames',
      port: plugged({ link: { kind: 'tap', name: name('vnet3') }, model: 'e1000e' }),
      client: 'qemu',
      mtu: 9000,
      want: `-netdev tap,id=net-vnet3,ifname=vnet3,script=no,downscript=no -device e1000e,netdev=net-vnet3,mac=${address}\n`,
    },
    {
      name: 'QEMU, of a tap without header',
      port: plugged({ link: { kind: 'tap', name: name('vnet3'), vnetHeader: false } }),
      client: 'qemu',
      want: `-netdev tap,id=net-vnet3,ifname=vnet3,script=no,downscript=no,vnet_hdr=off -device virtio-net-pci,netdev=net-vnet3,mac=${address}\n`,
    },
    {
      name: 'QEMU, of a macvtap',
      port: macvtap,
      client: 'qemu',
      want: `-netdev tap,id=net-macvtap0,fd=3 -device virtio-net-pci,netdev=net-macvtap0,mac=${address} 3<>/dev/tap7\n`,
    },
    {
      name: 'QEMU, of a name with a comma in it',
      port: plugged({ link: { kind: 'tap', name: name('a,b') } }),
      client: 'qemu',
      want: `-netdev tap,id=net-a_b,ifname=a,,b,script=no,downscript=no -device virtio-net-pci,netdev=net-a_b,mac=${address}\n`,
    },
    { name: 'Cloud Hypervisor', port: tap, client: 'cloud-hypervisor', want: `--net tap=vnet3,mac=${address},num_queues=2\n` },
    {
      name: 'Cloud Hypervisor, with several queues',
      port: queued,
      client: 'cloud-hypervisor',
      want: `--net tap=vnet3,mac=${address},num_queues=4\n`,
    },
    {
      name: 'Cloud Hypervisor, of a macvtap',
      port: macvtap,
      client: 'cloud-hypervisor',
      want: `--net fd=3,mac=${address},num_queues=2 3<>/dev/tap7\n`,
    },
    { name: 'nobody', port: tap, client: 'none', want: 'vnet3\n' },
    {
      name: 'libvirt',
      port: tap,
      client: 'libvirt',
      want: `<interface type='ethernet'>\n  <mac address='${address}'/>\n  <target dev='vnet3' managed='no'/>\n  <model type='virtio'/>\n</interface>\n`,
    },
  ];
  for (const { name: title, port: of, client, mtu, want } of cases) {
    test(title, () => expect(portArguments(of, client, { index: 7, ...(mtu !== undefined && { mtu }) }).text).toBe(want));
  }

  test('Firecracker gets its part of the configuration', () => {
    const { json } = portArguments(tap, 'firecracker', { index: 7 });
    expect(JSON.parse(json ?? '')).toEqual({ 'network-interfaces': [{ iface_id: 'eth0', guest_mac: address, host_dev_name: 'vnet3' }] });
  });
});

describe('nothing is told', () => {
  const { link: _link, ...bare } = tap;
  const cases: { name: string; port: Port; client: PortClient; want: RegExp }[] = [
    { name: 'of a port whose wire the hypervisor makes', port: bare, client: 'qemu', want: /hypervisor's own/ },
    {
      name: 'of a wire into a namespace',
      port: plugged({ link: { kind: 'veth', name: name('vnet3'), netns: 'web', inside: name('eth0') } }),
      client: 'qemu',
      want: /^Port '.*' leads into namespace 'web' as eth0/,
    },
    { name: 'to Firecracker of a macvtap', port: macvtap, client: 'firecracker', want: /cannot use a macvtap/ },
  ];
  for (const { name: title, port: of, client, want } of cases)
    test(title, () => expect(() => portArguments(of, client, { index: 7 })).toThrow(want));
});
