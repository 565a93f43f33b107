import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { hostAddress, outside, prefixes } from '../../src/lab/addresses.ts';
import { run } from '../../src/lab/command.ts';
import type { TestHost } from './harness.ts';

/** Debian's own ifupdown, unpacked and not installed: this machine's network is none of its business. */
const cache = resolve(import.meta.dirname, '../../node_modules/.viaduct/ifupdown');
const packages = ['ifupdown', 'bridge-utils'];

/** What the host of a test has in its /etc/network/interfaces, with what an administrator leaves there. */
export const interfaces = `# The loopback network interface
auto lo
iface lo inet loopback

# The card of this host. Ask Ann before you touch it!
auto eth0
iface eth0 inet static
    address ${hostAddress.ipv4}/${prefixes.ipv4}
    gateway ${outside.lan.ipv4}
    dns-nameservers ${outside.lan.ipv4}   # the router

iface eth0 inet6 static
    address ${hostAddress.ipv6}/${prefixes.ipv6}
    gateway ${outside.lan.ipv6}
    dad-attempts 0
`;

/** Gives a host Debian's ifupdown, which has brought up what its files say. */
export async function withIfupdown(host: TestHost): Promise<void> {
  const root = await unpacked();
  // Over the folders of programs, for the namespaces of this host alone.
  await host.host.sh(`
    mount -t overlay -o lowerdir=${root}/lib:/usr/lib overlay /usr/lib
    mount -t overlay -o lowerdir=${root}/sbin:/usr/sbin overlay /usr/sbin
    cp -a ${root}/etc/network ${root}/etc/default /etc/
    mkdir -p /run/network /etc/network/interfaces.d
    ip address flush dev eth0`);
  await host.host.sh(`cat > /etc/network/interfaces <<'end'\n${interfaces}end\nchmod 640 /etc/network/interfaces; ifup eth0`);
}

async function unpacked(): Promise<string> {
  if (existsSync(cache)) return cache;
  const work = `${cache}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const script = `cd "$0"; for one in ${packages.join(' ')}; do apt-get -qq download $one; done; for one in *.deb; do dpkg-deb -x $one .; done`;
  const { code, stderr } = await run(['sh', '-ec', script, work], { timeoutMs: 300_000 });
  if (code !== 0) throw new Error(`Debian's ifupdown cannot be had: ${stderr}`);
  try {
    renameSync(work, cache);
  } catch {
    rmSync(work, { recursive: true, force: true }); // Another test was faster.
  }
  return cache;
}

/** Everything in /etc/network, with mode, owner and content of each. */
export async function filesOf(host: TestHost): Promise<string> {
  return host.host.sh(
    `cd /etc/network; find . -type f -o -type l | sort | while read -r f; do stat -c '%n %a %u:%g' "$f"; sha256sum < "$f"; done`,
  );
}
