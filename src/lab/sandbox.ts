import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { ViaductError } from '../model/errors.ts';
import { run } from './command.ts';

/**
 * Runs first in the new namespaces, as their process 1: an empty /run (so that `ip netns` names and other
 * daemons' sockets are not this machine's), an /etc whose changes stay inside and which configures no network
 * (where overlayfs cannot be used, a copy of what may be read), /sys of the new network namespace, a resolver of
 * our choice. It stays as the parent because process 1 has to collect orphans: a dead dnsmasq must not look alive.
 */
const setUp = `
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/netns /run/lock /run/etc /run/etc/new /run/etc/work
mount -t overlay -o lowerdir=/etc,upperdir=/run/etc/new,workdir=/run/etc/work overlay /etc 2>/dev/null || {
  cp -a /etc/. /run/etc/new 2>/dev/null || true
  mount --bind /run/etc/new /etc
}
rm -rf /etc/netplan /etc/NetworkManager /etc/systemd/network /etc/network /etc/sysconfig/network-scripts 2>/dev/null || true
mount -t sysfs sysfs /sys 2>/dev/null || true
if [ -n "$VIADUCT_LAB_NAMESERVER" ]; then
  echo "nameserver $VIADUCT_LAB_NAMESERVER" > /run/resolv.conf
  target=$(readlink -m /etc/resolv.conf)
  case $target in /run/*) mkdir -p "\${target%/*}"; : > "$target";; esac
  [ ! -e "$target" ] || mount --bind /run/resolv.conf "$target"
fi
ip link set lo up
"$@" && exit 0 || exit $?
`;

export interface SandboxOptions {
  /** What /etc/resolv.conf says inside; the machine's own when absent. */
  readonly nameserver?: string;
  readonly stdio?: StdioOptions;
}

/**
 * Starts a command in network, mount and process namespaces of its own; without root also in a user namespace.
 * All of it, with every process inside, ends with the returned process or its command.
 */
export function startInSandbox(command: readonly string[], { nameserver, stdio = 'inherit' }: SandboxOptions = {}): ChildProcess {
  const argv = [...privateNamespaces(), '--', 'sh', '-ec', setUp, 'sh', ...command];
  const env = { ...process.env, ...(nameserver === undefined ? {} : { VIADUCT_LAB_NAMESERVER: nameserver }) };
  return spawn('unshare', argv, { stdio, env });
}

/** Refuses, with the way out, when this kernel or container lets nobody make namespaces. */
export async function checkSandbox(): Promise<void> {
  const { code, stderr } = await run(['unshare', ...privateNamespaces(), '--', 'true']);
  if (code === 0) return;
  throw new ViaductError('kernel-refused', 'This machine does not allow private namespaces here.', {
    hint: whyRefused(),
    cause: stderr.trim(),
  });
}

/** Without root: needed to enter such namespaces again, before all others. */
export const needsUserNamespace = process.getuid?.() !== 0;

function privateNamespaces(): string[] {
  const user = needsUserNamespace ? ['--user', '--map-root-user'] : [];
  return [...user, '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
}

function whyRefused(): string {
  if (!needsUserNamespace) {
    return 'In a container, give it the right to: docker run --privileged, or --cap-add SYS_ADMIN,NET_ADMIN with seccomp and AppArmor unconfined.';
  }
  const [key, value] =
    [
      ['kernel.unprivileged_userns_clone', '0', '1'],
      ['kernel.apparmor_restrict_unprivileged_userns', '1', '0'],
      ['user.max_user_namespaces', '0', '10000'],
    ].flatMap(([name = '', refuses, allows = '']) => (sysctl(name) === refuses ? [[name, allows]] : []))[0] ?? [];
  const always = 'run the command with sudo';
  return key === undefined
    ? `Either ${always}, or allow user namespaces in this container.`
    : `Either ${always}, or: sudo sysctl ${key}=${value}`;
}

function sysctl(key: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${key.replaceAll('.', '/')}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
