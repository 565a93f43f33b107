import { verb, type Verb } from '../verb.ts';
import { file, network, port, validate, wrap, xpath } from './shared.ts';

/** virsh's verbs for the ports of a network. */
export const portVerbs: readonly Verb[] = [
  verb('net-port-create', 'network', { network, file, validate }, async () => (await import('../verbs/ports.ts')).createPort),
  verb('net-port-delete', 'network', { network, port }, async () => (await import('../verbs/ports.ts')).deletePort),
  verb('net-port-dumpxml', 'network', { network, port, xpath, wrap }, async () => (await import('../verbs/dump.ts')).dumpPort),
  verb(
    'net-port-list',
    'network',
    { network, uuid: { type: 'flag', about: 'option.list-uuid' }, table: { type: 'flag', about: 'option.list-table' } },
    async () => (await import('../verbs/ports.ts')).listPorts,
  ),
];
