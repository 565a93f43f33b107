import type { NetworkProposal } from '../../../src/service/operation-types.ts';
import { isWhole, readDraft, type ForwardDraft } from './forward-draft.ts';

export const intents = ['nat', 'bridge', 'isolated', 'veryIsolated', 'route', 'open', 'vlan', 'macvtap'] as const;
export type Intent = (typeof intents)[number];

/** What the form of a new network holds; texts as typed, empty means "as Viaduct sees fit". */
export interface NetworkForm {
  readonly intent: Intent;
  readonly name: string;
  /** Of the host on it, with prefix: `192.168.123.1/24`. */
  readonly address: string;
  readonly dhcpStart: string;
  readonly dhcpEnd: string;
  /** The range as the subnet last set it. */
  readonly followed: Range;
  readonly ipv6: string;
  readonly bridge: string;
  readonly uplink: string;
  /** VLAN tag, 1 to 4094. */
  readonly tag: string;
  readonly domain: string;
  readonly mtu: string;
  readonly stp: boolean;
  readonly autostart: boolean;
  /** Of a kind that leads somewhere. */
  readonly forwards: readonly ForwardDraft[];
}

export function formFrom(proposal: NetworkProposal, intent: Intent): NetworkForm {
  return {
    intent,
    name: proposal.name,
    address: `${proposal.address}/${proposal.prefix}`,
    dhcpStart: proposal.dhcp.start,
    dhcpEnd: proposal.dhcp.end,
    followed: proposal.dhcp,
    ipv6: '',
    bridge: proposal.bridge,
    uplink: '',
    tag: '10',
    domain: '',
    mtu: '',
    stp: true,
    autostart: true,
    forwards: [],
  };
}

/** The DHCP range follows the subnet until somebody sets it himself. */
export function changeForm(before: NetworkForm, change: Partial<NetworkForm>): NetworkForm {
  const after = { ...before, ...change };
  const is = rangeOf(after.address);
  const isUntouched = before.dhcpStart === before.followed.start && before.dhcpEnd === before.followed.end;
  if (change.address === undefined || is === undefined || !isUntouched) return after;
  return { ...after, dhcpStart: is.start, dhcpEnd: is.end, followed: is };
}

interface Range {
  readonly start: string;
  readonly end: string;
}

/** All of the subnet but its first address, the host's, and its last; undefined while the text is no subnet with the host in front. */
function rangeOf(text: string): Range | undefined {
  const parsed = parse(text);
  if (parsed === undefined || parsed.size < 4 || parsed.number !== parsed.base + 1) return undefined;
  return { start: dotted(parsed.base + 2), end: dotted(parsed.base + parsed.size - 2) };
}

/** `192.168.123.0/24` of `192.168.123.1/24`; as typed while it is no address. */
export function subnetOf(text: string): string {
  const parsed = parse(text);
  return parsed === undefined ? text : `${dotted(parsed.base)}/${text.split('/')[1]}`;
}

function parse(text: string): { readonly number: number; readonly base: number; readonly size: number } | undefined {
  const [, address = '', prefix = ''] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(text) ?? [];
  const bytes = address.split('.').map(Number);
  if (prefix === '' || Number(prefix) > 32 || bytes.some((byte) => byte > 255)) return undefined;
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const size = 2 ** (32 - Number(prefix));
  return { number, size, base: Math.floor(number / size) * size };
}

const dotted = (number: number): string => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');

export const hasAddresses = (intent: Intent): boolean =>
  intent === 'nat' || intent === 'isolated' || intent === 'route' || intent === 'open';
/** Ports of the host can lead to its guests. */
export const canForward = (intent: Intent): boolean => intent === 'nat' || intent === 'route' || intent === 'open';
export const ownsBridge = (intent: Intent): boolean => hasAddresses(intent) || intent === 'veryIsolated';

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll("'", '&apos;').replaceAll('<', '&lt;');

/** The form as libvirt's XML: what the daemon checks while one types, and what `virsh net-define` takes. */
export function formXml(form: NetworkForm): string {
  const lines = ['<network>', `  <name>${form.name.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</name>`];
  const { intent } = form;
  if (canForward(intent)) lines.push(...forwardLines(form.forwards));
  if (intent === 'macvtap') lines.push(`  <forward mode='bridge'>`, `    <interface dev='${attribute(form.uplink)}'/>`, '  </forward>');
  else if (intent === 'bridge' || intent === 'vlan')
    lines.push(`  <forward mode='bridge'/>`, `  <bridge name='${attribute(form.bridge)}'/>`);
  if (intent === 'vlan') lines.push('  <vlan>', `    <tag id='${attribute(form.tag)}'/>`, '  </vlan>');
  if (intent === 'nat' || intent === 'route' || intent === 'open') {
    const dev = form.uplink === '' || intent === 'open' ? '' : ` dev='${attribute(form.uplink)}'`;
    lines.push(
      intent === 'nat' && form.ipv6 !== ''
        ? `  <forward mode='nat'${dev}>\n    <nat ipv6='yes'/>\n  </forward>`
        : `  <forward mode='${intent}'${dev}/>`,
    );
  }
  if (ownsBridge(intent)) {
    lines.push(`  <bridge name='${attribute(form.bridge)}' stp='${form.stp ? 'on' : 'off'}' delay='0'/>`);
    if (form.mtu !== '') lines.push(`  <mtu size='${attribute(form.mtu)}'/>`);
    if (form.domain !== '') lines.push(`  <domain name='${attribute(form.domain)}'/>`);
  }
  if (hasAddresses(intent)) {
    const [address = '', prefix = ''] = form.address.split('/');
    lines.push(`  <ip address='${attribute(address)}' prefix='${attribute(prefix)}'>`);
    if (form.dhcpStart !== '')
      lines.push('    <dhcp>', `      <range start='${attribute(form.dhcpStart)}' end='${attribute(form.dhcpEnd)}'/>`, '    </dhcp>');
    lines.push('  </ip>');
    if (form.ipv6 !== '') {
      const [address6 = '', prefix6 = '64'] = form.ipv6.split('/');
      lines.push(`  <ip family='ipv6' address='${attribute(address6)}' prefix='${attribute(prefix6)}'/>`);
    }
  }
  return [...lines, '</network>', ''].join('\n');
}

/** Viaduct's part of the metadata; a row that is not whole is left out. */
function forwardLines(drafts: readonly ForwardDraft[]): readonly string[] {
  const forwards = drafts.filter(isWhole).map(readDraft);
  if (forwards.length === 0) return [];
  return [
    '  <metadata>',
    `    <viaduct:forwards xmlns:viaduct='urn:viaduct:forwards'>`,
    ...forwards.map(({ protocol, address, ports: { start, end }, to, toPort }) => {
      const place = `${address === undefined ? '' : ` address='${attribute(address)}'`} port='${start}'${end === start ? '' : ` end='${end}'`}`;
      return `      <viaduct:forward protocol='${protocol}'${place} to='${attribute(to)}' toPort='${toPort}'/>`;
    }),
    '    </viaduct:forwards>',
    '  </metadata>',
  ];
}

/** Fields that hold text. */
export type TextField = { [Key in keyof NetworkForm]: NetworkForm[Key] extends string ? Key : never }[keyof NetworkForm];
