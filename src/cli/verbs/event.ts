import type { ViaductEvent } from '../../model/event.ts';
import { UsageError } from '../failure.ts';
import type { Translate } from '../i18n/translate.ts';
import { attempt, type Session } from '../session.ts';
import { utcTime } from '../time.ts';
import type { ExitStatus } from '../verb.ts';

/** `lifecycle` and `metadata-change` are virsh's; `all` is everything. */
const types = ['lifecycle', 'metadata-change', 'lease', 'port', 'health'] as const;
type Type = (typeof types)[number];

interface EventOptions {
  readonly network: string | undefined;
  readonly event: string | undefined;
  readonly loop: boolean;
  readonly timeout: number | undefined;
  readonly list: boolean;
  readonly timestamp: boolean;
}

export async function watchEvents(
  session: Session,
  { network, event: wanted, loop, timeout, list, timestamp }: EventOptions,
): Promise<ExitStatus> {
  const { t, client, terminal } = session;
  if (list) {
    if (session.json) session.printJson(types);
    else types.forEach((type) => session.print(type));
    return 0;
  }
  if (wanted === undefined) throw new UsageError(t('usage.event-needed'));
  if (wanted !== 'all' && !types.some((type) => type === wanted)) throw new UsageError(t('usage.event-type', { type: wanted }));

  const timer = timeout === undefined ? undefined : AbortSignal.timeout(timeout * 1000);
  const signal = AbortSignal.any([terminal.interrupted, ...(timer === undefined ? [] : [timer])]);
  const name = network === undefined ? undefined : (await attempt(t('failed.events'), () => client.call('network.get', { network }))).name;
  const events = await attempt(t('failed.events'), () => client.events({ signal, ...(name === undefined ? {} : { network: name }) }));
  let count = 0;
  for await (const event of events) {
    const type = typeOf(event);
    if (type === undefined || (wanted !== 'all' && type !== wanted)) continue;
    count += 1;
    if (session.json) session.printJson(event);
    else session.print(`${timestamp ? `${utcTime(event.at)}: ` : ''}${tell(event, type, t)}`);
    if (!loop) break;
  }
  // As virsh: nothing received is a failure.
  const status = count > 0 ? 0 : 1;
  if (session.json) return status;
  if (timer?.aborted === true) session.print(t('event.timeout'));
  else if (terminal.interrupted.aborted) session.print(t('event.interrupted'));
  session.print(t('event.count', { count }));
  return status;
}

function typeOf({ kind }: ViaductEvent): Type | undefined {
  switch (kind) {
    case 'network-defined':
    case 'network-undefined':
    case 'network-started':
    case 'network-stopped':
      return 'lifecycle';
    case 'network-metadata':
      return 'metadata-change';
    case 'lease-given':
    case 'lease-ended':
      return 'lease';
    case 'port-created':
    case 'port-deleted':
      return 'port';
    case 'network-updated':
    case 'network-healed':
    case 'network-troubled':
      return 'health';
    case 'links-changed':
      return undefined;
  }
}

function tell(event: ViaductEvent, type: Type, t: Translate): string {
  return 'network' in event ? t('event.line', { event: type, network: event.network.name, what: describe(event, t) }) : '';
}

function describe(event: ViaductEvent, t: Translate): string {
  switch (event.kind) {
    case 'network-defined':
      return t('event.defined');
    case 'network-undefined':
      return t('event.undefined');
    case 'network-started':
      return t('event.started');
    case 'network-stopped':
      return t('event.stopped');
    case 'network-updated':
      return t('event.updated');
    case 'network-metadata':
      return [event.what, ...(event.uri === undefined ? [] : [event.uri])].join(' ');
    case 'network-troubled':
      return t('event.troubled', { reason: event.reason });
    case 'network-healed':
      return t('event.healed', { what: event.repaired.join('; ') });
    case 'port-created':
      return t('event.plugged', { port: event.port });
    case 'port-deleted':
      return t('event.unplugged', { port: event.port });
    case 'lease-given':
      return t('event.leased', { address: event.lease.address, client: clientOf(event.lease) });
    case 'lease-ended':
      return t('event.lease-ended', { address: event.lease.address, client: clientOf(event.lease) });
    case 'links-changed':
      return event.links.join(', ');
  }
}

function clientOf({ hostname, mac, clientId }: { readonly hostname?: string; readonly mac?: string; readonly clientId?: string }): string {
  return [hostname, mac ?? clientId].filter((part) => part !== undefined && part !== '').join(' ') || '?';
}
