import { expect, test } from 'vitest';

import type { Change, HostObject } from '../../../src/model/host-state.ts';
import { summaryOf } from '../../../src/plan/words.ts';
import { planLineZhCN } from '../../../console/src/i18n/plan-zh-CN.ts';

/** Lines as the daemon says them, and what the console makes of them. */
const cases: readonly (readonly [string, string])[] = [
  ['define network "office"', '定义网络“office”'],
  ['undefine network "office"', '取消定义网络“office”'],
  ['change the definition of network "office"', '修改网络“office”的定义'],
  ['start network "office"', '启动网络“office”'],
  ['start network "office" with the host', '网络“office”随主机启动'],
  ['no longer start network "office" with the host', '网络“office”不再随主机启动'],
  ['stop network "office"', '停止网络“office”'],
  ['create bridge virbr0', '创建网桥 virbr0'],
  ['change bridge virbr0 (mtu 1500 to 1400)', '更改网桥 virbr0（mtu：1500 → 1400）'],
  ['bring up bridge virbr0', '启用网桥 virbr0'],
  ['attach port tap0 of bridge br0 in VLAN 10', '接入网桥 br0 的端口 tap0（VLAN 10）'],
  ['detach port tap0 of OVS bridge ovs0', '断开 OVS 网桥 ovs0 的端口 tap0'],
  ['create tap vnet0', '创建 tap 设备 vnet0'],
  ['leave nic eth0', '放开网卡 eth0'],
  ['create vlan eth0.10', '创建 VLAN 设备 eth0.10'],
  ['add address 192.168.122.1/24 on virbr0', '添加 virbr0 上的地址 192.168.122.1/24'],
  ['remove route to 10.1.0.0/16 via 10.0.0.1 on virbr0', '移除经 virbr0 上的 10.0.0.1 到 10.1.0.0/16 的路由'],
  ['set sysctl net.ipv4.ip_forward=1', '设置内核开关 net.ipv4.ip_forward=1'],
  ['put back sysctl net.ipv4.ip_forward=0', '恢复内核开关 net.ipv4.ip_forward=0'],
  ['set packet filters of bridge br0: none', '设置网桥 br0 的包过滤：无'],
  ['write /etc/sysctl.d/99-viaduct-bridge.conf', '写入文件 /etc/sysctl.d/99-viaduct-bridge.conf'],
  ['replace firewall rules of virbr0', '替换 virbr0 的防火墙规则'],
  ['put guard on vnet0', '设置 vnet0 上的防伪造规则'],
  ['lift hairpin rules on vnet0', '撤除 vnet0 上的回环规则'],
  ['set bandwidth limits of vnet0', '设置 vnet0 的限速'],
  ['rewrite file /run/viaduct/office.conf', '重写文件 /run/viaduct/office.conf'],
  ['restart DHCP and DNS on virbr0', '重启 virbr0 上的 DHCP 和 DNS'],
  ['register names of lab on virbr0 with systemd-resolved', '登记 systemd-resolved 中 virbr0 上 lab 的名称'],
  [
    'Guests of network office (web, db, mail and 2 more) lose their connection',
    '网络 office (web, db, mail 等，另有 2 台) 的虚拟机断开连接',
  ],
  ['Guests of network office lose their gateway 10.0.0.1 until they renew their leases', '网络 office 的虚拟机失去网关 10.0.0.1，直到续租'],
  [
    'Guests of network office lose their way out by eth0, and are no longer reached from outside',
    '网络 office 的虚拟机失去经 eth0 的出口，并且外部无法再访问它们',
  ],
  ['Guest web behind vnet0 leaves network office', '虚拟机 web（vnet0）离开 网络 office'],
  ['The guest behind vnet0 changes its VLAN', 'vnet0 后面的虚拟机改变 VLAN'],
  ['DHCP and DNS of network office pause for less than a second', '网络 office 的 DHCP 和 DNS 暂停不到一秒'],
];

test.each(cases)('the console says “%s” in Chinese', (line, said) => {
  expect(planLineZhCN(line)).toBe(said);
});

test('what nobody knows stays as it is', () => {
  expect(planLineZhCN('frobnicate the flux')).toBe('frobnicate the flux');
});

/** Of every kind there is: the compiler asks for a new one. Everything that a name may be made of. */
const kinds: Readonly<Record<HostObject['kind'], true>> = {
  bridge: true,
  tap: true,
  veth: true,
  macvtap: true,
  nic: true,
  vlan: true,
  bond: true,
  'bridge-port': true,
  'ovs-port': true,
  address: true,
  route: true,
  'bridge-filter': true,
  'setting-file': true,
  sysctl: true,
  'nft-network': true,
  guard: true,
  bandwidth: true,
  file: true,
  dnsmasq: true,
  names: true,
};
const parts = {
  name: 'x0',
  link: 'x0',
  bridge: 'br0',
  address: '192.0.2.1',
  prefix: 24,
  destination: '10.0.0.0/8',
  gateway: '192.0.2.9',
  key: 'net.ipv4.ip_forward',
  value: '1',
  calls: ['iptables'],
  path: '/run/x',
  domain: 'lab',
  rules: { elements: [] },
  restartOn: '1',
  reloadOn: '1',
};

test.each(Object.keys(kinds))('every change of a %s is said in Chinese, with its names as they are', (kind) => {
  const object = { kind, ...parts } as unknown as HostObject;
  const changes: readonly Change[] = [
    { action: 'create', object },
    { action: 'delete', object },
    { action: 'update', from: { ...object, mtu: 1500 } as HostObject, object: { ...object, mtu: 1400 } as HostObject },
  ];
  for (const change of changes) {
    const line = summaryOf(change);
    const said = planLineZhCN(line);
    expect(said, line).toMatch(/[\u4e00-\u9fff]/);
    expect(said, line).not.toMatch(/\b(?:create|change|delete|add|remove|set|port|of|on|address|route|file)\b/);
  }
});
