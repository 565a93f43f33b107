import { readFile } from 'node:fs/promises';
import { portClients } from '../../model/port.ts';
import type { PortArguments } from '../../rest/client.ts';
import { UsageError } from '../failure.ts';
import { attempt, type Session } from '../session.ts';
import { oneOf } from './choice.ts';
import { vlanOf } from './port-vlan.ts';

interface Place {
  readonly network: string | undefined;
}

interface NewPort {
  readonly name: string | undefined;
  readonly network: string;
  readonly for: string | undefined;
  readonly guest: string | undefined;
  readonly mac: string | undefined;
  readonly tap: string | undefined;
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly multiqueue: boolean;
  readonly model: string | undefined;
  readonly netns: string | undefined;
  readonly inside: string | undefined;
  readonly holder: number | undefined;
  readonly portgroup: string | undefined;
  readonly isolated: boolean;
  readonly access: number | undefined;
  readonly trunk: string | undefined;
  readonly native: number | undefined;
}

/** Makes the wire, and prints what to tell the program that is to use it. */
export async function makePort(session: Session, given: NewPort): Promise<void> {
  const { t, client } = session;
  const { name, network, mac, tap, netns, inside, holder, portgroup, model } = given;
  const program = given.for === undefined ? (netns === undefined ? 'qemu' : 'none') : oneOf(session, 'for', given.for, portClients);
  const [uid, gid] = [await numberOf(session, 'user', given.user), await numberOf(session, 'group', given.group)];
  const vlan = vlanOf(session, given);
  const wire = { ...(tap !== undefined && { name: tap }) };
  const owner = { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }), ...(given.multiqueue && { multiQueue: true }) };
  const link =
    netns === undefined
      ? ({ kind: 'auto', ...wire, ...owner } as const)
      : ({ kind: 'veth', netns, ...wire, ...(inside !== undefined && { inside }) } as const);
  const made = await attempt(t('failed.port-make', { port: name ?? '' }), () =>
    client.call('port.create', {
      network,
      for: program,
      link,
      ...(name !== undefined && { name }),
      ...(given.guest !== undefined && { owner: { name: given.guest } }),
      ...(mac !== undefined && { mac }),
      ...(model !== undefined && { model }),
      ...(holder !== undefined && { holder }),
      ...(portgroup !== undefined && { group: portgroup }),
      ...(vlan !== undefined && { vlan }),
      ...(given.isolated && { isolated: true }),
    }),
  );
  const told =
    netns === undefined && program !== 'none'
      ? await attempt(t('failed.port-arguments', { port: made.uuid }), () => client.call('port.arguments', { port: made.uuid }))
      : undefined;
  if (session.json) return session.printJson({ ...made, ...(told !== undefined && { arguments: told }) });
  session.tell(t('done.port-made', { port: made.name ?? made.uuid, wire: made.link?.name ?? '', network: made.network.name }));
  if (told === undefined) return;
  session.tell(t('done.port-tell', { program: told.for }));
  printArguments(session, told);
}

export async function tellArguments(
  session: Session,
  { port, network, for: given }: Place & { readonly port: string; readonly for: string | undefined },
): Promise<void> {
  const { t, client } = session;
  const program = given === undefined ? undefined : oneOf(session, 'for', given, portClients);
  const told = await attempt(t('failed.port-arguments', { port }), () =>
    client.call('port.arguments', { port, ...on(network), ...(program !== undefined && { for: program }) }),
  );
  if (session.json) session.printJson(told);
  else printArguments(session, told);
}

export async function removePort(session: Session, { port, network }: Place & { readonly port: string }): Promise<void> {
  const { t, client } = session;
  session.printJson(await attempt(t('failed.port-delete', { port }), () => client.call('port.delete', { port, ...on(network) })));
  session.tell(t('done.port-delete', { port }));
}

export async function setLink(
  session: Session,
  { port, network, state }: Place & { readonly port: string; readonly state: string },
): Promise<void> {
  const { t, client } = session;
  const up = oneOf(session, 'state', state, ['up', 'down']) === 'up';
  session.printJson(await attempt(t('failed.port-link', { port }), () => client.call('port.setLink', { port, up, ...on(network) })));
  session.tell(up ? t('done.port-up', { port }) : t('done.port-down', { port }));
}

export async function movePort(
  session: Session,
  { port, network, to }: Place & { readonly port: string; readonly to: string },
): Promise<void> {
  const { t, client } = session;
  const moved = await attempt(t('failed.port-move', { port, network: to }), () => client.call('port.move', { port, to, ...on(network) }));
  session.printJson(moved);
  session.tell(t('done.port-move', { port, network: moved.network.name }));
  if (moved.renewal !== undefined) (await import('./reach.ts')).tellRenewal(session, port, moved.renewal);
}

export async function newMac(session: Session): Promise<void> {
  const made = await attempt(session.t('failed.mac'), () => session.client.call('mac.new', {}));
  if (session.json) session.printJson(made);
  else session.print(made.mac);
}

function printArguments({ terminal }: Session, { text }: PortArguments): void {
  terminal.stdout(text);
}

function on(network: string | undefined): { network?: string } {
  return network === undefined ? {} : { network };
}

/** A user or group by name, as this host knows it, or by number. */
async function numberOf({ t }: Session, what: 'user' | 'group', given: string | undefined): Promise<number | undefined> {
  if (given === undefined) return undefined;
  if (/^\d+$/.test(given)) return Number(given);
  const lines = (await readFile(what === 'user' ? '/etc/passwd' : '/etc/group', 'utf8')).split('\n').map((line) => line.split(':'));
  const found = lines.find(([name]) => name === given)?.[2];
  if (found === undefined)
    throw new UsageError(what === 'user' ? t('usage.no-user', { name: given }) : t('usage.no-group', { name: given }));
  return Number(found);
}
