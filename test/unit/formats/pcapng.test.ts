import { expect, test } from 'vitest';

import { PcapngWriter } from '../../../src/formats/pcapng.ts';

/** libpcap's format with one packet, in the byte order asked for. */
function pcap(packet: Buffer, order: 'LE' | 'BE'): Buffer {
  const bytes = Buffer.alloc(40);
  const write = (value: number, offset: number): number =>
    order === 'LE' ? bytes.writeUInt32LE(value, offset) : bytes.writeUInt32BE(value, offset);
  write(0xa1b2c3d4, 0);
  write(65_535, 16);
  write(1, 20); // Ethernet
  [1_700_000_000, 250_000, packet.length, 1500].forEach((value, at) => write(value, 24 + 4 * at));
  return Buffer.concat([bytes, packet]);
}

/** Type and body of each block; fails where the two lengths of one differ. */
function blocks(bytes: Buffer): readonly { type: number; body: Buffer }[] {
  const found = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    expect(bytes.readUInt32LE(at + length - 4)).toBe(length);
    found.push({ type: bytes.readUInt32LE(at), body: bytes.subarray(at + 8, at + length - 4) });
    at += length;
  }
  return found;
}

const packet = Buffer.from('a packet of 19 byte');

for (const order of ['LE', 'BE'] as const) {
  test(`a capture of a ${order === 'LE' ? 'little' : 'big'}-endian machine becomes a section, an interface and a packet`, () => {
    const [section, link, frame] = blocks(Buffer.from(new PcapngWriter('vnet0').write(pcap(packet, order))));
    expect(section?.type).toBe(0x0a0d0d0a);
    expect(link?.type).toBe(1);
    expect(link?.body.toString()).toContain('vnet0');
    expect(frame?.type).toBe(6);
    const micros = (BigInt(frame?.body.readUInt32LE(4) ?? 0) << 32n) | BigInt(frame?.body.readUInt32LE(8) ?? 0);
    expect(micros).toBe(1_700_000_000_250_000n);
    expect(frame?.body.readUInt32LE(16)).toBe(1500);
    expect(frame?.body.subarray(20, 20 + packet.length)).toEqual(packet);
  });
}

test('a stream that comes byte by byte makes the same file as one that comes at once', () => {
  const whole = pcap(packet, 'LE');
  const writer = new PcapngWriter('vnet0');
  const pieces = [...whole].map((byte) => writer.write(Uint8Array.of(byte)));
  expect(Buffer.concat(pieces)).toEqual(Buffer.from(new PcapngWriter('vnet0').write(whole)));
});
