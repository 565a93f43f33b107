import type { NetworkSummary, Status } from '../../rest/client.ts';
import type { Translate } from '../i18n/translate.ts';
import { attempt, type Session } from '../session.ts';
import { plainTable } from '../table.ts';

/** So many lines that nothing scrolls away. */
const lines = 10;

/** What is up, what is wrong, and what to type next. */
export async function status(session: Session): Promise<void> {
  const { t, client, terminal } = session;
  const [state, networks] = await attempt(t('failed.status'), () =>
    Promise.all([client.call('status.get', {}), client.call('network.list', {})]),
  );
  if (session.json) return session.printJson(state);
  const head = [
    t('status.up', { version: state.version, time: duration(state.uptimeSeconds, t) }),
    t('status.networks', { active: state.networks.active, total: state.networks.total }),
    t('status.guests', { ports: state.ports, leases: state.leases }),
    ...troubleLines(state, t),
  ];
  const next = t('status.next', { command: networks.length === 0 ? 'viaduct net-define FILE' : 'viaduct help' });
  const room = lines - head.length - 1;
  const shown = networks.length > room ? networks.slice(0, room - 1) : networks;
  head.forEach((line) => session.print(line));
  if (networks.length === 0) session.print(t('status.none'));
  terminal.stdout(plainTable(shown.map((network) => rowOf(network, t))));
  if (shown.length < networks.length) session.print(t('status.more', { count: networks.length - shown.length }));
  session.print(next);
}

function troubleLines({ networks: { troubled } }: Status, t: Translate): string[] {
  const [first, second, ...more] = troubled;
  if (first === undefined) return [t('status.well')];
  if (second === undefined) return [t('status.trouble', first)];
  return [
    t('status.trouble', first),
    more.length === 0 ? t('status.trouble', second) : t('status.more-trouble', { count: more.length + 1 }),
  ];
}

function rowOf({ name, active, mode, veryIsolated, addresses, bridge = '' }: NetworkSummary, t: Translate): string[] {
  return [
    `  ${name}`,
    active ? t('word.active') : t('word.inactive'),
    veryIsolated ? t('status.very-isolated') : mode,
    addresses[0] ?? '',
    bridge,
  ];
}

function duration(seconds: number, t: Translate): string {
  const whole = Math.floor(seconds);
  if (whole < 60) return t('status.seconds', { seconds: whole });
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return t('status.minutes', { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t('status.hours', { hours, minutes: minutes % 60 });
  return t('status.days', { days: Math.floor(hours / 24), hours: hours % 24 });
}
