import Table from 'cli-table3';
import colours from 'picocolors';

import type { Verdict } from './check.ts';
import type { Guest } from './guest.ts';
import { families, labNetworks, ways } from './networks.ts';
import { words } from './words.ts';

const bare = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((part) => [part, '']),
);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const text = new Table({
    head: head.map((title) => colours.bold(title)),
    chars: { ...bare, middle: '   ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  text.push(...rows.map((row) => [...row]));
  return `${text.toString()}\n`;
}

export function networkTable(): string {
  return table(
    words.networkColumns,
    labNetworks.map(({ name, bridge, host, subnets }) => [
      name,
      words.kinds[name] ?? '',
      bridge,
      subnets.map((subnet) => subnet.replace(/^.*\//, `${host[subnet.includes(':') ? 'ipv6' : 'ipv4']}/`)).join('  ') || words.noAddress,
    ]),
  );
}

/** A guest with what it is known by; `bridge` is empty for one that is not plugged in. */
export interface GuestFacts {
  readonly guest: Guest;
  readonly bridge: string;
  readonly link: string;
  readonly mac: string;
}

/** @param networks Their names by bridge; another bridge is shown as itself. @param machines Rows of guests that are no namespaces. */
export async function guestTable(
  guests: readonly GuestFacts[],
  networks: ReadonlyMap<string, string>,
  machines: readonly (readonly string[])[] = [],
): Promise<string> {
  const rows = guests.map(async ({ guest, bridge, link, mac }) => [
    guest.name,
    networks.get(bridge) ?? (bridge || words.noAddress),
    link,
    mac,
    (await guest.addresses()).join('  ') || words.noAddress,
  ]);
  return table(words.guestColumns, [...(await Promise.all(rows)), ...machines]);
}

/** One row per network and family, one column per way; what differs from its promise says what was expected. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = labNetworks.flatMap(({ name }) =>
    families.flatMap((family) => {
      const own = verdicts.filter((verdict) => verdict.network === name && verdict.family === family);
      if (own.length === 0) return [];
      const cells = ways.map((way) => {
        const verdict = own.find((candidate) => candidate.way === way);
        return verdict === undefined ? '' : cell(verdict);
      });
      return [[name, family === 'ipv4' ? 'IPv4' : 'IPv6', ...cells]];
    }),
  );
  return table([words.network, '', ...ways.map((way) => words.ways[way])], rows);
}

function cell({ seen, expected }: Verdict): string {
  const text = seen ? words.yes : words.no;
  if (seen === expected) return `${colours.green('✓')} ${text}`;
  return colours.red(`✗ ${text}${words.wrong(expected ? words.yes : words.no)}`);
}

export function conclusion(verdicts: readonly Verdict[]): string {
  const wrong = verdicts.filter(({ seen, expected }) => seen !== expected).length;
  return wrong === 0 ? colours.green(words.allAsPromised(verdicts.length)) : colours.red(words.someWrong(wrong, verdicts.length));
}

export function isAsPromised(verdicts: readonly Verdict[]): boolean {
  return verdicts.every(({ seen, expected }) => seen === expected);
}
