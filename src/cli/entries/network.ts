import { updateCommands, updateSections } from '../../model/update.ts';
import { verb, type Verb } from '../verb.ts';
import { list } from '../verbs/network-list.ts';
import { config, current, file, inactive, live, network, validate, wrap, xpath } from './shared.ts';

const dryRun = { type: 'flag', about: 'option.dry-run' } as const;

/** virsh's verbs for networks, with virsh's options. */
export const networkVerbs: readonly Verb[] = [
  verb(
    'net-autostart',
    'network',
    { network, disable: { type: 'flag', about: 'option.disable' } },
    async () => (await import('../verbs/network-change.ts')).autostart,
  ),
  verb(
    'net-copy',
    'network',
    {
      network,
      name: { type: 'text', about: 'option.copy-name', positional: true, required: true },
      start: { type: 'flag', about: 'option.copy-start' },
    },
    async () => (await import('../verbs/network-change.ts')).copy,
  ),
  verb('net-create', 'network', { file, validate }, async () => (await import('../verbs/network-change.ts')).create),
  verb('net-define', 'network', { file, validate }, async () => (await import('../verbs/network-change.ts')).define),
  verb(
    'net-desc',
    'network',
    {
      network,
      live,
      config,
      current,
      title: { type: 'flag', about: 'option.desc-title' },
      edit: { type: 'flag', about: 'option.desc-edit' },
      'new-desc': { type: 'words', about: 'option.new-desc', positional: true },
    },
    async () => (await import('../verbs/description.ts')).describe,
  ),
  verb(
    'net-destroy',
    'network',
    { network: { ...network, complete: 'active-network' }, 'dry-run': dryRun },
    async () => (await import('../verbs/network-change.ts')).destroy,
  ),
  verb(
    'net-dhcp-leases',
    'network',
    { network, mac: { type: 'text', about: 'option.mac' } },
    async () => (await import('../verbs/leases.ts')).leases,
  ),
  verb('net-dumpxml', 'network', { network, inactive, xpath, wrap }, async () => (await import('../verbs/dump.ts')).dumpNetwork),
  verb('net-edit', 'network', { network, live }, async () => (await import('../verbs/edit.ts')).editNetwork),
  verb(
    'net-event',
    'network',
    {
      network: { type: 'text', about: 'option.event-network', complete: 'network' },
      event: { type: 'text', about: 'option.event', complete: ['lifecycle', 'metadata-change', 'lease', 'port', 'health', 'all'] },
      loop: { type: 'flag', about: 'option.loop' },
      timeout: { type: 'number', about: 'option.timeout' },
      list: { type: 'flag', about: 'option.event-list' },
      timestamp: { type: 'flag', about: 'option.timestamp' },
    },
    async () => (await import('../verbs/event.ts')).watchEvents,
  ),
  verb(
    'net-history',
    'network',
    { network: { type: 'text', about: 'option.only-network', positional: true, complete: 'network' } },
    async () => (await import('../verbs/history.ts')).listHistory,
  ),
  verb('net-info', 'network', { network }, async () => (await import('../verbs/network-read.ts')).info),
  verb(
    'net-list',
    'network',
    {
      inactive: { type: 'flag', about: 'option.list-inactive' },
      all: { type: 'flag', about: 'option.list-all' },
      persistent: { type: 'flag', about: 'option.list-persistent' },
      transient: { type: 'flag', about: 'option.list-transient' },
      autostart: { type: 'flag', about: 'option.list-autostart' },
      'no-autostart': { type: 'flag', about: 'option.list-no-autostart' },
      uuid: { type: 'flag', about: 'option.list-uuid' },
      name: { type: 'flag', about: 'option.list-name' },
      table: { type: 'flag', about: 'option.list-table' },
      title: { type: 'flag', about: 'option.list-title' },
    },
    async () => list, // What is typed most is there at once.
  ),
  verb(
    'net-metadata',
    'network',
    {
      network,
      uri: { type: 'text', about: 'option.uri', positional: true, required: true },
      live,
      config,
      current,
      edit: { type: 'flag', about: 'option.metadata-edit' },
      key: { type: 'text', about: 'option.key' },
      set: { type: 'text', about: 'option.set' },
      remove: { type: 'flag', about: 'option.remove' },
    },
    async () => (await import('../verbs/metadata.ts')).metadata,
  ),
  verb(
    'net-name',
    'network',
    { network: { ...network, about: 'option.network-uuid' } },
    async () => (await import('../verbs/network-read.ts')).name,
  ),
  verb(
    'net-start',
    'network',
    { network: { ...network, complete: 'inactive-network' }, 'dry-run': dryRun },
    async () => (await import('../verbs/network-change.ts')).start,
  ),
  verb(
    'net-undo',
    'network',
    {
      change: { type: 'text', about: 'option.change', positional: true, required: true },
      yes: { type: 'flag', about: 'option.yes', short: 'y' },
      'dry-run': { type: 'flag', about: 'option.dry-run' },
    },
    async () => (await import('../verbs/history.ts')).undo,
  ),
  verb('net-undefine', 'network', { network }, async () => (await import('../verbs/network-change.ts')).undefine),
  verb(
    'net-update',
    'network',
    {
      network,
      command: {
        type: 'text',
        about: 'option.command',
        positional: true,
        required: true,
        complete: [...Object.keys(updateCommands), 'add'],
      },
      section: { type: 'text', about: 'option.section', positional: true, required: true, complete: Object.keys(updateSections) },
      xml: { type: 'text', about: 'option.xml', positional: true, required: true, complete: 'file' },
      'parent-index': { type: 'number', about: 'option.parent-index' },
      config,
      live,
      current,
    },
    async () => (await import('../verbs/update.ts')).update,
  ),
  verb(
    'net-uuid',
    'network',
    { network: { ...network, about: 'option.network-name' } },
    async () => (await import('../verbs/network-read.ts')).uuid,
  ),
];
