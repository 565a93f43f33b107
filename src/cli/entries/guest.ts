import { verb, type Option, type Verb } from '../verb.ts';

const port = { type: 'text', about: 'option.port-name', positional: true, required: true, complete: 'port' } as const satisfies Option;
const network = { type: 'text', about: 'option.port-network', complete: 'network' } as const satisfies Option;
const guest = { type: 'text', about: 'option.guest-name', positional: true, required: true } as const satisfies Option;
const granted = { type: 'text', about: 'option.network', positional: true, required: true, complete: 'network' } as const satisfies Option;
const grant = { type: 'text', about: 'option.grant', positional: true, required: true } as const satisfies Option;
const vlans = {
  access: { type: 'number', about: 'option.vlan-access' },
  trunk: { type: 'text', about: 'option.vlan-trunk' },
  native: { type: 'number', about: 'option.vlan-native' },
} as const satisfies Record<string, Option>;
const programs = ['qemu', 'firecracker', 'cloud-hypervisor', 'libvirt', 'none'] as const;

/** Ports as Viaduct makes them itself, and guests in virsh's columns. */
export const guestVerbs: readonly Verb[] = [
  verb(
    'port-create',
    'port',
    {
      name: { type: 'text', about: 'option.new-port', positional: true },
      network: { type: 'text', about: 'option.on-network', required: true, complete: 'active-network' },
      for: { type: 'text', about: 'option.for', complete: programs },
      guest: { type: 'text', about: 'option.guest' },
      mac: { type: 'text', about: 'option.port-mac' },
      tap: { type: 'text', about: 'option.tap' },
      user: { type: 'text', about: 'option.owner' },
      group: { type: 'text', about: 'option.owner-group' },
      multiqueue: { type: 'flag', about: 'option.multiqueue' },
      model: { type: 'text', about: 'option.model', complete: 'nic-model' },
      netns: { type: 'text', about: 'option.netns' },
      inside: { type: 'text', about: 'option.inside' },
      holder: { type: 'number', about: 'option.holder' },
      portgroup: { type: 'text', about: 'option.portgroup' },
      ...vlans,
      isolated: { type: 'flag', about: 'option.port-isolated' },
    },
    async () => (await import('../verbs/port-create.ts')).makePort,
  ),
  verb('port-list', 'port', { network }, async () => (await import('../verbs/port-show.ts')).listAllPorts),
  verb('port-show', 'port', { port, network }, async () => (await import('../verbs/port-show.ts')).showPort),
  verb('port-delete', 'port', { port, network }, async () => (await import('../verbs/port-create.ts')).removePort),
  verb(
    'port-link',
    'port',
    { port, state: { type: 'text', about: 'option.up-down', positional: true, required: true, complete: ['up', 'down'] }, network },
    async () => (await import('../verbs/port-create.ts')).setLink,
  ),
  verb(
    'port-move',
    'port',
    { port, to: { type: 'text', about: 'option.move-to', positional: true, required: true, complete: 'active-network' }, network },
    async () => (await import('../verbs/port-create.ts')).movePort,
  ),
  verb(
    'port-set',
    'port',
    { port, network, ...vlans, inherit: { type: 'flag', about: 'option.vlan-inherit' } },
    async () => (await import('../verbs/port-vlan.ts')).setPort,
  ),
  verb(
    'port-limit',
    'port',
    { port, network, inbound: { type: 'text', about: 'option.inbound' }, outbound: { type: 'text', about: 'option.outbound' } },
    async () => (await import('../verbs/port-limit.ts')).limitPort,
  ),
  verb(
    'port-arguments',
    'port',
    { port, network, for: { type: 'text', about: 'option.for', complete: programs } },
    async () => (await import('../verbs/port-create.ts')).tellArguments,
  ),
  verb('net-grant', 'port', { network: granted, grant }, async () => (await import('../verbs/grants.ts')).addGrant),
  verb('net-revoke', 'port', { network: granted, grant }, async () => (await import('../verbs/grants.ts')).removeGrant),
  verb('net-grants', 'port', { network: granted }, async () => (await import('../verbs/grants.ts')).listGrants),
  verb(
    'nic-models',
    'port',
    { name: { type: 'flag', about: 'option.model-names' } },
    async () => (await import('../verbs/nic-models.ts')).listNicModels,
  ),
  verb('mac-new', 'port', {}, async () => (await import('../verbs/port-create.ts')).newMac),
  verb(
    'list',
    'guest',
    {
      all: { type: 'flag', about: 'option.guest-all' },
      inactive: { type: 'flag', about: 'option.guest-inactive' },
      name: { type: 'flag', about: 'option.guest-names' },
    },
    async () => (await import('../verbs/guests.ts')).listGuests,
  ),
  verb(
    'domiflist',
    'guest',
    { domain: guest, inactive: { type: 'flag', about: 'option.domiflist-inactive' } },
    async () => (await import('../verbs/guests.ts')).listInterfaces,
  ),
  verb(
    'domifaddr',
    'guest',
    { domain: guest, source: { type: 'text', about: 'option.source', complete: ['lease', 'agent', 'arp'] } },
    async () => (await import('../verbs/guests.ts')).listAddresses,
  ),
];
