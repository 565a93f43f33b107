import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { hostAddress, outside, prefixes } from '../../src/lab/addresses.ts';
import type { TestHost } from './harness.ts';

/** Debian's own ifupdown, unpacked and not installed, as tools/ifupdown.mjs leaves it: these namespaces lead nowhere to get it from. */
const root = resolve(import.meta.dirname, '../../node_modules/.viaduct/ifupdown');

/** False on a machine where it cannot be had. */
export const hasIfupdown = existsSync(root);

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
  // Over the folders of programs, for the namespaces of this host alone.
  await host.host.sh(`
    mount -t overlay -o lowerdir=${root}/lib:/usr/lib overlay /usr/lib
    mount -t overlay -o lowerdir=${root}/sbin:/usr/sbin overlay /usr/sbin
    cp -a ${root}/etc/network ${root}/etc/default /etc/
    mkdir -p /run/network /etc/network/interfaces.d
    ip address flush dev eth0`);
  await host.host.sh(`cat > /etc/network/interfaces <<'end'\n${interfaces}end\nchmod 640 /etc/network/interfaces; ifup eth0`);
}

/** Everything in /etc/network, with mode, owner and content of each. */
export async function filesOf(host: TestHost): Promise<string> {
  return host.host.sh(
    `cd /etc/network; find . -type f -o -type l | sort | while read -r f; do stat -c '%n %a %u:%g' "$f"; sha256sum < "$f"; done`,
  );
}
