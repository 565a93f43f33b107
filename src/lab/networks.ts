import { hostAddress, outside } from './addresses.ts';

export const families = ['ipv4', 'ipv6'] as const;
export type Family = (typeof families)[number];

/** The ways that are tried in every network, from whom to whom. */
export const ways = ['guest-guest', 'guest-host', 'guest-outside', 'outside-guest', 'guest-other'] as const;
export type Way = (typeof ways)[number];

/** One network of the lab, and what its type promises. */
export interface LabNetwork {
  readonly name: string;
  readonly bridge: string;
  readonly xml: string;
  /** Subnets behind the host, which the outside is told about: only then does a way that stays closed prove something. */
  readonly subnets: readonly string[];
  /** The host as its guests know it. A very isolated network has none: its guests then try the host's own address. */
  readonly host: Readonly<Partial<Record<Family, string>>>;
  /** How guests get addresses; `static` ones are 10.99.0.x. */
  readonly addressing: 'dhcp' | 'static';
  /** Ways that are open; the others are closed. */
  readonly open: readonly Way[];
}

function definition(name: string, forward: string, bridge: string, ips: string): string {
  return `<network>
  <name>${name}</name>${forward}
  <bridge name='${bridge}' stp='on' delay='0'/>${ips}
</network>
`;
}

function ipv4(third: number): string {
  return `
  <ip address='192.168.${third}.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='192.168.${third}.2' end='192.168.${third}.254'/>
    </dhcp>
  </ip>`;
}

function ipv6(third: number): string {
  return `
  <ip family='ipv6' address='2001:db8:${third}::1' prefix='64'/>`;
}

function dualStack(third: number): Pick<LabNetwork, 'subnets' | 'host' | 'addressing'> {
  return {
    subnets: [`192.168.${third}.0/24`, `2001:db8:${third}::/64`],
    host: { ipv4: `192.168.${third}.1`, ipv6: `2001:db8:${third}::1` },
    addressing: 'dhcp',
  };
}

const within = ['guest-guest', 'guest-host'] as const;

export const labNetworks: readonly LabNetwork[] = [
  {
    name: 'default',
    bridge: 'virbr0',
    xml: definition('default', "\n  <forward mode='nat'/>", 'virbr0', ipv4(122)),
    subnets: ['192.168.122.0/24'],
    host: { ipv4: '192.168.122.1' },
    addressing: 'dhcp',
    open: [...within, 'guest-outside'],
  },
  {
    name: 'routed',
    bridge: 'virbr1',
    xml: definition('routed', "\n  <forward mode='route'/>", 'virbr1', ipv4(123) + ipv6(123)),
    ...dualStack(123),
    open: [...within, 'guest-outside', 'outside-guest'],
  },
  {
    name: 'isolated',
    bridge: 'virbr2',
    xml: definition('isolated', '', 'virbr2', ipv4(124) + ipv6(124)),
    ...dualStack(124),
    open: within,
  },
  {
    name: 'open',
    bridge: 'virbr3',
    xml: definition('open', "\n  <forward mode='open'/>", 'virbr3', ipv4(125) + ipv6(125)),
    ...dualStack(125),
    open: [...within, 'guest-outside', 'outside-guest'],
  },
  {
    name: 'very-isolated',
    bridge: 'virbr4',
    xml: definition('very-isolated', '', 'virbr4', ''),
    subnets: [],
    host: {},
    addressing: 'static',
    open: ['guest-guest'],
  },
  {
    name: 'lan',
    bridge: 'br0',
    xml: "<network>\n  <name>lan</name>\n  <forward mode='bridge'/>\n  <bridge name='br0'/>\n</network>\n",
    subnets: [],
    host: hostAddress,
    addressing: 'dhcp',
    open: [...within, 'guest-outside', 'outside-guest'],
  },
];

export const networksByBridge: ReadonlyMap<string, string> = new Map(labNetworks.map(({ bridge, name }) => [bridge, name]));

/** Whom a guest of `network` pings when it tries another network: the guests of the isolated one, or the default's. */
export function otherNetwork(network: LabNetwork): string {
  return network.name === 'isolated' ? 'default' : 'isolated';
}

export const guestsPerNetwork = 2;

export function guestName(network: string, number: number): string {
  return `${network}-${number}`;
}

/** The address that a guest without DHCP is given, in a subnet that nothing else uses. */
export function staticAddress(number: number): string {
  return `10.99.0.${number}/24`;
}

export const target = outside.server;
