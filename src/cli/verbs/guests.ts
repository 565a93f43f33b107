import { attempt, type Session } from '../session.ts';
import { virshTable } from '../table.ts';
import { padEnd } from '../width.ts';
import { oneOf } from './choice.ts';

/** `virsh list`, for the guests of the hypervisor and those that only have a port here. */
export async function listGuests(
  session: Session,
  { all, inactive, name }: { readonly all: boolean; readonly inactive: boolean; readonly name: boolean },
): Promise<void> {
  const { t, client, quiet, terminal } = session;
  const guests = await attempt(t('failed.list-guests'), () => client.call('guest.list', {}));
  const wanted = guests.filter(({ running }) => all || running !== inactive);
  if (session.json) return session.printJson(wanted);
  if (name) return wanted.forEach((guest) => session.print(guest.name));
  const rows = wanted.map(({ id, name: guest, running }) => [
    id === undefined ? '-' : String(id),
    guest,
    running ? t('guest.running') : t('guest.off'),
  ]);
  terminal.stdout(virshTable([t('guest.id'), t('column.name'), t('column.state')], rows, { quiet }));
}

export async function listInterfaces(
  session: Session,
  { domain: guest, inactive }: { readonly domain: string; readonly inactive: boolean },
): Promise<void> {
  const { t, client, quiet, terminal } = session;
  const found = await attempt(t('failed.domiflist', { guest }), () => client.call('guest.interfaces', { guest, inactive }));
  if (session.json) return session.printJson(found);
  const rows = found.map(({ link = '-', type, source = '-', model = '-', mac = '-' }) => [link, type, source, model, mac]);
  terminal.stdout(
    virshTable([t('guest.interface'), t('guest.type'), t('guest.source'), t('guest.model'), t('guest.mac')], rows, { quiet }),
  );
}

/** virsh lays this table out by fixed widths, whatever stands in it. */
export async function listAddresses(
  session: Session,
  { domain: guest, source }: { readonly domain: string; readonly source: string | undefined },
): Promise<void> {
  const { t, client, quiet, terminal } = session;
  const from = source === undefined ? {} : { source: oneOf(session, 'source', source, ['lease', 'agent', 'arp']) };
  const cards = await attempt(t('failed.domifaddr'), () => client.call('guest.addresses', { guest, ...from }));
  if (session.json) return session.printJson(cards);
  const line = (...cells: readonly string[]): string =>
    ` ${cells.map((cell, index) => padEnd(cell, widths[index] ?? 0)).join(' ')}\n`.replace(/ +\n$/, '\n');
  if (!quiet)
    terminal.stdout(`${line(t('column.name'), t('guest.mac-long'), t('guest.protocol'), `    ${t('guest.address')}`)}${'-'.repeat(79)}\n`);
  for (const { name, mac = '-', addresses } of cards) {
    addresses.forEach(({ family, address, prefix }, index) => {
      const [who, hardware] = index === 0 ? [name, mac] : ['-', '-'];
      terminal.stdout(` ${padEnd(who, 10)} ${padEnd(hardware, 17)}    ${padEnd(family, 12)} ${address}/${prefix}\n`);
    });
  }
}

const widths = [10, 20, 8];
