import { verb, type Verb } from '../verb.ts';
import { file, hostInterface, inactive, validate, wrap, xpath } from './shared.ts';

const noStart = { type: 'flag', about: 'option.iface-no-start' } as const;

const onBridge = { bridge: { ...hostInterface, about: 'option.bridge-name' } } as const;
const within = { for: { type: 'number', about: 'option.confirm-within' } } as const;
const wait = {
  ...within,
  backend: {
    type: 'text',
    about: 'option.host-home',
    complete: ['netplan', 'networkmanager', 'networkd', 'ifupdown', 'ifcfg', 'none'],
  },
  'dry-run': { type: 'flag', about: 'option.host-dry-run' },
} as const;
const newBridge = {
  bridge: { type: 'text', about: 'option.new-bridge', positional: true, required: true },
  port: { type: 'words', about: 'option.bridge-port-new', complete: 'interface' },
  stp: { type: 'text', about: 'option.stp', complete: ['on', 'off'] },
  'forward-delay': { type: 'number', about: 'option.forward-delay' },
  mac: { type: 'text', about: 'option.bridge-mac' },
  'vlan-filtering': { type: 'flag', about: 'option.vlan-filtering' },
  ...wait,
} as const;
const vlanId = { type: 'number', about: 'option.vlan-id', positional: true, required: true } as const;
const ofPort = { ...onBridge, interface: hostInterface, ...wait } as const;

