import { ViaductError } from '../../model/errors.ts';
import { ownsBridge } from '../../model/network.ts';
import type { Network, NetworkDraft } from '../../model/network.ts';
import { bridgeOf, confLines, dhcpBlocks, hasPlainForwarder, wantsDns } from './dnsmasq-conf.ts';
import type { DnsmasqPaths } from './dnsmasq-conf.ts';
import { addnHostsFile, hostsFile } from './dnsmasq-hosts.ts';
import type { Reservation } from './dnsmasq-hosts.ts';

export interface DnsmasqInputs {
  readonly nameservers: readonly string[];
  readonly reservations: readonly Reservation[];
  readonly paths: DnsmasqPaths;
}

/** A changed `conf` wants a restart; the others are read again on SIGHUP. */
export interface DnsmasqFiles {
  readonly conf: string;
  readonly hosts: string;
  readonly addnhosts: string;
  /** Empty where the network must not ask the host's resolvers. */
  readonly servers: string;
}

/** What a running dnsmasq of `network` reads; undefined where none runs. */
export function dnsmasqFor(network: Network, inputs: DnsmasqInputs): DnsmasqFiles | undefined {
  if (!wantsDnsmasq(network)) return undefined;
  const servers = asksHost(network) ? inputs.nameservers.map((address) => `server=${address}`) : [];
  return {
    conf: text(network, [
      ...confLines(network, inputs.paths, bindingOf(network)),
      ...liveLines(network, inputs.paths),
      ...network.dnsmasqOptions,
    ]),
    hosts: hostsFile(dhcpBlocks(network), inputs.reservations),
    addnhosts: addnHostsFile(network.dns),
    servers: text(network, servers),
  };
}

/**
 * The files libvirt would write, in one text: the configuration, `# hosts` and the hosts file,
 * `# addnhosts` and the additional hosts. Says nothing about this host.
 */
export function renderDnsmasq(network: Network | NetworkDraft): string {
  if (!wantsDnsmasq(network)) return `# Network ${JSON.stringify(network.name)} runs no dnsmasq.\n# hosts\n# addnhosts\n`;
  const bridge = bridgeOf(network);
  const paths = { pid: `${bridge}.pid`, hosts: `${bridge}.hosts`, addnhosts: `${bridge}.addnhosts` };
  const conf = text(network, [...confLines(network, paths, 'bind-dynamic'), ...network.dnsmasqOptions]);
  return `${conf}# hosts\n${hostsFile(dhcpBlocks(network), [])}# addnhosts\n${addnHostsFile(network.dns)}`;
}

/** With an address on the bridge, for names, leases or boot files. */
export function wantsDnsmasq(network: NetworkDraft): boolean {
  if (!ownsBridge(network) || network.ips.length === 0) return false;
  return wantsDns(network) || dhcpBlocks(network).length > 0 || network.ips.some(({ tftpRoot }) => tftpRoot !== undefined);
}

/**
 * What we do otherwise than libvirt: leases are kept by dnsmasq itself (no script, so no second process);
 * the host's resolvers come from a file of ours, because following resolv.conf takes one of the 128
 * inotify instances a stock kernel grants; and a new address is not pinged for three seconds first.
 */
function liveLines(network: Network, paths: DnsmasqPaths): string[] {
  return [
    `dhcp-leasefile=${paths.leases}`,
    'no-ping',
    // A resolv-file of the definition's own choosing is what it asks for.
    ...(hasResolvFile(network) ? [] : ['no-resolv']),
    ...(asksHost(network) ? [`servers-file=${paths.servers}`] : []),
  ];
}

/**
 * `bind-dynamic` looks at all interfaces again whenever any address of the host changes: 100 to 190 µs for
 * each dnsmasq and each network started; `bind-interfaces` a third of it. But an IPv6 link-local address
 * is tentative until the bridge has its first port, and `bind-interfaces` would never come back for it. And it
 * answers on its address whichever way a question came in, which our input rules stop; an open network has none.
 */
function bindingOf(network: Network): 'bind-dynamic' | 'bind-interfaces' {
  return network.forward.mode === 'open' || network.ips.some(({ family }) => family === 'ipv6') ? 'bind-dynamic' : 'bind-interfaces';
}

/** May names that nobody here knows be asked of the host's own resolvers? */
function asksHost(network: Network): boolean {
  const { dns, forward } = network;
  return wantsDns(network) && forward.mode !== 'isolated' && !hasPlainForwarder(dns) && !hasResolvFile(network);
}

function hasResolvFile({ dnsmasqOptions }: Network): boolean {
  return dnsmasqOptions.some((option) => option.startsWith('resolv-file='));
}

/** One option per line. A line break inside a value would be an option of the value's own choosing. */
function text({ name }: NetworkDraft, lines: readonly string[]): string {
  const broken = lines.find((line) => /[\r\n\0]/.test(line));
  if (broken !== undefined)
    throw new ViaductError('config-unsupported', `Network '${name}' has a line break in a value for dnsmasq: ${JSON.stringify(broken)}`, {
      hint: 'Remove the line break.',
      params: { network: name },
    });
  return lines.map((line) => `${line}\n`).join('');
}
