import type { Catalogue } from './en.ts';

export const zhCN: Catalogue = {
  nav: { topology: '拓扑', networks: '网络', guests: '虚拟机', host: '主机', activity: '动态', skip: '跳到正文', main: '主导航' },
  shell: {
    offline: '与守护进程的连接已断开。下面的数字不是最新的;页面会自动重连。',
    theme: '深色模式', language: 'English', search: '搜索', palette: '转到页面、网络或虚拟机', help: '快捷键', nothingFound: '没有叫这个名字的对象。', problems_one: '{{count}} 个问题', problems_other: '{{count}} 个问题', readOnly: '{{user}} 只能查看,不能更改',
    keys: { palette: '转到任意对象', search: '在本页搜索', help: '显示本列表', move: '上一行、下一行', open: '打开该行' },
  },
  common: {
    active: '运行中', inactive: '未运行', trouble: '有问题', yes: '是', no: '否', cancel: '取消', close: '关闭', refresh: '刷新', copy: '复制', copied: '已复制',
    loading: '正在加载', failed: '操作未成功', hint: '解决办法', none: '无', save: '保存', name: '名称', state: '状态', actions: '操作', edit: '编辑', undo: '撤销',
    filter: '筛选', clear: '清除', export: '导出', more: '更多',
  },
  modes: {
    nat: 'NAT', route: '路由', open: '开放', isolated: '隔离', veryIsolated: '完全隔离', bridge: '桥接到局域网', private: 'macvtap(private)', vepa: 'macvtap(VEPA)', passthrough: 'macvtap(直通)', hostdev: '直接分配网卡',
  },
  topology: {
    title: '拓扑', outside: '外部', hostPort: '主机', idle: '空闲:没有端口', emptyTitle: '还没有网络', emptyBody: '先选择虚拟机需要访问什么;执行之前,您会看到将要做的每一步。',
    readOnly: '属于 {{owner}}:只显示,绝不改动。', exportSvg: 'SVG', exportPng: 'PNG', exportMermaid: 'Mermaid', receives: '接收', sends: '发送', tap: 'tap 设备', mac: 'MAC', addresses: '地址', stp: 'STP',
    nat: 'NAT', route: '路由', drops: '丢包', fit: '显示全部', legend: '连线', wire: '原样转发数据帧', natEdge: '以主机地址对外通信', routeEdge: '由主机路由', details: '详情', device: '设备', roles: { trunk: '干道', access: 'VLAN {{vlan}}', uplink: '上行' }, allStates: '只看有问题的',
  },
  networks: {
    title: '网络', create: '新建网络', mode: '模式', subnet: '地址', bridge: '网桥', guests: '端口', autostart: '开机启动', start: '启动', stop: '停止', remove: '删除', persistent: '持久', clone: '克隆',
    stopTitle: '停止 {{name}}?', stopNobody: '没有虚拟机连接在上面。', stopBody: '以下虚拟机会失去该网络,直到它再次启动:{{guests}}。届时会自动接回。', removeTitle: '删除 {{name}}?', removeBody: '它的定义将被删除。只要不关闭本页,就可以撤销。', removed: '{{name}} 已删除。',
    emptyTitle: '还没有网络', emptyBody: '网络就是给虚拟机用的虚拟交换机。从下面任选一种开始。', started: '{{name}} 正在运行。', stopped: '{{name}} 已停止。', cloneTitle: '克隆 {{name}}', cloneBody: '副本使用自己的子网和网桥。指向旧子网的地址保留和主机名不会复制。',
  },
  network: {
    overview: '概览', ports: '端口', leases: '租约', rules: '规则', dns: 'DNS', definition: '定义', uuid: 'UUID', domain: '域名', dhcp: 'DHCP', forward: '转发', none: '该网络没有此项。',
    noPorts: '还没有虚拟机接入。', noLeases: '还没有分配过地址。', noRules: 'Viaduct 没有为该网络添加过滤规则。', hostname: '主机名', expires: '到期时间', never: '永不', address: '地址', keep: '固定此地址', kept: '{{mac}} 以后总是得到 {{address}}。', release: '释放', reserved: '已保留', notGiven: '尚未分配', reserve: '添加地址保留', reserveCount_one: '添加 {{count}} 条', reserveCount_other: '添加 {{count}} 条', reservationLines: '每台虚拟机一行:MAC、地址、名称', reservationHelp: '可直接粘贴列表:各列以空格、逗号或分号分隔,顺序不限,名称可省略。', forget: '取消保留', forgotten: '{{address}} 已不再保留。', leasesFree: '已分配 {{used}} 个,共 {{pool}} 个,剩余 {{free}} 个', noDns: '该网络的虚拟机使用其他名称服务器。', noRecords: '它应答有租约的虚拟机的名称,其余的转问主机的名称服务器。', answer: '应答', names: '名称', addName: '添加名称', forwarder: '转发器', copySsh: '复制 ssh 命令', client: '客户端', guest: '虚拟机', owner: '所有者', plug: '接入', tap: 'tap 设备',
    view: { xml: 'libvirt XML', yaml: 'YAML', virsh: 'virsh 命令' }, apply: '应用', valid: '可以应用。', checking: '正在检查…', unchanged: '没有任何变化。', applied: '已应用。', plan: '将要执行的步骤', liveNow: '会立即作用于正在运行的网络。', traffic: '流量', troubled: '该网络需要处理',
  },
  create: {
    title: '新建网络', question: '虚拟机需要访问什么?', name: '名称', subnet: '子网', dhcp: 'DHCP 范围', bridge: '网桥', uplink: '出口', anyUplink: '任意', hostBridge: '主机上的网桥', device: '设备', create: '创建并启动', plan: '将要执行的步骤', commands: '等价的命令', who: '谁能访问谁', from: '从', to: '到', guest: '虚拟机', host: '主机', outside: '外部', ipv6: 'IPv6 子网', optional: '可选', advanced: '更多设置', mtu: 'MTU', domain: 'DNS 域', stp: '生成树', autostart: '开机启动',
    intents: { nat: '通过本机访问互联网', bridge: '直接接入我的局域网', isolated: '彼此之间以及本机', veryIsolated: '仅彼此之间', route: '以自己的地址经路由访问局域网', open: '由我自己的防火墙决定', vlan: '局域网中的一个 VLAN', macvtap: '通过一块网卡接入局域网(macvtap)' },
    about: {
      nat: '虚拟机共用本机的地址,就像家里路由器后面的电脑。外部无法主动连接它们。',
      bridge: '虚拟机像普通电脑一样处在局域网里,由您的路由器分配地址。需要本机上有一个网桥。',
      isolated: '虚拟机与本机互通,但不向外转发。DHCP 和 DNS 可用。',
      veryIsolated: '本机在这里没有任何地址。虚拟机只能互相访问,地址自行配置。',
      route: '虚拟机对外使用自己的地址。局域网的路由器必须知道回程路由。',
      open: '只做路由,Viaduct 不添加任何规则:由您自己的防火墙决定。',
      vlan: '虚拟机处在局域网的一个 VLAN 中,数据帧带着它的标签离开。需要本机上有网桥,且内核支持在网桥上过滤 VLAN。',
      macvtap: '每台虚拟机都是网卡上的另一个 MAC。虚拟机与本机之间不能互通。',
    },
    routeHint: '局域网的路由器需要这条路由:{{route}}', taken: '与 {{other}} 重叠。可用:{{free}}', yes: '可以', no: '不可以', replies: '仅应答', created: '{{name}} 正在运行。', switch: '交换机', tag: 'VLAN 标签', refused: '无法创建这个网络', noBridge: '本机还没有网桥', noBridgeHelp: '虚拟机要直接接入局域网,需要本机上有一个以网卡为端口的网桥。请先用主机自己的网络配置创建,再回到这里。',
  },
  ports: {
    attach: '接入虚拟机', attachTitle: '把虚拟机接入 {{name}}', client: '运行程序', tapOnly: '仅 tap', arguments: '运行程序的参数', linkUp: '插上网线', linkDown: '拔掉网线', limits: '限速', receiveLimit: '最大接收速率(Mbit/s)', sendLimit: '最大发送速率(Mbit/s)', noLimit: '留空表示不限速。', notARate: '请输入大于 0 的数,例如 100 或 2.5。', capture: '抓包 {{seconds}} 秒(pcapng)', unplug: '断开', unplugTitle: '断开 {{name}}?', unplugBody: '虚拟机将失去网络 {{network}},连线也会删除。正在运行的虚拟机需要新的端口并重启网卡。', unplugged: '{{name}} 已断开。',
    virtio: '网卡为 virtio 型号:Linux 自带驱动,Windows 需先安装 virtio-win。',
    states: { planned: '待接入:网络未运行', plugged: '已接入,对端无人', up: '已连接', gone: '已丢失', cut: '网线已拔', down: '断开', learning: '学习中', blocking: '被生成树阻塞' },
    sources: { lease: '租约', reservation: '保留', held: '预留', seen: '在线路上看到' },
  },
  login: { title: '登录 Viaduct', token: '令牌', where: '在主机上由 root 查看:cat /var/lib/viaduct/console-token', enter: '登录', leave: '退出登录' },
  guests: { title: '虚拟机', network: '网络', addresses: '地址', how: '来源', empty: '本机的网络上还没有虚拟机。', lease: '租约', neighbour: '在线路上看到', state: '端口', rate: '流量' },
  host: { title: '主机', interfaces: '接口', bridges: '网桥', type: '类型', mtu: 'MTU', owner: '属于', master: '所属', received: '接收', sent: '发送', dropped: '丢弃', errors: '错误', hardware: '网卡' },
  activity: { title: '动态', events: '事件', audit: '谁做了什么', time: '时间', what: '内容', who: '用户', result: '结果', ok: '完成', quiet: '打开本页以来没有发生任何事情。', noAudit: '守护进程启动以来没有人做过更改。',
    kinds: { 'network-defined': '定义了 {{name}}', 'network-undefined': '取消定义 {{name}}', 'network-started': '启动了 {{name}}', 'network-stopped': '停止了 {{name}}', 'network-updated': '更新了 {{name}}', 'network-metadata': '修改了 {{name}} 的备注', 'network-healed': '修复了 {{name}}:{{detail}}', 'network-troubled': '{{name}} 出现问题:{{detail}}', 'port-created': '有虚拟机接入 {{name}}', 'port-deleted': '有虚拟机离开 {{name}}', 'lease-given': '在 {{name}} 上分配了 {{detail}}', 'lease-ended': '在 {{name}} 上收回了 {{detail}}', 'links-changed': '设备变化:{{detail}}' },
  },
};