/** virsh's verbs for the host's own interfaces, and its bridges. */
export const hostVerbs: readonly Verb[] = [
  verb('iface-begin', 'interface', {}, async () => (await import('../verbs/interfaces.ts')).begin),
  verb(
    'iface-bridge',
    'interface',
    {
      interface: hostInterface,
      bridge: { type: 'text', about: 'option.new-bridge', positional: true, required: true },
      'no-stp': { type: 'flag', about: 'option.iface-no-stp' },
      delay: { type: 'number', about: 'option.iface-delay' },
      'no-start': noStart,
    },
    async () => (await import('../verbs/bridge-over.ts')).bridgeInterface,
  ),
  verb('iface-commit', 'interface', {}, async () => (await import('../verbs/interfaces.ts')).commit),
  verb('iface-define', 'interface', { file, validate }, async () => (await import('../verbs/interfaces.ts')).defineInterface),
  verb('iface-destroy', 'interface', { interface: hostInterface }, async () => (await import('../verbs/interfaces.ts')).stopInterface),
  verb(
    'iface-dumpxml',
    'interface',
    { interface: hostInterface, inactive, xpath, wrap },
    async () => (await import('../verbs/dump.ts')).dumpInterface,
  ),
  verb('iface-edit', 'interface', { interface: hostInterface }, async () => (await import('../verbs/edit.ts')).editInterface),
  verb(
    'iface-list',
    'interface',
    { inactive: { type: 'flag', about: 'option.iface-inactive' }, all: { type: 'flag', about: 'option.iface-all' } },
    async () => (await import('../verbs/interfaces.ts')).listInterfaces,
  ),
  verb(
    'iface-mac',
    'interface',
    { interface: { ...hostInterface, about: 'option.iface-name' } },
    async () => (await import('../verbs/interfaces.ts')).mac,
  ),
  verb(
    'iface-name',
    'interface',
    { interface: { ...hostInterface, about: 'option.iface-mac' } },
    async () => (await import('../verbs/interfaces.ts')).interfaceName,
  ),
  verb('iface-rollback', 'interface', {}, async () => (await import('../verbs/interfaces.ts')).rollback),
  verb('iface-start', 'interface', { interface: hostInterface }, async () => (await import('../verbs/interfaces.ts')).startInterface),
  verb(
    'iface-unbridge',
    'interface',
    { bridge: { ...hostInterface, about: 'option.bridge-to-remove' }, 'no-start': noStart },
    async () => (await import('../verbs/bridge-over.ts')).unbridgeInterface,
  ),
  verb('iface-undefine', 'interface', { interface: hostInterface }, async () => (await import('../verbs/interfaces.ts')).undefineInterface),
  verb(
    'host-show',
    'host',
    { root: { type: 'text', about: 'option.host-root', complete: 'file' } },
    async () => (await import('../verbs/host.ts')).showHost,
  ),
  verb('host-links', 'host', {}, async () => (await import('../verbs/links.ts')).showLinks),
  verb(
    'host-plan',
    'host',
    {
      file,
      and: { type: 'words', about: 'option.host-and', complete: 'file' },
      remove: { type: 'words', about: 'option.host-remove', complete: 'interface' },
      backend: { type: 'text', about: 'option.host-backend', complete: ['netplan', 'networkmanager', 'networkd', 'ifupdown', 'ifcfg'] },
      root: { type: 'text', about: 'option.host-root', complete: 'file' },
    },
    async () => (await import('../verbs/host-plan.ts')).planHost,
  ),
  verb('host-apply', 'host', { file, ...wait }, async () => (await import('../verbs/host-change.ts')).applyInterface),
  verb('host-confirm', 'host', {}, async () => (await import('../verbs/host-change.ts')).confirmChange),
  verb('host-rollback', 'host', {}, async () => (await import('../verbs/host-change.ts')).takeChangeBack),
  verb('host-undo', 'host', within, async () => (await import('../verbs/host-change.ts')).undoHostChange),
  verb('bridge-create', 'host', newBridge, async () => (await import('../verbs/host-change.ts')).createBridge),
  verb('bridge-add', 'host', ofPort, async () => (await import('../verbs/host-change.ts')).addToBridge),
  verb('bridge-remove', 'host', ofPort, async () => (await import('../verbs/host-change.ts')).removeFromBridge),
  verb('bridge-delete', 'host', { ...onBridge, ...wait }, async () => (await import('../verbs/host-change.ts')).deleteBridge),
  verb('addbr', 'host', newBridge, async () => (await import('../verbs/host-change.ts')).createBridge),
  verb('addif', 'host', ofPort, async () => (await import('../verbs/host-change.ts')).addToBridge),
  verb('delif', 'host', ofPort, async () => (await import('../verbs/host-change.ts')).removeFromBridge),
  verb('delbr', 'host', { ...onBridge, ...wait }, async () => (await import('../verbs/host-change.ts')).deleteBridge),
  verb(
    'vlan-create',
    'host',
    {
      id: vlanId,
      uplink: { type: 'text', about: 'option.vlan-uplink', required: true, complete: 'interface' },
      bridge: { type: 'text', about: 'option.vlan-bridge' },
      'no-bridge': { type: 'flag', about: 'option.vlan-no-bridge' },
      protocol: { type: 'text', about: 'option.vlan-protocol', complete: ['802.1Q', '802.1ad'] },
      mtu: { type: 'number', about: 'option.vlan-mtu' },
      stp: { type: 'text', about: 'option.stp', complete: ['on', 'off'] },
      address: { type: 'text', about: 'option.vlan-address' },
      ...wait,
    },
    async () => (await import('../verbs/vlans.ts')).createVlan,
  ),
  verb(
    'vlan-delete',
    'host',
    { id: vlanId, uplink: { type: 'text', about: 'option.vlan-of', complete: 'interface' }, ...wait },
    async () => (await import('../verbs/vlans.ts')).deleteVlan,
  ),
  verb('vlan-list', 'host', {}, async () => (await import('../verbs/vlans.ts')).listVlans),
  verb(
    'bridge-show',
    'host',
    {
      bridge: { type: 'text', about: 'option.bridge-shown', positional: true, complete: 'interface' },
      brctl: { type: 'flag', about: 'option.brctl' },
    },
    async () => (await import('../verbs/bridges.ts')).showBridges,
  ),
];
