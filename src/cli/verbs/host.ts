import { readHost } from '../../hostconfig/index.ts';
import type { WrittenInterface } from '../../model/host-config.ts';
import { attempt, type Session } from '../session.ts';
import { plainTable } from '../table.ts';
import { readFiles } from './host-files.ts';

/** `host show`: what netplan, NetworkManager, networkd, ifupdown and ifcfg files say. Needs no daemon and changes nothing. */
export async function showHost(session: Session, { root = '/' }: { readonly root: string | undefined }): Promise<void> {
  const { t, terminal } = session;
  const reading = await attempt(t('failed.read-host'), async () => readHost(await readFiles(root)));
  if (session.json) {
    session.printJson(reading);
    return;
  }
  if (reading.interfaces.length === 0) terminal.stdout(`${t('host.nothing')}\n`);
  else {
    const header = [
      t('column.name'),
      t('host.type'),
      t('host.backend'),
      t('host.boot'),
      t('host.addresses'),
      t('host.below'),
      t('host.file'),
    ].map((text) => text.toUpperCase());
    terminal.stdout(plainTable([header, ...reading.interfaces.map((one) => row(one, t))]));
  }
  if (reading.findings.length === 0) return;
  terminal.stdout(`\n${t('host.findings')}\n`);
  for (const { file, line, message, hint } of reading.findings)
    terminal.stdout(`  ${file}:${line}: ${message}\n${hint === undefined ? '' : `    ${t('line.hint', { text: hint })}\n`}`);
}

function row({ backend, file, definition }: WrittenInterface, t: Session['t']): string[] {
  const addresses = definition.protocols.flatMap(({ family, dhcp, autoconf, ips }) => [
    ...(dhcp === undefined ? [] : [family === 'ipv4' ? 'dhcp' : 'dhcp6']),
    ...(autoconf === true ? ['auto6'] : []),
    ...ips.map(({ address, prefix }) => (prefix === undefined ? address : `${address}/${prefix}`)),
  ]);
  const below =
    definition.type === 'bridge' || definition.type === 'bond'
      ? definition.ports.map(({ name }) => name).join(' ')
      : definition.type === 'vlan'
        ? `${definition.lower} (${definition.tag})`
        : '';
  return [
    definition.name,
    definition.type,
    backend,
    definition.start === 'none' ? t('word.no') : t('word.yes'),
    addresses.join(' ') || '-',
    below || '-',
    file,
  ];
}
