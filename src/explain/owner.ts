import type { LinkOwner } from '../model/topology.ts';

/**
 * Who made a device, told from the name its maker always gives: Docker (`docker0`, `br-` and 12 hex digits),
 * OpenStack's Linux-bridge and hybrid agents (`brq…`, `qbr…`, `tap` and 11 characters of a port id),
 * libvirt (`virbr…`, `vnet…`, which it makes as taps: a veth of that name is somebody else's), Podman, Incus/LXD, Proxmox, and the common Kubernetes plug-ins.
 */
const makers: readonly (readonly [RegExp, LinkOwner])[] = [
  [/^(docker\d+|docker_gwbridge|br-[0-9a-f]{12})$/, 'docker'],
  [/^((brq|qbr|qvb|qvo|qr-|qg-)[0-9a-f-]+|tap[0-9a-f]{8}-[0-9a-f]{2})$/, 'openstack'],
  [/^(virbr\d+(-nic)?|vnet\d+|macvtap\d+)$/, 'libvirt'],
  [/^(podman\d+|cni-podman\d+)$/, 'podman'],
  [/^(incusbr|lxdbr|lxcbr)\d+$/, 'incus'],
  [/^(vmbr\d+|fwbr\d+i\d+|fwpr\d+p\d+|fwln\d+i\d+|tap\d+i\d+|veth\d+i\d+)$/, 'proxmox'],
  [/^(cni\d+|cbr\d+|flannel\.\d+|cali[0-9a-f]+|cilium_\w+|kube-bridge)$/, 'kubernetes'],
];

export function ownerOf(name: string, type?: string): LinkOwner {
  if (type === 'veth' && name.startsWith('vnet')) return 'host';
  return makers.find(([shape]) => shape.test(name))?.[1] ?? 'host';
}
