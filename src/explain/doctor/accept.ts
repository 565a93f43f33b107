import type { FilterTable } from '../../model/firewall.ts';
import type { Dropped } from '../packet-filter.ts';

/** How an administrator lets such packets through, in the place that whoever drops them keeps for it. */
export function acceptCommand({ table, chain }: Pick<Dropped, 'table' | 'chain'>, from: string, to: string): string {
  const has = (name: string) => table.chains.has(name);
  const program = `${table.family === 'ip6' ? 'ip6tables' : 'iptables'}${table.tool === 'iptables-legacy' ? '-legacy' : ''}`;
  if (has('DOCKER-USER')) return `${program} -I DOCKER-USER -i ${from} -o ${to} -j ACCEPT`;
  if (has('ufw-user-forward') || has('ufw6-user-forward')) return `ufw route allow in on ${from} out on ${to}`;
  if (table.name === 'firewalld') return `firewall-cmd --permanent --zone=trusted --add-interface=${from} && firewall-cmd --reload`;
  if (table.tool === 'nft') return `nft insert rule ${table.family} ${table.name} ${chain} iifname ${from} oifname ${to} accept`;
  return `${program} -I FORWARD -i ${from} -o ${to} -j ACCEPT`;
}

/** `table ip filter`, as its tool names it. */
export function tableName({ tool, family, name }: FilterTable): string {
  if (tool === 'nft') return `table ${family} ${name}`;
  return `table ${name} of ${family === 'ip6' ? 'ip6tables' : 'iptables'}${tool === 'iptables-legacy' ? '-legacy' : ''}`;
}

/** What the texts about a drop are filled with. */
export function dropWords({ table, chain, rule }: Dropped, from: string, to: string): Readonly<Record<string, string>> {
  return {
    table: tableName(table),
    chain: `chain ${chain}`,
    accept: acceptCommand({ table, chain }, from, to),
    ...(rule !== undefined && { rule: `"${rule}"` }),
  };
}
