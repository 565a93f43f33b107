import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ViaductError } from '../model/errors.ts';
import { quickIpv6 } from './quick-ipv6.ts';
import { Space } from './space.ts';

/** What DHCP gave a guest. */
export interface GuestLease {
  readonly address: string;
  readonly prefix: number;
  readonly router?: string;
  readonly dns: readonly string[];
  readonly domain?: string;
  readonly seconds: number;
  readonly server: string;
  /** Everything udhcpc told its script, by its own names (`mtu`, `tftp`, `staticroutes`, …). */
  readonly options: Readonly<Record<string, string>>;
}

export interface DhcpOptions {
  readonly hostname?: string;
  /** Discovers, a second apart; a port that spanning tree holds back needs a few. */
  readonly tries?: number;
  /** Ask for this address first. */
  readonly request?: string;
  /** Further option names to ask for. */
  readonly ask?: readonly string[];
  /** Stay and renew until the guest goes; otherwise the client ends when it has its lease. */
  readonly stay?: boolean;
}

/** A stand-in for a virtual machine: a namespace whose `eth0` is wired to a link `vnetN` of the host, as a tap would be. */
export class Guest extends Space {
  readonly #host: Space;
  readonly #folder: string;

  constructor(name: string, prefix: readonly string[], host: Space, folder: string) {
    super(name, prefix);
    this.#host = host;
    this.#folder = folder;
  }

  /** Makes the guest without a NIC: its port is made elsewhere. */
  async createEmpty(): Promise<void> {
    await this.#host.sh(`
      ip netns add ${this.name}
      nsenter --net=/run/netns/${this.name} sh -ec '${quickIpv6}
        ip link set lo up'`);
  }

  /** Makes the guest with its NIC; nothing is plugged in yet. */
  async create({ link, mac, mtu = 1500 }: { link: string; mac: string; mtu?: number }): Promise<void> {
    await this.createEmpty();
    await this.#host.sh(`
      ip link add ${link} mtu ${mtu} type veth peer name eth0 address ${mac} mtu ${mtu} netns ${this.name}
      ip link set ${link} up
      ip -n ${this.name} link set eth0 up`);
  }

  async plug(link: string, bridge: string): Promise<void> {
    await this.#host.must(['ip', 'link', 'set', link, 'master', bridge, 'up']);
  }

  async remove(): Promise<void> {
    this.close();
    await this.#host.must(['ip', 'netns', 'delete', this.name]);
  }

  /** Asks for a lease and takes it on; undefined when nobody gave one. */
  async dhcp({ hostname = this.name, tries = 5, request, ask = [], stay = false }: DhcpOptions = {}): Promise<GuestLease | undefined> {
    const file = join(this.#folder, `${this.name}.lease`);
    rmSync(file, { force: true });
    const argv = [
      'env',
      '-i',
      `PATH=${process.env.PATH ?? ''}`,
      `LEASE_FILE=${file}`,
      'busybox',
      'udhcpc',
      '-i',
      'eth0',
      '-s',
      this.#script(),
    ];
    argv.push('-n', '-t', String(tries), '-T', '1', '-A', '0', '-x', `hostname:${hostname}`, ...(stay ? [] : ['-q']));
    if (request !== undefined) argv.push('-r', request);
    for (const option of ask) argv.push('-O', option);
    // With a lease the client is done, or stays behind as an orphan; without one it gives up by itself.
    await once(this.start(argv), 'exit');
    return readLease(file);
  }

  /** By hand, as in a guest without DHCP. */
  async address(cidr: string, gateway?: string): Promise<void> {
    await this.must(['ip', 'address', 'add', cidr, 'dev', 'eth0', ...(cidr.includes(':') ? ['nodad'] : [])]);
    if (gateway !== undefined) await this.must(['ip', 'route', 'replace', 'default', 'via', gateway]);
  }

  /** Waits until a router advertisement has given an address; undefined when none came. */
  async ipv6(timeoutMs = 5000): Promise<string | undefined> {
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await pause(50)) {
      const found = (await this.addresses()).find((address) => address.includes(':'));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async routes(family: 'ipv4' | 'ipv6' = 'ipv4'): Promise<readonly { dst: string; gateway?: string; dev: string }[]> {
    return this.ip(family === 'ipv4' ? '-4' : '-6', 'route', 'show');
  }

  #script(): string {
    const path = join(this.#folder, 'udhcpc.sh');
    if (existsSync(path)) return path;
    // Another guest may be starting it at this moment.
    writeFileSync(`${path}.${this.name}`, udhcpcScript, { mode: 0o755 });
    renameSync(`${path}.${this.name}`, path);
    return path;
  }
}

/** busybox calls it with what it learnt as environment, and the event as argument. */
const udhcpcScript = `#!/bin/sh
case $1 in
deconfig)
  ip -4 address flush dev $interface ;;
bound | renew)
  ip address replace $ip/$mask dev $interface
  [ -z "$mtu" ] || ip link set $interface mtu $mtu
  [ -z "$router" ] || ip route replace default via \${router%% *} dev $interface
  env > "$LEASE_FILE.new" && mv "$LEASE_FILE.new" "$LEASE_FILE" ;;
esac
`;

function readLease(file: string): GuestLease | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const options = Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, key, value] = /^([a-z][a-z0-9_]*)=(.*)$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value]];
    }),
  ) as Record<string, string>;
  const { ip, mask, serverid, lease, router, dns, domain } = options;
  if (ip === undefined || mask === undefined || serverid === undefined)
    throw new ViaductError('internal', `udhcpc wrote no address to ${file}.`);
  return {
    address: ip,
    prefix: Number(mask),
    ...(router === undefined ? {} : { router }),
    dns: dns === undefined ? [] : dns.split(' '),
    ...(domain === undefined ? {} : { domain }),
    seconds: Number(lease),
    server: serverid,
    options,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
