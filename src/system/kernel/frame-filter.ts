import type { Mac } from '../../model/units.ts';
import { macBytes } from './rtnetlink.ts';

// Codes of linux/bpf_common.h, the classic machine: it has an accumulator and an index.
const loadHalf = 0x28;
const loadByte = 0x30;
const loadWord = 0x20;
const loadHalfIndexed = 0x48;
/** Four times the low half of a byte: the length of an IPv4 header. */
const loadHeaderLength = 0xb1;
const jumpIfEqual = 0x15;
const jumpIfAnyBit = 0x45;
const give = 0x06;

/** Where to go when a test holds and when not; the next instruction where nothing is said. */
interface Instruction {
  readonly code: number;
  readonly value: number;
  readonly yes?: string;
  readonly no?: string;
  readonly label?: string;
}

/** Enough of a frame for a DHCP answer with its options. */
export const frameBytes = 1024;

/**
 * A filter that lets through what tells who has which address, and nothing else: ARP, neighbour solicitations and
 * advertisements, and what DHCP servers say. The kernel runs it before it copies anything.
 *
 * @param muted Senders that are not listened to.
 */
export function addressFilter(muted: readonly Mac[] = []): Buffer {
  return assemble([
    ...muted.flatMap((mac, index) => muteOne(macBytes(mac), `unmuted${index}`)),
    { code: loadHalf, value: 12 },
    { code: jumpIfEqual, value: 0x0806, yes: 'keep' },
    { code: jumpIfEqual, value: 0x0800, yes: 'ipv4' },
    { code: jumpIfEqual, value: 0x86dd, yes: 'ipv6', no: 'drop' },

    { label: 'ipv4', code: loadByte, value: 14 + 9 },
    { code: jumpIfEqual, value: udp, no: 'drop' },
    { code: loadHalf, value: 14 + 6 },
    // The later parts of a packet have no ports.
    { code: jumpIfAnyBit, value: 0x1fff, yes: 'drop' },
    { code: loadHeaderLength, value: 14 },
    { code: loadHalfIndexed, value: 14 },
    { code: jumpIfEqual, value: 67, yes: 'keep', no: 'drop' },

    { label: 'ipv6', code: loadByte, value: 14 + 6 },
    { code: jumpIfEqual, value: icmpv6, yes: 'discovery' },
    { code: jumpIfEqual, value: udp, no: 'drop' },
    { code: loadHalf, value: 14 + 40 },
    { code: jumpIfEqual, value: 547, yes: 'keep', no: 'drop' },

    { label: 'discovery', code: loadByte, value: 14 + 40 },
    { code: jumpIfEqual, value: 135, yes: 'keep' },
    { code: jumpIfEqual, value: 136, yes: 'keep' },

    { label: 'drop', code: give, value: 0 },
    { label: 'keep', code: give, value: frameBytes },
  ]);
}

const udp = 17;
const icmpv6 = 58;

/** Its last four bytes are seldom another's, so that most frames are tested once. */
function muteOne(mac: Buffer, next: string): Instruction[] {
  return [
    { code: loadWord, value: 8 },
    { code: jumpIfEqual, value: mac.readUInt32BE(2), no: next },
    { code: loadHalf, value: 6 },
    { code: jumpIfEqual, value: mac.readUInt16BE(0), yes: 'drop' },
    { label: next, code: loadByte, value: 0 },
  ];
}

/** Instructions of eight bytes (struct sock_filter), with labels turned into distances. */
function assemble(program: readonly Instruction[]): Buffer {
  const places = new Map(program.flatMap(({ label }, place) => (label === undefined ? [] : [[label, place] as const])));
  const distance = (from: number, label: string | undefined) => (label === undefined ? 0 : places.get(label)! - from - 1);
  const bytes = Buffer.alloc(program.length * 8);
  for (const [place, { code, value, yes, no }] of program.entries()) {
    bytes.writeUInt16LE(code, place * 8);
    bytes.writeUInt8(distance(place, yes), place * 8 + 2);
    bytes.writeUInt8(distance(place, no), place * 8 + 3);
    bytes.writeUInt32LE(value, place * 8 + 4);
  }
  return bytes;
}
