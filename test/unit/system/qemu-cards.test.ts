import { expect, test } from 'vitest';
import { isModelName, modelDevice, modelName } from '../../../src/model/nic-model.ts';
import { devicesIn, readMonitor } from '../../../src/system/qemu-cards.ts';

const help = `Display devices:
name "VGA", bus PCI

Network devices:
name "e1000", bus PCI, alias "e1000-82540em", desc "Intel Gigabit Ethernet"
name "ne2k_isa", bus ISA
name "rocker", bus PCI, desc "Rocker Switch"
name "usb-net", bus usb-bus
name "virtio-net-device", bus virtio-bus
name "virtio-net-pci", bus PCI, alias "virtio-net"
name "virtio-net-pci-transitional", bus PCI
name "vmxnet3", bus PCI, desc "VMWare Paravirtualized Ethernet v3"

Input devices:
name "ccid-card-emulated", bus ccid-bus, desc "emulated smartcard"
`;

test('the network devices in QEMU’s help, by libvirt’s names, and those that need drivers of their own', () => {
  expect(devicesIn(help).map(({ name, device, bus, needsDrivers }) => [name, device, bus, needsDrivers])).toEqual([
    ['e1000', 'e1000', 'PCI', false],
    ['ne2k_isa', 'ne2k_isa', 'ISA', false],
    ['rocker', 'rocker', 'PCI', false],
    ['usb-net', 'usb-net', 'USB', false],
    ['virtio', 'virtio-net-pci', 'PCI', true],
    ['virtio-transitional', 'virtio-net-pci-transitional', 'PCI', true],
    ['vmxnet3', 'vmxnet3', 'PCI', true],
  ]);
  expect(devicesIn(help)[0]).toMatchObject({ aliases: ['e1000-82540em'], description: 'Intel Gigabit Ethernet' });
  expect(devicesIn('')).toEqual([]);
});

test('a card is what has a wire and an address', () => {
  const said = [
    { QMP: { version: { qemu: { micro: 22, minor: 2, major: 7 }, package: '' }, capabilities: [] } },
    { return: {} },
    { return: [{ name: 'mac' }, { name: 'netdev' }, { name: 'addr' }], id: 'e1000' },
    { return: [{ name: 'ports' }], id: 'rocker' },
    { error: { class: 'GenericError', desc: 'no such type' }, id: 'gone' },
    { event: 'SHUTDOWN', data: {} },
  ];
  expect(readMonitor(said.map((line) => `${JSON.stringify(line)}\n`).join(''))).toEqual({ version: '7.2.22', cards: new Set(['e1000']) });
});

test('a model is called as libvirt calls it, and as QEMU does where it is told', () => {
  for (const [name, device] of [
    ['virtio', 'virtio-net-pci'],
    ['virtio-transitional', 'virtio-net-pci-transitional'],
    ['e1000e', 'e1000e'],
  ] as const)
    expect([modelName(device), modelDevice(name)]).toEqual([name, device]);
  expect(['e1000', 'a b', 'x,y', '-x', ''].map(isModelName)).toEqual([true, false, false, false, false]);
});
