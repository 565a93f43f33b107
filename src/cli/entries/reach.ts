import { guardNames } from '../../model/guard.ts';
import { verb, type Option, type Verb } from '../verb.ts';
import { network } from './shared.ts';

const anyNetwork = { type: 'text', about: 'option.only-network', positional: true, complete: 'network' } as const satisfies Option;
const protocol = {
  type: 'text',
  about: 'option.protocol',
  positional: true,
  required: true,
  complete: ['tcp', 'udp'],
} as const satisfies Option;
const listen = { type: 'text', about: 'option.forward-listen', positional: true, required: true } as const satisfies Option;

/** The ways to guests from outside their network, and what guests may not do in it. */
export const reachVerbs: readonly Verb[] = [
  verb('forward-list', 'network', { network: anyNetwork }, async () => (await import('../verbs/reach.ts')).listForwards),
  verb(
    'forward-add',
    'network',
    { network, protocol, listen, to: { type: 'text', about: 'option.forward-to', positional: true, required: true } },
    async () => (await import('../verbs/reach.ts')).addForward,
  ),
  verb('forward-remove', 'network', { network, protocol, listen }, async () => (await import('../verbs/reach.ts')).removeForward),
  verb('guard-list', 'network', { network: anyNetwork }, async () => (await import('../verbs/reach.ts')).listGuards),
  verb(
    'guard-set',
    'network',
    {
      network,
      guards: { type: 'words', about: 'option.guards', positional: true, complete: ['all', 'off', ...guardNames] },
      port: { type: 'text', about: 'option.guard-port', complete: 'port' },
      address: { type: 'words', about: 'option.guard-address' },
    },
    async () => (await import('../verbs/reach.ts')).setGuards,
  ),
  verb('hosts', 'guest', {}, async () => (await import('../verbs/reach.ts')).printHosts),
  verb(
    'port-renew',
    'port',
    {
      port: { type: 'text', about: 'option.port-name', positional: true, required: true, complete: 'port' },
      network: { type: 'text', about: 'option.port-network', complete: 'network' },
    },
    async () => (await import('../verbs/reach.ts')).renew,
  ),
];
