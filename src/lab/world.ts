import { hostAddress, lanDhcp, outside, prefixes, services } from './addresses.ts';
import { Guest } from './guest.ts';
import { quickIpv6 } from './quick-ipv6.ts';
import { Space, type Door } from './space.ts';

/**
 * A host with one uplink, and what lies behind it:
 *
 *     guests …  host eth0 ──(or br0)── lan outside ── www.example.net
 *
 * The host is the sandbox's own network namespace; outside and guests are named ones in it.
 */
export class World {
  readonly host: Space;
  readonly outside: Space;
  readonly #door: Door;
  readonly #folder: string;
  readonly #guests = new Map<string, Guest>();

  constructor(door: Door, folder: string) {
    this.#door = door;
    this.#folder = folder;
    this.host = new Space('host', door.host);
    this.outside = this.space('outside');
  }

  get guests(): readonly Guest[] {
    return [...this.#guests.values()];
  }

  /** A namespace that exists already, under this name. */
  space(name: string): Space {
    return new Space(name, this.#door.netns(name));
  }

  guest(name: string): Guest {
    let guest = this.#guests.get(name);
    if (guest === undefined) {
      guest = new Guest(name, this.#door.netns(name), this.host, this.#folder);
      this.#guests.set(name, guest);
    }
    return guest;
  }

  /** @param uplink `bridge`: the uplink is a port of br0, which has the host's addresses, as for bridged guests. */
  async build({ uplink = 'plain' }: { uplink?: 'plain' | 'bridge' } = {}): Promise<void> {
    await this.host.sh(`
      ${quickIpv6}
      ip netns add outside
      nsenter --net=/run/netns/outside sh -ec '${quickIpv6}
        sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
        ip link set lo up
        ip address add ${outside.server.ipv4}/32 dev lo
        ip address add ${outside.server.ipv6}/128 dev lo nodad'
      ip link add eth0 type veth peer name lan netns outside
      nsenter --net=/run/netns/outside sh -ec '
        ip address add ${outside.lan.ipv4}/${prefixes.ipv4} dev lan
        ip address add ${outside.lan.ipv6}/${prefixes.ipv6} dev lan nodad
        ip link set lan up'
      ${uplink === 'plain' ? '' : 'ip link add br0 type bridge forward_delay 0 stp_state 0; ip link set eth0 master br0; ip link set br0 up'}
      ip link set eth0 up`);
    await this.addressUplink(uplink === 'plain' ? 'eth0' : 'br0');
  }

  async addressUplink(link: string): Promise<void> {
    await this.host.sh(`
      sysctl -qw net.ipv6.conf.${link}.accept_ra=0
      ip address add ${hostAddress.ipv4}/${prefixes.ipv4} dev ${link}
      ip address add ${hostAddress.ipv6}/${prefixes.ipv6} dev ${link} nodad
      ip route add default via ${outside.lan.ipv4}
      ip -6 route add default via ${outside.lan.ipv6}`);
  }

  /** Echo, web, name and address service on the outside; they end with the lab. */
  async startServices(): Promise<void> {
    const { agent } = this.outside;
    const dnsmasq = this.outside.start([
      'dnsmasq',
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--user=root',
      '--group=',
      '--pid-file=',
      '--no-resolv',
      '--no-hosts',
      '--no-ping',
      '--interface=lan',
      '--except-interface=lo',
      '--bind-interfaces',
      '--dhcp-authoritative',
      `--dhcp-leasefile=${this.#folder}/outside.leases`,
      `--dhcp-range=${lanDhcp.start},${lanDhcp.end},1h`,
      '--dhcp-range=2001:db8:113::,ra-only',
      '--enable-ra',
      `--host-record=${outside.server.name},${outside.server.ipv4},${outside.server.ipv6}`,
    ]);
    dnsmasq.unref();
    await Promise.all([
      agent.call('listenTcp', { port: services.echo }),
      agent.call('listenHttp', { port: services.http }),
      agent.call('listenUdp', {
        port: services.echo,
        addresses: [outside.lan.ipv4, outside.lan.ipv6, outside.server.ipv4, outside.server.ipv6],
      }),
    ]);
  }

  /** Tells the outside that a subnet lies behind the host, as a LAN's router has to know for routed networks. */
  async announce(subnet: string): Promise<void> {
    await this.outside.must(['ip', 'route', 'replace', subnet, 'via', subnet.includes(':') ? hostAddress.ipv6 : hostAddress.ipv4]);
  }

  close(): void {
    for (const space of [this.host, this.outside, ...this.guests]) space.close();
  }
}
