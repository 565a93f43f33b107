import type { Way } from './networks.ts';

export interface Words {
  readonly building: string;
  readonly checking: string;
  readonly built: (seconds: string) => string;
  readonly networkColumns: readonly string[];
  readonly guestColumns: readonly string[];
  readonly kinds: Readonly<Record<string, string>>;
  readonly noAddress: string;
  readonly checkTitle: string;
  readonly network: string;
  readonly ways: Readonly<Record<Way, string>>;
  readonly yes: string;
  readonly no: string;
  readonly wrong: (expected: string) => string;
  readonly allAsPromised: (count: number) => string;
  readonly someWrong: (count: number, all: number) => string;
  readonly hints: (viaduct: string, socket: string, consoleUrl: string) => string;
  readonly removed: string;
  readonly daemonDied: (log: string) => string;
  readonly noLease: (guest: string) => string;
  readonly guestReady: (guest: string, addresses: string) => string;
  readonly stopped: (guest: string) => string;
  readonly off: string;
  readonly booting: (guest: string) => string;
  readonly usage: string;
}

const english: Words = {
  building: 'Building the lab: private namespaces, nothing of this machine is touched …',
  checking: 'Checking who reaches whom …',
  built: (seconds) => `Ready after ${seconds} s.`,
  networkColumns: ['NETWORK', 'TYPE', 'BRIDGE', 'ADDRESSES'],
  guestColumns: ['GUEST', 'NETWORK', 'PORT', 'MAC', 'ADDRESSES'],
  kinds: {
    default: 'NAT',
    routed: 'routed',
    isolated: 'isolated',
    open: 'open',
    'very-isolated': 'very isolated (no host address)',
    lan: 'bridge of the host',
  },
  noAddress: '–',
  checkTitle: 'Who reaches whom, as seen:',
  network: 'NETWORK',
  ways: {
    'guest-guest': 'guest→guest',
    'guest-host': 'guest→host',
    'guest-outside': 'guest→outside',
    'outside-guest': 'outside→guest',
    'guest-other': 'guest→other network',
  },
  yes: 'yes',
  no: 'no',
  wrong: (expected) => `, expected ${expected}`,
  allAsPromised: (count) => `All ${count} ways are as the network types promise.`,
  someWrong: (count, all) => `${count} of ${all} ways are NOT as the network types promise.`,
  hints: (viaduct, socket, consoleUrl) => `The console: ${consoleUrl}

The lab stays up until Ctrl-C. In another terminal:

  export VIADUCT_SOCKET=${socket}
  ${viaduct} net-list --all
  ${viaduct} net-dhcp-leases default
  ${viaduct} lab guest exec default-1 -- busybox wget -qO- http://198.51.100.80/
  ${viaduct} lab guest run mine --network default
  ${viaduct} lab check
`,
  removed: 'The lab is removed.',
  daemonDied: (log) => `The daemon ended by itself; the last lines of its log:\n${log}`,
  noLease: (guest) => `Guest "${guest}" got no lease.`,
  guestReady: (guest, addresses) => `Guest "${guest}" runs with ${addresses}.`,
  stopped: (guest) => `Guest "${guest}" is switched off.`,
  off: 'off',
  booting: (guest) => `Guest "${guest}" boots …`,
  usage: `Usage: viaduct lab up [--check]
       viaduct lab check
       viaduct lab guest list
       viaduct lab guest run NAME --network NETWORK [--netns | --vm]
       viaduct lab guest stop NAME
       viaduct lab guest exec NAME -- COMMAND [ARGUMENT]…
       viaduct lab guest remove NAME
       viaduct lab down
       viaduct lab image
       viaduct lab sandbox -- COMMAND [ARGUMENT]…

A lab is a host with an uplink, an outside and guests, all in private namespaces:
networks can be tried without touching those of this machine.

  up        builds a lab and keeps it until Ctrl-C; with --check it ends with the
            verdict of the connectivity check: status 0 when all is as promised
  check     checks a running lab again
  guest     plugs further guests into a running lab, or runs commands in them: network
            namespaces, ready in milliseconds, or with --vm virtual machines of QEMU
  down      ends a running lab
  image     fetches the kernel that --vm guests boot and prints where it lies; the
            first such guest does the same
  sandbox   runs a command in empty private namespaces

--lab FOLDER chooses among several running labs.
`,
};

