import type { Guard } from '../../src/model/guard.ts';
import { arp, ethernet, icmpv6, ipv4, ipv6, udp } from './forge.ts';

/** Whom a guest may speak for. */
export interface Self {
  readonly mac: string;
  readonly own: string;
  /** Another's. */
  readonly otherMac: string;
  /** The host on its network, and the broadcast address there. */
  readonly gateway: string;
  readonly broadcast: string;
}

const allNodes = 'ff020000000000000000000000000001';
const everybody = 'ff:ff:ff:ff:ff:ff';

/** What a guarded guest may not say, guard by guard, and what it may. */
export function liesOf({
  mac,
  own,
  otherMac,
  gateway,
  broadcast,
}: Self): readonly { name: string; guard: keyof Guard | 'tag'; lies: Buffer[]; truths?: Buffer[] }[] {
  const foreign = own.replace(/\d+$/, '66');
  const linkLocal = `fe80000000000000${eui64(mac)}`;
  return [
    {
      name: 'frames from another MAC',
      guard: 'mac',
      lies: [ethernet(everybody, otherMac, 0x88b5, Buffer.from('lie'))],
      truths: [ethernet(everybody, mac, 0x88b5, Buffer.from('truth'))],
    },
    {
      name: "packets from another IPv4 address than the port's",
      guard: 'ipv4',
      lies: [
        ethernet(everybody, mac, 0x0800, ipv4(foreign, broadcast, 17, udp(5000, 5000))),
        ethernet(everybody, mac, 0x0800, ipv4('0.0.0.0', '255.255.255.255', 17, udp(5000, 5000))),
      ],
      truths: [
        ethernet(everybody, mac, 0x0800, ipv4(own, broadcast, 17, udp(5000, 5000))),
        ethernet(everybody, mac, 0x0800, ipv4('0.0.0.0', '255.255.255.255', 17, udp(68, 67))),
      ],
    },
    {
      name: 'packets from another IPv6 address than those of its MAC',
      guard: 'ipv6',
      lies: [ethernet('33:33:00:00:00:01', mac, 0x86dd, ipv6('fd000077000000000000000000000066', allNodes, 17, udp(5000, 5000)))],
      truths: [
        ethernet('33:33:00:00:00:01', mac, 0x86dd, ipv6(linkLocal, allNodes, 17, udp(5000, 5000))),
        ethernet('33:33:00:00:00:01', mac, 0x86dd, ipv6(`fd00007700000000${eui64(mac)}`, allNodes, 17, udp(5000, 5000))),
      ],
    },
    {
      name: "ARP answers in the gateway's or a neighbour's name",
      guard: 'arp',
      lies: [ethernet(everybody, mac, 0x0806, arp(2, mac, gateway, gateway)), ethernet(everybody, mac, 0x0806, arp(2, otherMac, own, own))],
      truths: [ethernet(everybody, mac, 0x0806, arp(1, mac, own, gateway)), ethernet(everybody, mac, 0x0806, arp(1, mac, '0.0.0.0', own))],
    },
    {
      name: "neighbour advertisements of another's address",
      guard: 'nd',
      lies: [ethernet('33:33:00:00:00:01', mac, 0x86dd, ipv6(linkLocal, allNodes, 58, icmpv6(136, 'fd000077000000000000000000000001')))],
      truths: [ethernet('33:33:00:00:00:01', mac, 0x86dd, ipv6(linkLocal, allNodes, 58, icmpv6(136, linkLocal)))],
    },
    {
      name: 'router advertisements and redirects',
      guard: 'ra',
      lies: [134, 137].map((type) => ethernet('33:33:00:00:00:01', mac, 0x86dd, ipv6(linkLocal, allNodes, 58, icmpv6(type, linkLocal)))),
      truths: [ethernet('33:33:00:00:00:01', mac, 0x86dd, ipv6(linkLocal, allNodes, 58, icmpv6(133, linkLocal)))],
    },
    {
      name: 'what a DHCP server says',
      guard: 'dhcpServer',
      lies: [
        ethernet(everybody, mac, 0x0800, ipv4(own, '255.255.255.255', 17, udp(67, 68))),
        ethernet('33:33:00:00:00:01', mac, 0x86dd, ipv6(linkLocal, allNodes, 17, udp(547, 546))),
      ],
      truths: [ethernet(everybody, mac, 0x0800, ipv4('0.0.0.0', '255.255.255.255', 17, udp(68, 67)))],
    },
    {
      name: 'lies that hide behind a VLAN tag',
      guard: 'tag',
      lies: [ethernet(everybody, mac, 0x0800, ipv4(foreign, broadcast, 17, udp(5000, 5000)), 7)],
    },
  ];
}

/** RFC 4291, appendix A, as hex digits. */
function eui64(mac: string): string {
  const [first = 0, second = 0, third = 0, ...rest] = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  return Buffer.from([first ^ 2, second, third, 0xff, 0xfe, ...rest]).toString('hex');
}
