// Looks for the programs Viaduct drives, and installs the missing ones where that is allowed.
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { programPath, run } from './owner.mjs';
import { giveUp, tell } from './tell.mjs';

/** libvirt's own binding, which the API's test drives with the system's Python: a module, found by its file. */
const pythonLibvirt = '/usr/lib/python3/dist-packages/libvirt.py';

/** Program → package, per family of distributions. `dnsmasq` itself would start a service, `dnsmasq-base` does not. */
const packages = {
  debian: {
    ip: 'iproute2',
    nft: 'nftables',
    dnsmasq: 'dnsmasq-base',
    busybox: 'busybox',
    unshare: 'util-linux',
    nsenter: 'util-linux',
    mount: 'mount',
    ping: 'iputils-ping',
    iperf3: 'iperf3',
    virsh: 'libvirt-clients',
    'qemu-system-x86_64': 'qemu-system-x86',
    'iptables-nft': 'iptables',
    sysctl: 'procps',
    tcpdump: 'tcpdump',
    openssl: 'openssl',
    python3: 'python3',
    [pythonLibvirt]: 'python3-libvirt',
    chromium: 'chromium',
    mmdebstrap: 'mmdebstrap',
    cpio: 'cpio',
    xz: 'xz-utils',
    mke2fs: 'e2fsprogs',
    'qemu-img': 'qemu-utils',
  },
  fedora: {
    ip: 'iproute',
    nft: 'nftables',
    dnsmasq: 'dnsmasq',
    busybox: 'busybox',
    unshare: 'util-linux',
    nsenter: 'util-linux',
    mount: 'util-linux',
    ping: 'iputils',
    iperf3: 'iperf3',
    virsh: 'libvirt-client',
    'qemu-system-x86_64': 'qemu-system-x86-core',
    'iptables-nft': 'iptables-nft',
    sysctl: 'procps-ng',
    tcpdump: 'tcpdump',
    openssl: 'openssl',
    python3: 'python3',
    chromium: 'chromium',
  },
  arch: {
    ip: 'iproute2',
    nft: 'nftables',
    dnsmasq: 'dnsmasq',
    busybox: 'busybox',
    unshare: 'util-linux',
    nsenter: 'util-linux',
    mount: 'util-linux',
    ping: 'iputils',
    iperf3: 'iperf3',
    virsh: 'libvirt',
    'qemu-system-x86_64': 'qemu-system-x86',
    'iptables-nft': 'iptables-nft',
    sysctl: 'procps-ng',
    tcpdump: 'tcpdump',
    openssl: 'openssl',
    python3: 'python3',
    chromium: 'chromium',
  },
  suse: {
    ip: 'iproute2',
    nft: 'nftables',
    dnsmasq: 'dnsmasq',
    busybox: 'busybox',
    unshare: 'util-linux',
    nsenter: 'util-linux',
    mount: 'util-linux',
    ping: 'iputils',
    iperf3: 'iperf',
    virsh: 'libvirt-client',
    'qemu-system-x86_64': 'qemu-x86',
    'iptables-nft': 'iptables',
    sysctl: 'procps',
    tcpdump: 'tcpdump',
    openssl: 'openssl',
    python3: 'python3',
    chromium: 'chromium',
  },
};
const installers = { debian: 'apt-get install --no-install-recommends', fedora: 'dnf install', arch: 'pacman -S', suse: 'zypper install' };

export const labPrograms = ['ip', 'nft', 'dnsmasq', 'busybox', 'unshare', 'nsenter', 'mount'];
/** What the whole test run drives besides, each by a file of its Debian package. What is missing is installed where that is allowed, else left out. */
const peers = {
  '/usr/bin/chromium': 'chromium',
  '/usr/sbin/libvirtd': 'libvirt-daemon',
  '/usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so': 'libvirt-daemon-driver-qemu',
  '/usr/bin/virt-manager': 'virt-manager',
  '/usr/bin/virt-install': 'virtinst',
  '/usr/bin/Xvfb': 'xvfb',
  '/usr/bin/dbus-run-session': 'dbus-daemon',
  '/usr/libexec/at-spi-bus-launcher': 'at-spi2-core',
  '/usr/lib/python3/dist-packages/pyatspi': 'python3-pyatspi',
  '/usr/lib/x86_64-linux-gnu/perl5/5.36/Sys/Virt.pm': 'libsys-virt-perl',
  '/usr/share/doc/ruby-libvirt': 'ruby-libvirt',
  '/usr/lib/x86_64-linux-gnu/girepository-1.0/LibvirtGObject-1.0.typelib': 'gir1.2-libvirt-glib-1.0',
  '/usr/lib/python3/dist-packages/gi': 'python3-gi',
  '/usr/lib/python3/dist-packages/ansible_collections/community/libvirt/plugins/modules/virt_net.py': 'ansible',
  '/usr/lib/python3/dist-packages/lxml': 'python3-lxml',
  '/usr/bin/go': 'golang-go',
  '/usr/share/gocode/src/github.com/digitalocean/go-libvirt': 'golang-github-digitalocean-go-libvirt-dev',
  '/usr/share/gocode/src/github.com/libvirt/libvirt-go': 'golang-github-libvirt-libvirt-go-dev',
  '/usr/include/libvirt/libvirt.h': 'libvirt-dev',
  '/usr/include/stdlib.h': 'libc6-dev',
  '/usr/bin/gcc': 'gcc',
  '/usr/bin/pkg-config': 'pkg-config',
  '/usr/bin/php': 'php-cli',
  '/usr/lib/php/20220829/libvirt-php.so': 'php8.2-libvirt-php',
};

