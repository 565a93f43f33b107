import { sh } from './system-space.ts';

/** Frames as bytes, for guests that lie. */
export function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

export function ethernet(to: string, from: string, type: number, body: Buffer, tag?: number): Buffer {
  const words = (tag === undefined ? [type] : [0x8100, tag, type]).flatMap((word) => [word >> 8, word & 255]);
  return Buffer.concat([macBytes(to), macBytes(from), Buffer.from(words), body, Buffer.alloc(Math.max(0, 46 - body.length))]);
}

export function arp(operation: 1 | 2, senderMac: string, senderIp: string, targetIp: string): Buffer {
  return Buffer.concat([Buffer.from([0, 1, 8, 0, 6, 4, 0, operation]), macBytes(senderMac), ip4(senderIp), Buffer.alloc(6), ip4(targetIp)]);
}

export function ipv4(from: string, to: string, protocol: number, body: Buffer): Buffer {
  const header = Buffer.from([0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, ...ip4(from), ...ip4(to)]);
  header.writeUInt16BE(20 + body.length, 2);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([header, body]);
}

/** Addresses as 32 hex digits. */
export function ipv6(from: string, to: string, next: number, body: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length);
  return Buffer.concat([
    Buffer.from([0x60, 0, 0, 0]),
    length,
    Buffer.from([next, 255]),
    Buffer.from(from, 'hex'),
    Buffer.from(to, 'hex'),
    body,
  ]);
}

export function udp(from: number, to: number, body = Buffer.alloc(8)): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(from, 0);
  header.writeUInt16BE(to, 2);
  header.writeUInt16BE(8 + body.length, 4);
  return Buffer.concat([header, body]);
}

/** Neighbour advertisement 136, router advertisement 134, redirect 137: type, and 16 bytes from the eighth on. */
export function icmpv6(type: number, target: string): Buffer {
  return Buffer.concat([Buffer.from([type, 0, 0, 0, 0, 0, 0, 0]), Buffer.from(target, 'hex')]);
}

/** Puts frames on the wire from inside a namespace, each `times` times. */
export function send(netns: string, link: string, frames: readonly Buffer[], times = 1): void {
  const list = frames.map((frame) => `bytes.fromhex("${frame.toString('hex')}")`).join(',');
  const program = `import socket
s=socket.socket(socket.AF_PACKET,socket.SOCK_RAW); s.bind(("${link}",0))
for f in [${list}]:
  for _ in range(${times}): s.send(f)`;
  sh(`ip netns exec ${netns} python3 -c '${program}'`);
}

/** Puts frames on the wire as a virtual machine does: through its tap. */
export function sendByTap(tap: string, frames: readonly Buffer[], times = 1): void {
  const list = frames.map((frame) => `bytes.fromhex("${frame.toString('hex')}")`).join(',');
  const program = `import fcntl,os,struct,time
tap=os.open("/dev/net/tun",os.O_RDWR); fcntl.ioctl(tap,0x400454ca,struct.pack("16sH22x",b"${tap}",0x1002)); time.sleep(0.2)
for f in [${list}]:
  for _ in range(${times}): os.write(tap,f)`;
  sh(`python3 -c '${program}'`);
}

function ip4(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function checksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}
