/** `virsh net-update`'s commands, with libvirt's numbers on the wire. */
export const updateCommands = { modify: 1, delete: 2, 'add-last': 3, 'add-first': 4 } as const;
export type UpdateCommand = keyof typeof updateCommands;

/** Sections of a network that can be updated, with libvirt's numbers on the wire. */
export const updateSections = {
  bridge: 1,
  domain: 2,
  ip: 3,
  'ip-dhcp-host': 4,
  'ip-dhcp-range': 5,
  forward: 6,
  'forward-interface': 7,
  'forward-pf': 8,
  portgroup: 9,
  'dns-host': 10,
  'dns-txt': 11,
  'dns-srv': 12,
} as const;
export type UpdateSection = keyof typeof updateSections;