const chinese: Words = {
  building: '正在搭建实验环境:全部位于独立的命名空间,不会改动本机网络……',
  checking: '正在检查连通性……',
  built: (seconds) => `用时 ${seconds} 秒,已就绪。`,
  networkColumns: ['网络', '类型', '网桥', '地址'],
  guestColumns: ['虚拟机', '网络', '端口', 'MAC', '地址'],
  kinds: {
    default: 'NAT',
    routed: '路由',
    isolated: '隔离',
    open: '开放',
    'very-isolated': '完全隔离(宿主机无地址)',
    lan: '宿主机网桥',
  },
  noAddress: '–',
  checkTitle: '实测连通性:',
  network: '网络',
  ways: {
    'guest-guest': '虚拟机→虚拟机',
    'guest-host': '虚拟机→宿主机',
    'guest-outside': '虚拟机→外部',
    'outside-guest': '外部→虚拟机',
    'guest-other': '虚拟机→其他网络',
  },
  yes: '通',
  no: '不通',
  wrong: (expected) => `,应为${expected}`,
  allAsPromised: (count) => `全部 ${count} 条路径均符合网络类型的约定。`,
  someWrong: (count, all) => `${all} 条路径中有 ${count} 条不符合网络类型的约定。`,
  hints: (viaduct, socket, consoleUrl) => `控制台:${consoleUrl}

实验环境将一直运行,按 Ctrl-C 结束。可在另一个终端中执行:

  export VIADUCT_SOCKET=${socket}
  ${viaduct} net-list --all
  ${viaduct} net-dhcp-leases default
  ${viaduct} lab guest exec default-1 -- busybox wget -qO- http://198.51.100.80/
  ${viaduct} lab guest run mine --network default
  ${viaduct} lab check
`,
  removed: '实验环境已清除。',
  daemonDied: (log) => `守护进程意外退出,日志末尾如下:\n${log}`,
  noLease: (guest) => `虚拟机“${guest}”未获得租约。`,
  guestReady: (guest, addresses) => `虚拟机“${guest}”已运行,地址:${addresses}。`,
  stopped: (guest) => `虚拟机“${guest}”已关闭。`,
  off: '关闭',
  booting: (guest) => `虚拟机“${guest}”正在启动……`,
  usage: `用法:viaduct lab up [--check]
      viaduct lab check
      viaduct lab guest list
      viaduct lab guest run 名称 --network 网络 [--netns | --vm]
      viaduct lab guest stop 名称
      viaduct lab guest exec 名称 -- 命令 [参数]…
      viaduct lab guest remove 名称
      viaduct lab down
      viaduct lab image
      viaduct lab sandbox -- 命令 [参数]…

实验环境包含一台带上行链路的宿主机、一个外部网络和若干虚拟机,全部位于独立的
命名空间中,可放心试验,不影响本机网络。

  up        搭建实验环境并保持运行,按 Ctrl-C 结束;加 --check 则在连通性检查后
            退出,全部符合约定时状态码为 0
  check     再次检查正在运行的实验环境
  guest     向正在运行的实验环境接入虚拟机,或在其中执行命令:默认用网络命名空间,
            毫秒即就绪;加 --vm 则由 QEMU 运行真正的虚拟机
  down      结束正在运行的实验环境
  image     下载 --vm 虚拟机所用的内核并显示其位置;首次启动这类虚拟机时也会自动下载
  sandbox   在空的独立命名空间中执行命令

同时运行多个实验环境时,用 --lab 目录 指定其一。
`,
};

/** By the usual order of locale variables; English unless it is Chinese. */
export const words: Words = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '') ? chinese : english;
