/**
 * Rewrites a stream of libpcap's old format, as `tcpdump -w -` prints it, as pcapng
 * (draft-ietf-opsawg-pcapng): one section, one interface that has its name, one enhanced block per packet.
 */
export class PcapngWriter {
  readonly #link: string;
  #rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  /** Undefined until the header has come. */
  #read: ((bytes: Buffer, offset: number) => number) | undefined;

  constructor(link: string) {
    this.#link = link;
  }

  /** The blocks that are complete with this piece; maybe none. */
  write(piece: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#rest = Buffer.concat([this.#rest, piece]);
    const blocks: Buffer[] = [];
    if (this.#read === undefined) {
      if (this.#rest.length < fileHeader) return new Uint8Array(0);
      // Magic 0xa1b2c3d4, in the byte order of the machine that wrote it; packet times in microseconds.
      this.#read =
        this.#rest.readUInt32LE(0) === 0xa1b2c3d4
          ? (bytes, offset) => bytes.readUInt32LE(offset)
          : (bytes, offset) => bytes.readUInt32BE(offset);
      blocks.push(sectionHeader(), interfaceDescription(this.#read(this.#rest, 20) & 0xffff, this.#read(this.#rest, 16), this.#link));
      this.#rest = this.#rest.subarray(fileHeader);
    }
    for (const read = this.#read; this.#rest.length >= packetHeader;) {
      const [seconds, micros, kept, whole] = [0, 4, 8, 12].map((offset) => read(this.#rest, offset)) as [number, number, number, number];
      if (this.#rest.length < packetHeader + kept) break;
      blocks.push(
        enhancedPacket(BigInt(seconds) * 1_000_000n + BigInt(micros), whole, this.#rest.subarray(packetHeader, packetHeader + kept)),
      );
      this.#rest = this.#rest.subarray(packetHeader + kept);
    }
    return new Uint8Array(Buffer.concat(blocks));
  }
}

const fileHeader = 24;
const packetHeader = 16;

/** Type, length, body padded to 32 bits, length again. */
function block(type: number, body: Buffer): Buffer {
  const length = 12 + Math.ceil(body.length / 4) * 4;
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(length, 4);
  body.copy(bytes, 8);
  bytes.writeUInt32LE(length, length - 4);
  return bytes;
}

function sectionHeader(): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(0x1a2b3c4d, 0);
  body.writeUInt16LE(1, 4); // version 1.0
  body.writeBigInt64LE(-1n, 8); // length not told
  return block(0x0a0d0d0a, body);
}

function interfaceDescription(linkType: number, snapLength: number, name: string): Buffer {
  const text = Buffer.from(name);
  const body = Buffer.alloc(8 + 4 + Math.ceil(text.length / 4) * 4 + 4);
  body.writeUInt16LE(linkType, 0);
  body.writeUInt32LE(snapLength, 4);
  body.writeUInt16LE(2, 8); // if_name
  body.writeUInt16LE(text.length, 10);
  text.copy(body, 12);
  return block(1, body);
}

function enhancedPacket(micros: bigint, wholeLength: number, packet: Buffer): Buffer {
  const head = Buffer.alloc(20); // interface 0
  head.writeUInt32LE(Number(micros >> 32n), 4);
  head.writeUInt32LE(Number(micros & 0xffff_ffffn), 8);
  head.writeUInt32LE(packet.length, 12);
  head.writeUInt32LE(wholeLength, 16);
  return block(6, Buffer.concat([head, packet]));
}
