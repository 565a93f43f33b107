import { expect, test } from 'vitest';
import fc from 'fast-check';
import { readSighting } from '../../../src/formats/sightings.ts';
import { arp, ethernet, icmpv6, ipv4, ipv6, udp } from '../../netns/forge.ts';

const mac = '52:54:00:00:77:01';
const other = '52:54:00:00:77:02';
const everybody = 'ff:ff:ff:ff:ff:ff';
const linkLocal = 'fe80000000000000505400fffe007701';
const global = '20010db8000000000000000000000077';
const nothing = '0'.repeat(32);
const allNodes = 'ff020000000000000000000000000001';

const nd = (type: number, from: string, target: string, source = mac, option?: Buffer) =>
  ethernet('33:33:00:00:00:01', source, 0x86dd, ipv6(from, allNodes, 58, Buffer.concat([icmpv6(type, target), option ?? Buffer.alloc(0)])));
const lladdr = (type: number, address: string) => Buffer.concat([Buffer.from([type, 1]), Buffer.from(address.replaceAll(':', ''), 'hex')]);

/** BOOTP's reply with its cookie, and the type of message among the options. */
function dhcp(message: number, operation = 2): Buffer {
  const body = Buffer.alloc(300);
  body.set([operation, 1, 6], 0);
  Buffer.from([10, 0, 0, 9]).copy(body, 16);
  Buffer.from(mac.replaceAll(':', ''), 'hex').copy(body, 28);
  body.writeUInt32BE(0x6382_5363, 236);
  body.set([0, 54, 4, 10, 0, 0, 1, 53, 1, message, 255], 240);
  return ethernet(everybody, other, 0x0800, ipv4('10.0.0.1', '255.255.255.255', 17, udp(67, 68, body)));
}

function dhcp6(message: number): Buffer {
  const option = (code: number, value: Buffer) => Buffer.concat([Buffer.from([0, code, 0, value.length]), value]);
  const address = Buffer.concat([Buffer.from(global, 'hex'), Buffer.alloc(8)]);
  const body = Buffer.concat([
    Buffer.from([message, 1, 2, 3]),
    option(1, Buffer.alloc(10)),
    option(3, Buffer.concat([Buffer.alloc(12), option(5, address)])),
  ]);
  return ethernet(mac, other, 0x86dd, ipv6(linkLocal, linkLocal, 17, udp(547, 546, body)));
}

const said: { name: string; frame: Buffer; want: string | undefined }[] = [
  { name: 'who asks by ARP', frame: ethernet(everybody, mac, 0x0806, arp(1, mac, '10.0.0.7', '10.0.0.1')), want: `${mac} 10.0.0.7 arp` },
  { name: 'who answers', frame: ethernet(other, mac, 0x0806, arp(2, mac, '10.0.0.7', '10.0.0.1')), want: `${mac} 10.0.0.7 arp` },
  {
    name: 'who only looks whether it is free',
    frame: ethernet(everybody, mac, 0x0806, arp(1, mac, '0.0.0.0', '10.0.0.7')),
    want: undefined,
  },
  { name: 'who speaks for another', frame: ethernet(everybody, mac, 0x0806, arp(2, other, '10.0.0.8', '10.0.0.8')), want: undefined },
  { name: 'a multicast address', frame: ethernet(everybody, mac, 0x0806, arp(2, mac, '224.0.0.1', '224.0.0.1')), want: undefined },
  { name: 'who solicits a neighbour', frame: nd(135, global, linkLocal), want: `${mac} 2001:db8::77 nd` },
  { name: 'who looks whether its new address is free', frame: nd(135, nothing, global), want: `${mac} 2001:db8::77 nd` },
  { name: 'who advertises himself', frame: nd(136, linkLocal, global, mac, lladdr(2, mac)), want: `${mac} 2001:db8::77 nd` },
  { name: 'who advertises another', frame: nd(136, linkLocal, global, mac, lladdr(2, other)), want: undefined },
  { name: 'an address that everybody has', frame: nd(136, linkLocal, linkLocal), want: undefined },
  { name: 'a router', frame: nd(134, linkLocal, global), want: undefined },
  { name: 'a DHCPACK', frame: dhcp(5), want: `${mac} 10.0.0.9 dhcp` },
  { name: 'a DHCPOFFER', frame: dhcp(2), want: undefined },
  { name: 'a request', frame: dhcp(3, 1), want: undefined },
  { name: 'a Reply of DHCPv6', frame: dhcp6(7), want: `${mac} 2001:db8::77 dhcp` },
  { name: 'an Advertise of DHCPv6', frame: dhcp6(2), want: undefined },
  { name: 'nothing at all', frame: Buffer.alloc(0), want: undefined },
];
for (const { name, frame, want } of said)
  test(`${name}: ${want ?? 'says nothing'}`, () => {
    const seen = readSighting(frame);
    expect(seen && `${seen.mac} ${seen.address} ${seen.by}`).toBe(want);
  });

test('a frame may end anywhere, and hold anything', () => {
  for (const { frame } of said) for (let length = 0; length <= frame.length; length += 1) readSighting(frame.subarray(0, length));
  fc.assert(
    fc.property(fc.constantFrom(...said.map(({ frame }) => frame)), fc.uint8Array({ maxLength: 400 }), fc.nat(300), (frame, noise, at) => {
      const bytes = Uint8Array.from(frame);
      bytes.set(noise.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
      readSighting(bytes);
    }),
    { numRuns: 2000 },
  );
});
