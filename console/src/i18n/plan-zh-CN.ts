/**
 * The lines of a plan in Chinese. The daemon's own words are those of `src/plan/words.ts`, `src/plan/interrupts.ts` and
 * `src/service/report.ts`; a line that is not known stays as it is.
 */
export function planLineZhCN(line: string): string {
  for (const [pattern, say] of lines) {
    const match = pattern.exec(line);
    if (match !== null) return say(...match.slice(1).map((part) => part ?? ''));
  }
  return stepOf(line) ?? line;
}

type Say = (...parts: string[]) => string;

const definitions: readonly [RegExp, Say][] = [
  [/^define network "(.*)"$/, (name) => `定义网络“${name}”`],
  [/^undefine network "(.*)"$/, (name) => `取消定义网络“${name}”`],
  [/^change the definition of network "(.*)"$/, (name) => `修改网络“${name}”的定义`],
  [/^start network "(.*)" with the host$/, (name) => `网络“${name}”随主机启动`],
  [/^no longer start network "(.*)" with the host$/, (name) => `网络“${name}”不再随主机启动`],
  [/^start network "(.*)"$/, (name) => `启动网络“${name}”`],
  [/^stop network "(.*)"$/, (name) => `停止网络“${name}”`],
];

const place = (text: string): string => text.replace(/^network /, '网络 ').replace(/ and (\d+) more\)/, ' 等，另有 $1 台)');
const guest = (text: string): string =>
  text.replace(/^The guest behind (.+)$/, '$1 后面的虚拟机').replace(/^Guest (.+) behind (.+)$/, '虚拟机 $1（$2）');

const interrupts: readonly [RegExp, Say][] = [
  [
    /^Guests of (.+?) lose their connection( until it is started again)?$/,
    (of, again) => `${place(of)} 的虚拟机断开连接${again === '' ? '' : '，直到它再次启动'}`,
  ],
  [
    /^Guests of (.+?) lose their gateway (\S+)( until they renew their leases)?$/,
    (of, gateway, renew) => `${place(of)} 的虚拟机失去网关 ${gateway}${renew === '' ? '' : '，直到续租'}`,
  ],
  [
    /^Guests of (.+?) lose their way out(?: by (\S+?))?(, and are no longer reached from outside)?$/,
    (of, by, reached) =>
      `${place(of)} 的虚拟机失去${by === '' ? '' : `经 ${by} 的`}出口${reached === '' ? '' : '，并且外部无法再访问它们'}`,
  ],
  [/^Guests of (.+?) are no longer reached from outside$/, (of) => `外部无法再访问 ${place(of)} 的虚拟机`],
  [/^(The guest behind .+|Guest .+ behind \S+) loses its connection$/, (who) => `${guest(who)}断开连接`],
  [/^(The guest behind .+|Guest .+ behind \S+) changes its VLAN$/, (who) => `${guest(who)}改变 VLAN`],
  [/^(The guest behind .+?|Guest .+? behind \S+) leaves (.+)$/, (who, from) => `${guest(who)}离开 ${place(from)}`],
  [/^Nobody is reached over (\S+) any more$/, (link) => `不再能经 ${link} 到达任何人`],
  [
    /^Nobody reaches (\S+) behind (.+?)( for a moment)?$/,
    (to, behind, moment) => `${moment === '' ? '' : '片刻之内'}无法到达 ${place(behind)} 后面的 ${to}`,
  ],
  [/^DHCP and DNS of (.+) end$/, (of) => `${place(of)} 的 DHCP 和 DNS 停止`],
  [/^DHCP and DNS of (.+) pause for less than a second$/, (of) => `${place(of)} 的 DHCP 和 DNS 暂停不到一秒`],
  [
    /^Rules of this host's packet filter no longer apply to frames that stay inside a bridge$/,
    () => '本机的包过滤规则不再作用于网桥内部的帧',
  ],
  [
    /^Guests that are plugged into (.+) from now on wait ([\d.]+) seconds until frames pass$/,
    (into, seconds) => `此后接入 ${place(into)} 的虚拟机要等 ${seconds} 秒才能收发帧`,
  ],
  [
    /^Guests on bridge (\S+) that tag their frames themselves are cut off, unless their port carries these VLANs$/,
    (bridge) => `网桥 ${bridge} 上自己打标签的虚拟机会断开，除非其端口允许这些 VLAN`,
  ],
  [
    /^Packets of more than (\d+) bytes do not reach guests of (.+) until they renew their leases$/,
    (bytes, of) => `超过 ${bytes} 字节的数据包到不了 ${place(of)} 的虚拟机，直到续租`,
  ],
];

