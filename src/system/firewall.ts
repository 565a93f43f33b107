import spawn from 'nano-spawn';
import { parseIptables } from '../formats/firewall/iptables.ts';
import { parseNft } from '../formats/firewall/nft.ts';
import type { FilterTable } from '../model/firewall.ts';
import { nftTable } from '../model/nft-skeleton.ts';
import { findProgram } from './facts.ts';
import { readText } from './files.ts';

/** What other programs filter on this host, with nftables and with iptables of both kinds. Undefined without the program nft. */
export async function readFirewall(): Promise<readonly FilterTable[] | undefined> {
  const [json, text] = await Promise.all([printed('nft', ['-j', 'list', 'ruleset']), printed('nft', ['-a', 'list', 'ruleset'])]);
  if (json === undefined || text === undefined) return undefined;
  const native = parseNft(json, text).filter(({ name }) => name !== nftTable);
  const iptables = await Promise.all((['ip', 'ip6'] as const).flatMap((family) => iptablesTables(native, family)));
  const better = iptables.filter((table) => table !== undefined);
  const isBetter = ({ family, name }: FilterTable) =>
    name === 'filter' && better.some((table) => table.tool === 'iptables-nft' && table.family === family);
  return [...native.filter((table) => !isBetter(table)), ...better];
}

function iptablesTables(native: readonly FilterTable[], family: 'ip' | 'ip6'): Promise<FilterTable | undefined>[] {
  const program = family === 'ip' ? 'iptables' : 'ip6tables';
  // Of its own tables iptables can say what nft has no words for.
  const hasNew = native.some((table) => table.family === family && table.name === 'filter' && table.chains.has('FORWARD'));
  const hasOld = /^filter$/m.test(readText(`/proc/net/${family}_tables_names`) ?? '');
  return [
    ...(hasNew ? [saved(`${program}-nft-save`, family, 'iptables-nft')] : []),
    ...(hasOld ? [saved(`${program}-legacy-save`, family, 'iptables-legacy')] : []),
  ];
}

async function saved(program: string, family: 'ip' | 'ip6', tool: 'iptables-nft' | 'iptables-legacy'): Promise<FilterTable | undefined> {
  const text = await printed(program, ['-t', 'filter']);
  return text === undefined ? undefined : parseIptables(text, family, tool);
}

/** Undefined where there is no such program, or it fails. */
async function printed(name: string, args: readonly string[]): Promise<string | undefined> {
  const program = findProgram(name);
  if (program === undefined) return undefined;
  try {
    return (await spawn(program, args, { stdin: 'ignore' })).stdout;
  } catch {
    return undefined;
  }
}
