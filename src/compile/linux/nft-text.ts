import { parseAddress } from '../../model/address.ts';
import { assertNever, ViaductError } from '../../model/errors.ts';
import { nftTable } from '../../model/nft-skeleton.ts';
import type {
  NftBaseChain,
  NftElement,
  NftMatch,
  NftNetwork,
  NftRule,
  NftSet,
  NftSkeleton,
  NftVerdict,
  PortRange,
} from '../../model/nft.ts';

/** The table in nft's own language, one block, for people and for `nft -f`. Loaded twice, its rules are there twice. */
export function nftText(skeleton: NftSkeleton, networks: readonly NftNetwork[]): string {
  const blocks = [
    ...skeleton.sets.map((set) =>
      setText(
        set,
        networks.flatMap(({ elements }) => elements).filter(({ into }) => into === set.name),
      ),
    ),
    ...skeleton.chains.map(chainText),
    ...networks.flatMap(({ chains }) => chains).map(chainText),
  ];
  return `table ${skeleton.family} ${nftTable} {\n${blocks.join('\n')}}\n`;
}

function setText(set: NftSet, added: readonly NftElement[]): string {
  const entries = [
    ...(set.elements ?? []).map((key) => elementText(set, key)),
    ...added.map(({ key, jump, to, comment }) =>
      [
        elementText(set, key),
        ...commentText(comment),
        ...(jump === undefined ? [] : [`: jump ${jump}`]),
        ...(to === undefined ? [] : [`: ${to.join(' . ')}`]),
      ].join(' '),
    ),
  ];
  return [
    `\t${set.verdicts === true || set.data !== undefined ? 'map' : 'set'} ${set.name} {`,
    `\t\ttype ${set.type.join(' . ')}${set.verdicts === true ? ' : verdict' : ''}${set.data === undefined ? '' : ` : ${set.data.join(' . ')}`}`,
    ...(entries.length === 0 ? [] : [`\t\telements = { ${entries.join(', ')} }`]),
    '\t}\n',
  ].join('\n');
}

function elementText(set: NftSet, key: readonly string[]): string {
  return key.map((value, field) => (set.type[field] === 'ifname' ? linkName(value) : value)).join(' . ');
}

function chainText(chain: NftBaseChain): string {
  const { name, hook, rules } = chain;
  return [
    `\tchain ${name} {`,
    ...(hook === undefined ? [] : [`\t\ttype ${hook.type} hook ${hook.hook} priority ${priorityText(hook)}; policy accept;`]),
    ...rules.map((rule) => `\t\t${ruleText(rule)}`),
    '\t}\n',
  ].join('\n');
}

/** nft 1.0 knows `dstnat` in prerouting alone. */
function priorityText({ hook, priority }: NonNullable<NftBaseChain['hook']>): string {
  if (priority === 'bridge-filter') return 'filter';
  return hook === 'output' && priority === 'dstnat' ? '-100' : priority;
}

/** One rule as nft prints it, without what its counter has counted. */
export function ruleText({ matches, counted, verdict, comment }: NftRule): string {
  return [...matches.map(matchText), ...(counted ? ['counter'] : []), verdictText(verdict), ...commentText(comment)].join(' ');
}

function matchText(match: NftMatch): string {
  switch (match.match) {
    case 'iifname':
    case 'oifname':
      return `${match.match} ${match.op === '!=' ? '!= ' : ''}${linkName(match.name)}`;
    case 'saddr':
    case 'daddr':
      return `${match.family === 'ipv4' ? 'ip' : 'ip6'} ${match.match} ${match.op === undefined ? '' : '!= '}${match.cidr}`;
    case 'header':
      return headerText(match);
    case 'ct-dnat':
      return 'ct status dnat';
    case 'local':
      return 'fib daddr type local';
    case 'l4proto':
      return `meta l4proto ${match.protocol}`;
    case 'ct-state':
      return `ct state ${match.states.join(',')}`;
    case 'set':
      return `${match.key.join(' . ')} @${match.set}`;
    case 'not-on-link':
      return `fib ${match.address} . ${match.address === 'daddr' ? 'iif' : 'oif'} type != local`;
    default:
      return assertNever(match);
  }
}

/** nft has no word for the target of neighbour discovery that every version knows: it is 16 bytes from byte 8 on. */
function headerText({ header, op, value }: Extract<NftMatch, { match: 'header' }>): string {
  const not = op === '!=' ? '!= ' : '';
  if (header !== 'nd target') return `${header} ${not}${value}`;
  const [address = '', prefix] = value.split('/');
  const hex = (bits: bigint): string => `0x${bits.toString(16).padStart(32, '0')}`;
  const mask = prefix === undefined ? '' : `& ${hex(((1n << BigInt(prefix)) - 1n) << (128n - BigInt(prefix)))} ${op} `;
  return `@th,64,128 ${mask === '' ? not : mask}${hex(parseAddress(address)?.value ?? 0n)}`;
}

function verdictText(verdict: NftVerdict): string {
  switch (verdict.kind) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'reject':
      return verdict.kind;
    case 'jump':
      return `jump ${verdict.chain}`;
    case 'vmap':
      return `${verdict.key} vmap @${verdict.map}`;
    case 'masquerade':
      return verdict.ports === undefined ? 'masquerade' : `masquerade to ${portsText(verdict.ports)}`;
    case 'snat':
      return `snat ${verdict.family === 'ipv4' ? 'ip' : 'ip6'} to ${addressesText(verdict)}${verdict.ports === undefined ? '' : portsText(verdict.ports)}`;
    case 'dnat':
      return `dnat ${verdict.family === 'ipv4' ? 'ip' : 'ip6'} to ${verdict.key.join(' . ')} map @${verdict.map}`;
    case 'foreign':
      return '# a rule that is not ours';
    default:
      return assertNever(verdict);
  }
}

function addressesText({ family, start, end, ports }: Extract<NftVerdict, { kind: 'snat' }>): string {
  const wrapped = (address: string): string => (family === 'ipv6' && ports !== undefined ? `[${address}]` : address);
  return start === end ? wrapped(start) : `${wrapped(start)}-${wrapped(end)}`;
}

function portsText({ start, end }: PortRange): string {
  return start === end ? `:${start}` : `:${start}-${end}`;
}

function commentText(comment: string | undefined): string[] {
  return comment === undefined ? [] : [`comment ${quoted(comment)}`];
}

/** A `*` at the end would be a wildcard. */
function linkName(name: string): string {
  return quoted(name.replace(/\*$/, '\\*'));
}

function quoted(text: string): string {
  if (text.includes('"'))
    throw new ViaductError('config-unsupported', `The name '${text}' cannot be written in nft's language.`, {
      hint: 'Use a name without quotes.',
    });
  return `"${text}"`;
}