const lines = [...definitions, ...interrupts];

/** What a step is about. */
const nouns: readonly [RegExp, Say][] = [
  [/^bridge (\S+)$/, (name) => `网桥 ${name}`],
  [/^(tap|veth|macvtap) (\S+)$/, (kind, name) => `${kind} 设备 ${name}`],
  [/^nic (\S+)$/, (name) => `网卡 ${name}`],
  [/^vlan (\S+)$/, (name) => `VLAN 设备 ${name}`],
  [/^bond (\S+)$/, (name) => `bond 设备 ${name}`],
  [/^port (\S+) of bridge (\S+) in VLAN (.+)$/, (port, bridge, vlan) => `网桥 ${bridge} 的端口 ${port}（VLAN ${vlan}）`],
  [/^port (\S+) of bridge (\S+)$/, (port, bridge) => `网桥 ${bridge} 的端口 ${port}`],
  [/^port (\S+) of OVS bridge (\S+)$/, (port, bridge) => `OVS 网桥 ${bridge} 的端口 ${port}`],
  [/^address (\S+) on (\S+)$/, (address, link) => `${link} 上的地址 ${address}`],
  [/^route to (\S+) via (\S+) on (\S+)$/, (to, via, link) => `经 ${link} 上的 ${via} 到 ${to} 的路由`],
  [/^sysctl (\S+)$/, (setting) => `内核开关 ${setting}`],
  [/^packet filters of bridge (\S+): none$/, (bridge) => `网桥 ${bridge} 的包过滤：无`],
  [/^packet filters of bridge (\S+): (.+)$/, (bridge, calls) => `网桥 ${bridge} 的包过滤：${calls}`],
  [/^firewall rules of (\S+)$/, (bridge) => `${bridge} 的防火墙规则`],
  [/^guard on (\S+)$/, (link) => `${link} 上的防伪造规则`],
  [/^hairpin rules on (\S+)$/, (link) => `${link} 上的回环规则`],
  [/^bandwidth limits of (\S+)$/, (link) => `${link} 的限速`],
  [/^file (\S+)$/, (path) => `文件 ${path}`],
  [/^DHCP and DNS on (\S+)$/, (bridge) => `${bridge} 上的 DHCP 和 DNS`],
  [/^names of (\S+) on (\S+) with systemd-resolved$/, (domain, link) => `systemd-resolved 中 ${link} 上 ${domain} 的名称`],
  [/^(\/\S+)$/, (path) => `文件 ${path}`],
];

/** Longest first: `put back` is not `put`. */
const verbs: readonly (readonly [string, string])[] = [
  ['bring up', '启用'],
  ['put back', '恢复'],
  ['create', '创建'],
  ['change', '更改'],
  ['delete', '删除'],
  ['add', '添加'],
  ['remove', '移除'],
  ['replace', '替换'],
  ['attach', '接入'],
  ['detach', '断开'],
  ['set', '设置'],
  ['leave', '放开'],
  ['forget', '不再记录'],
  ['write', '写入'],
  ['rewrite', '重写'],
  ['put', '设置'],
  ['lift', '撤除'],
  ['start', '启动'],
  ['restart', '重启'],
  ['reload', '重新加载'],
  ['stop', '停止'],
  ['register', '登记'],
];

function stepOf(line: string): string | undefined {
  const [, step = '', differences = ''] = /^(.*?)(?: \((.*)\))?$/.exec(line) ?? [];
  for (const [verb, said] of verbs) {
    if (!step.startsWith(`${verb} `)) continue;
    const noun = nounOf(step.slice(verb.length + 1));
    if (noun === undefined) continue;
    return `${said}${/^[\x21-\x7e]/.test(noun) ? ' ' : ''}${noun}${differences === '' ? '' : `（${differenceOf(differences)}）`}`;
  }
  return undefined;
}

function nounOf(text: string): string | undefined {
  for (const [pattern, say] of nouns) {
    const match = pattern.exec(text);
    if (match !== null) return say(...match.slice(1));
  }
  return undefined;
}

/** `mtu 1500 to 1400, up true`. */
function differenceOf(text: string): string {
  return text
    .split(', ')
    .map((part) => part.replace(/^(\S+) (.+) to (.+)$/, '$1：$2 → $3').replace(/^(\w+) ([^→]+)$/, '$1：$2'))
    .join('，');
}