/** Only asked for where a browser is driven: it takes 273 MB. */
export const browserPrograms = ['chromium'];
export const testPrograms = [
  ...labPrograms,
  'ping',
  'iperf3',
  'virsh',
  'qemu-system-x86_64',
  'iptables-nft',
  'sysctl',
  'tcpdump',
  'openssl',
  'python3',
  ...(distribution() === 'debian' ? [pythonLibvirt] : []),
];

/** What the machines of test/vm/ are made with; only Debian has all of it. */
export const machinePrograms = ['qemu-system-x86_64', 'qemu-img', 'mmdebstrap', 'cpio', 'xz', 'mke2fs'];

export async function needPrograms(names) {
  const missing = names.filter((name) => !find(name));
  if (missing.length === 0) return;
  const family = distribution();
  const wanted = [...new Set(missing.map((name) => packages[family ?? 'debian'][name]))];
  const command = `${installers[family ?? 'debian']} ${wanted.join(' ')}`;
  if (family === 'debian' && (await installOnDebian(wanted))) {
    const still = missing.filter((name) => !find(name));
    if (still.length === 0) return;
  }
  giveUp(
    `Missing: ${missing.join(', ')}. Install ${family === undefined ? 'what Debian calls' : 'them with'}:\n\n    sudo ${command}\n`,
    `缺少程序:${missing.join('、')}。请${family === undefined ? '安装相当于下列 Debian 软件包的程序' : '执行'}:\n\n    sudo ${command}\n`,
  );
}

/** Installs what is missing where that is allowed; answers what is missing still. */
export async function wantPrograms(names) {
  const missing = () => names.filter((name) => !find(name));
  const wanted = [...new Set(missing().map((name) => packages.debian[name]))];
  if (distribution() === 'debian' && wanted.length > 0) await installOnDebian(wanted);
  return missing();
}

/** Installs the peers where that is allowed. Answers the packages that are missing still; tests that need one of them leave themselves out and say so. */
export async function wantPeers() {
  const missing = () => [...new Set(Object.entries(peers).flatMap(([file, name]) => (existsSync(file) ? [] : [name])))];
  if (distribution() === 'debian' && missing().length > 0) await installOnDebian(missing());
  return missing();
}

export function find(name) {
  if (name.startsWith('/')) return existsSync(name);
  return programPath.split(':').some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** From os-release(5); undefined for a distribution we know no command for. */
export function distribution() {
  let release = '';
  try {
    release = readFileSync('/etc/os-release', 'utf8');
  } catch {
    return undefined;
  }
  const ids = [...release.matchAll(/^ID(?:_LIKE)?=(.*)$/gm)].flatMap(([, value]) => value.replaceAll('"', '').split(' '));
  const known = {
    debian: 'debian',
    ubuntu: 'debian',
    fedora: 'fedora',
    rhel: 'fedora',
    centos: 'fedora',
    arch: 'arch',
    suse: 'suse',
    opensuse: 'suse',
  };
  return ids.map((id) => known[id]).find((family) => family !== undefined);
}

/** True when apt-get did it. The package lists are refreshed only when the first try fails. */
async function installOnDebian(wanted) {
  const asRoot = process.getuid() === 0 ? [] : ['sudo', '-n'];
  if (asRoot.length > 0 && (!find('sudo') || (await run([...asRoot, 'true'], { stdio: 'ignore' })) !== 0)) return false;
  tell(`Installing ${wanted.join(', ')} …`, `正在安装 ${wanted.join('、')} …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = ['ignore', 'ignore', 'inherit'];
  const install = [
    ...asRoot,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    'install',
    '-y',
    '-qq',
    '--no-install-recommends',
    ...wanted,
  ];
  if ((await run(install, { env, stdio: 'ignore' })) === 0) return true;
  await run([...asRoot, 'apt-get', 'update', '-qq'], { stdio: quiet });
  return (await run(install, { env, stdio: quiet })) === 0;
}
