/** A model of network card that QEMU can put into a guest. */
export interface NicModel {
  /** As libvirt and `viaduct` call it: `virtio`, `e1000e`. */
  readonly name: string;
  /** QEMU's own name of it, for `-device`. */
  readonly device: string;
  /** Other names of QEMU's for the same. */
  readonly aliases: readonly string[];
  /** What it is plugged into inside the guest: `PCI`, `ISA`, … */
  readonly bus: string;
  readonly description?: string;
  /** It exists in no hardware: a guest sees it only with drivers made for it. */
  readonly needsDrivers: boolean;
}

/** What a guest gets where nothing is said. */
export const usualModel = 'virtio';

/** libvirt's name for a device of QEMU's: `virtio-net-pci-transitional` is `virtio-transitional`. */
export function modelName(device: string): string {
  return device.replace(/^virtio-net-(?:pci|ccw)/, 'virtio');
}

/** The other way round, on PCI. */
export function modelDevice(name: string): string {
  return isVirtio(name) ? name.replace(/^virtio/, 'virtio-net-pci') : name;
}

export function isVirtio(name: string): boolean {
  return /^virtio(?:-|$)/.test(name);
}

/** What may be the name of a model, whoever knows it. */
export function isModelName(text: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,63}$/.test(text);
}
