import type { NetworkProposal } from '../../../src/service/operation-types.ts';

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
  readonly ipv6: string;
  readonly bridge: string;
  readonly uplink: string;
  /** VLAN tag, 1 to 4094. */
  readonly tag: string;
  readonly domain: string;
  readonly mtu: string;
  readonly stp: boolean;
  readonly autostart: boolean;
}

export function formFrom(proposal: NetworkProposal, intent: Intent): NetworkForm {
  return {
    intent,
    name: proposal.name,
    address: `${proposal.address}/${proposal.prefix}`,
    dhcpStart: proposal.dhcp.start,
    dhcpEnd: proposal.dhcp.end,
    ipv6: '',
    bridge: proposal.bridge,
    uplink: '',
    tag: '10',
    domain: '',
    mtu: '',
    stp: true,
    autostart: true,
  };
}

export const hasAddresses = (intent: Intent): boolean => intent === 'nat' || intent === 'isolated' || intent === 'route' || intent === 'open';
export const ownsBridge = (intent: Intent): boolean => hasAddresses(intent) || intent === 'veryIsolated';

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll("'", '&apos;').replaceAll('<', '&lt;');

/** The form as libvirt's XML: what the daemon checks while one types, and what `virsh net-define` takes. */
export function formXml(form: NetworkForm): string {
  const lines = ['<network>', `  <name>${form.name.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</name>`];
  const { intent } = form;
  if (intent === 'macvtap') lines.push(`  <forward mode='bridge'>`, `    <interface dev='${attribute(form.uplink)}'/>`, '  </forward>');
  else if (intent === 'bridge' || intent === 'vlan') lines.push(`  <forward mode='bridge'/>`, `  <bridge name='${attribute(form.bridge)}'/>`);
  if (intent === 'vlan') lines.push('  <vlan>', `    <tag id='${attribute(form.tag)}'/>`, '  </vlan>');
  if (intent === 'nat' || intent === 'route' || intent === 'open') {
    const dev = form.uplink === '' || intent === 'open' ? '' : ` dev='${attribute(form.uplink)}'`;
    lines.push(intent === 'nat' && form.ipv6 !== '' ? `  <forward mode='nat'${dev}>\n    <nat ipv6='yes'/>\n  </forward>` : `  <forward mode='${intent}'${dev}/>`);
  }
  if (ownsBridge(intent)) {
    lines.push(`  <bridge name='${attribute(form.bridge)}' stp='${form.stp ? 'on' : 'off'}' delay='0'/>`);
    if (form.mtu !== '') lines.push(`  <mtu size='${attribute(form.mtu)}'/>`);
    if (form.domain !== '') lines.push(`  <domain name='${attribute(form.domain)}'/>`);
  }
  if (hasAddresses(intent)) {
    const [address = '', prefix = ''] = form.address.split('/');
    lines.push(`  <ip address='${attribute(address)}' prefix='${attribute(prefix)}'>`);
    if (form.dhcpStart !== '') lines.push('    <dhcp>', `      <range start='${attribute(form.dhcpStart)}' end='${attribute(form.dhcpEnd)}'/>`, '    </dhcp>');
    lines.push('  </ip>');
    if (form.ipv6 !== '') {
      const [address6 = '', prefix6 = '64'] = form.ipv6.split('/');
      lines.push(`  <ip family='ipv6' address='${attribute(address6)}' prefix='${attribute(prefix6)}'/>`);
    }
  }
  return [...lines, '</network>', ''].join('\n');
}
