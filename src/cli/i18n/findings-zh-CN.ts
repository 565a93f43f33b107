import type { FindingTexts } from '../../explain/doctor/words.ts';

/** What the doctor finds, in the order and with the values of `explain/doctor/words.ts`. */
export const findingsZhCN: FindingTexts = {
  'bridge-filter-absent': {
    cause: [
      '模块 {{module}} 未加载，因此只在网桥内部传送的帧不经过本机的包过滤。这与开关为 0 不同：谁加载了该模块（例如 Docker），所有开关就都变为 1。',
    ],
    fix: ['“viaduct doctor --fix”会在该模块每次加载时把开关关掉。'],
  },
  'bridge-filter-off': { cause: ['只在网桥内部传送的帧不经过本机的包过滤：{{module}} 的开关都是 0。'] },
  'bridge-filter-on': {
    cause: [
      '{{bridge}} 上虚拟机之间的帧要经过本机的包过滤（{{keys}}），目前会放行，但每一帧都要花时间。',
      '只在网桥内部传送的帧要经过本机的包过滤（{{keys}}）。目前还没有虚拟机连在网桥上。',
    ],
    fix: ['“viaduct doctor --fix”可以关掉它。'],
  },
  'bridge-filter-drops': {
    cause: [
      '{{bridge}} 上的虚拟机之间 {{family}} 不通：{{module}} 把它们的帧交给本机的包过滤（{{keys}}），而 {{table}} 的 {{chain}} 用规则 {{rule}} 把它们丢弃了。',
      '{{bridge}} 上的虚拟机之间 {{family}} 不通：{{module}} 把它们的帧交给本机的包过滤（{{keys}}），而 {{table}} 的 {{chain}} 会丢弃没有规则放行的一切。',
    ],
    fix: ['“viaduct doctor --fix”让这些帧不再经过包过滤。或者在那里明确放行：{{accept}}', '在那里明确放行：{{accept}}'],
  },
  'bridge-filter-may-drop': {
    cause: [
      '{{bridge}} 上的虚拟机之间 {{family}} 可能不通：{{module}} 把它们的帧交给本机的包过滤（{{keys}}），{{table}} 的 {{chain}} 可能用规则 {{rule}} 丢弃它们；其中有些规则无法判断。',
      '{{bridge}} 上的虚拟机之间 {{family}} 可能不通：{{module}} 把它们的帧交给本机的包过滤（{{keys}}），{{table}} 的 {{chain}} 会丢弃没有规则放行的一切；其中有些规则无法判断。',
    ],
    fix: ['“viaduct doctor --fix”让这些帧不再经过包过滤。或者在那里明确放行：{{accept}}', '在那里明确放行：{{accept}}'],
  },
  'bridge-filter-docker': {
    cause: [
      'Docker 对自己的网桥（{{bridges}}）的要求正好相反：它们的帧要经过包过滤。主机的开关对所有网桥同时有效；网桥自己的开关只能增加，不能取消。',
    ],
    fix: [
      '有两种办法。“viaduct doctor --fix”关掉主机的开关，并为 Docker 的网桥（包括以后新建的）单独打开各自的开关。或者保留开关，在 Docker 为此预留的位置放行虚拟机之间的帧：{{accept}}',
    ],
  },
  'bridge-filter-kubernetes': {
    cause: ['Kubernetes 要求本机所有网桥都是 {{keys}}，并且会检查（{{bridges}}），所以 doctor 不改动这些开关。'],
    fix: ['明确放行虚拟机之间的帧：{{accept}}'],
  },
  'bridge-filter-forgotten': {
    cause: ['开关现在是 0，但没有任何文件这样写明：本机下次启动、{{module}} 加载之后，它们会变为 1。'],
    fix: ['“viaduct doctor --fix”会把它写下来。'],
  },
  'bridge-filter-too-early': {
    cause: ['{{key}} 在主机启动时设置。那时 {{module}} 尚未加载，还没有这个开关；等模块加载后开关为 1，而这个文件不会再被读取。'],
    fix: ['“viaduct doctor --fix”会加一条重新读取它的 udev 规则。'],
  },
  'bridge-filter-wrong-module': {
    cause: [
      '该规则等待模块 {{waits}}，但从 Linux {{since}} 起（本机内核为 {{release}}），这些开关由 {{module}} 提供：规则触发时还没有可设置的开关。',
      '该规则等待模块 {{waits}}，而在本机内核（{{release}}）上它不提供任何开关：开关由 {{module}} 提供。',
    ],
    fix: ['把那里改为 KERNEL=="{{module}}"；或者用“viaduct doctor --fix”另写一条规则，并删除这一条。'],
  },
  'bridge-filter-undone': {
    cause: ['“viaduct doctor --fix”已经关掉 {{key}}，之后又有人把它打开了。'],
    fix: ['查明是谁（Docker 启动时会这样做），然后再次关掉：viaduct doctor --fix'],
  },
  'forwarding-on': { cause: ['{{key}} 为 1，这些网络需要它：{{networks}}；有人关掉时 Viaduct 会重新打开。'] },
  'forwarding-off': {
    cause: ['{{key}} 为 {{value}}，因此本机不转发这些网络的任何数据：{{networks}}。'],
    fix: ['Viaduct 会在一秒内把它打开。如果它一再被关掉，请查找是谁：grep -r {{key}} /etc'],
  },
  'forwarding-file-off': {
    cause: ['该文件把 {{key}} 设为 0。每次执行“sysctl --system”都会切断这些网络的虚拟机（{{networks}}），直到 Viaduct 在一秒内发现。'],
    fix: ['从 {{file}} 中删除这一行。'],
  },
  'advertisements-kept': { cause: ['{{link}} 依靠路由器通告获得地址，而本机转发 IPv6：accept_ra 为 2，所以它继续接收通告。'] },
  'advertisements-lost': {
    cause: [
      '{{link}} 依靠路由器通告获得地址，但由于本机转发 IPv6 且 accept_ra 为 {{value}}，它不再理会通告：最后一次通告过期后默认路由就没有了。',
    ],
    fix: ['执行：sysctl -w net.ipv6.conf.{{link}}.accept_ra=2'],
  },
  'way-out-well': { cause: ['网络 {{network}} 经 {{uplink}} 出去，本机没有包过滤阻挡它。'] },
  'way-out-none': {
    cause: ['本机没有 {{family}} 的默认路由，所以网络 {{network}} 的虚拟机也无处可去。'],
    fix: ['给主机的网卡配置地址和网关，用 DHCP 或手工：NAT 只能转发主机自己到得了的地方。'],
  },
  'way-out-missing': {
    cause: ['网络 {{network}} 只能经 {{uplink}} 出去，而本机没有这个接口。'],
    fix: ["改正 <forward> 中的 dev='{{uplink}}'：viaduct net-edit {{network}}"],
  },
  'way-out-down': { cause: ['网络 {{network}} 经 {{uplink}} 出去，而该接口没有启用。'], fix: ['启用它：ip link set {{uplink}} up'] },
  'way-out-unplugged': { cause: ['网络 {{network}} 经 {{uplink}} 出去，而该接口没有载波。'], fix: ['检查它的网线，或对端的交换机。'] },
  'way-out-dropped': {
    cause: [
      '从 {{in}} 到 {{out}} 的 {{family}} 数据被丢弃：{{table}} 的 {{chain}} 用规则 {{rule}} 这样做。因此无论 Viaduct 的规则怎么写，网络 {{network}} 都出不去：任何一个表的丢弃都是最终结果。',
      '从 {{in}} 到 {{out}} 的 {{family}} 数据被丢弃：{{table}} 的 {{chain}} 会丢弃没有规则放行的一切。因此无论 Viaduct 的规则怎么写，网络 {{network}} 都出不去：任何一个表的丢弃都是最终结果。',
    ],
    fix: ['在那里明确放行：{{accept}}'],
  },
  'way-out-may-drop': {
    cause: [
      '网络 {{network}} 从 {{in}} 到 {{out}} 的 {{family}} 数据可能被 {{table}} 的 {{chain}} 用规则 {{rule}} 丢弃；其中有些规则无法判断。',
      '网络 {{network}} 从 {{in}} 到 {{out}} 的 {{family}} 数据可能被丢弃：{{table}} 的 {{chain}} 会丢弃没有规则放行的一切，其中有些规则无法判断。',
    ],
    fix: ['如果虚拟机出不去，就在那里明确放行：{{accept}}'],
  },
  'firewall-unread': {
    cause: ['读不到其他程序的规则：本机没有 nft 程序，所以无从得知它们是否丢弃虚拟机的数据。'],
    fix: ['请安装软件包 nftables。'],
  },
  'network-public': {
    cause: [
      '网络 {{network}} 做地址转换，却使用了 {{subnet}}：这是互联网上别人的地址，虚拟机永远访问不到他们，而且只是没有回应，并不报错。',
    ],
    fix: ['请改用私有地址段：10.0.0.0/8、172.16.0.0/12 或 192.168.0.0/16。'],
  },
  'card-given-away': {
    cause: [
      '网络 {{network}} 把网卡 {{card}} 独占地交给一台虚拟机，而本机的默认路由正走 {{card}}：一旦虚拟机拿到它，主机和其他虚拟机就没有网络了。',
    ],
    fix: ['请给该网络换一块网卡，或把这块网卡放进大家共用的网桥：viaduct bridge create br0 --port {{card}}'],
  },
  'guests-apart': {
    cause: [
      '虚拟机 {{one}}（{{address}}）和 {{other}}（{{otherAddress}}）同在网桥 {{bridge}} 上，却属于不同的子网，而 {{bridge}} 上没有路由器：它们互相访问不到。',
    ],
    fix: ['请给两者同一子网的地址，或给该网络一个主机地址，由主机充当它们的网关。'],
  },
  'port-astray': {
    cause: [
      '按定义以及由此得出的各种列表，虚拟机 {{guest}} 通过 {{link}} 接在 {{bridge}} 上；而内核里 {{link}} 在 {{master}} 上。',
      '按定义以及由此得出的各种列表，虚拟机 {{guest}} 通过 {{link}} 接在 {{bridge}} 上；而内核里 {{link}} 不在任何网桥上。',
    ],
    fix: ['放回去：ip link set {{link}} master {{bridge}}'],
  },
  'network-well': { cause: ['主机的状态符合网络 {{network}} 的要求。'] },
  'network-troubled': {
    cause: ['网络 {{network}} 有问题：{{reason}}'],
    fix: ['详情见“viaduct net-info {{network}}”和“journalctl -u viaduct”。'],
  },
  'network-differs': {
    cause: ['主机的状态不符合网络 {{network}} 的要求。还要做：{{steps}}。'],
    fix: ['Viaduct 会自行修复；如果一再出现，说明有别的程序在管理同样的接口或规则。'],
  },
};
