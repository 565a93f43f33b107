import { limits, messageStatus } from './protocol.ts';
import type { Codec } from './xdr.ts';
import { XdrReader, XdrWriter } from './xdr-stream.ts';

/** What stands before every payload, after the length word. */
export interface Header {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
}

export interface Packet extends Header {
  /** The whole packet, length word and header included. */
  readonly bytes: Buffer;
}

/** Length word and header: the smallest packet there is. */
const headerLength = 28;
const lengthWord = 4;

/** A stream that cannot be followed any further: there is no next packet to find in it. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** Cuts what a socket delivers into packets, however the reads were split or merged. */
export class FrameReader {
  /** A packet that began in an earlier chunk; grows with what really came, not with what was announced. */
  #partial = Buffer.alloc(0);
  #filled = 0;

  /** Bytes of a packet that is not complete yet. */
  get held(): number {
    return this.#filled;
  }

  /** Packets that `chunk` completes, in order. Throws {@link FrameError} for a length that cannot be. */
  *push(chunk: Buffer): Generator<Packet> {
    let rest = chunk;
    while (rest.length > 0) {
      const length = this.#filled === 0 ? lengthIn(rest) : lengthIn(this.#partial.subarray(0, this.#filled));
      if (this.#filled === 0 && length !== undefined && length <= rest.length) {
        yield readHeader(rest.subarray(0, length));
        rest = rest.subarray(length);
        continue;
      }
      rest = this.#keep(rest, length ?? lengthWord);
      if (this.#filled === length) {
        yield readHeader(this.#partial.subarray(0, length));
        this.#partial = Buffer.alloc(0);
        this.#filled = 0;
      }
    }
  }

  /** Adds to the partial packet until `wanted` bytes are there; answers what it did not need. */
  #keep(rest: Buffer, wanted: number): Buffer {
    const taken = Math.min(wanted - this.#filled, rest.length);
    if (this.#filled + taken > this.#partial.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#filled + taken, Math.min(wanted, this.#partial.length * 2)));
      this.#partial.copy(larger, 0, 0, this.#filled);
      this.#partial = larger;
    }
    rest.copy(this.#partial, this.#filled, 0, taken);
    this.#filled += taken;
    return rest.subarray(taken);
  }
}

function lengthIn(bytes: Buffer): number | undefined {
  if (bytes.length < lengthWord) return undefined;
  const length = bytes.readUInt32BE(0);
  if (length < headerLength || length > limits.message + lengthWord) throw new FrameError(`a packet of ${length} bytes`);
  return length;
}

function readHeader(bytes: Buffer): Packet {
  const from = new XdrReader(bytes, lengthWord);
  return {
    program: from.uint(),
    version: from.uint(),
    procedure: from.int(),
    type: from.int(),
    serial: from.uint(),
    status: from.int(),
    bytes,
  };
}

/** What a packet carries after its header. Bytes behind the value are ignored, as libvirt ignores them. */
export function readPayload<Value>(packet: Packet, codec: Codec<Value>): Value {
  return codec.read(new XdrReader(packet.bytes, headerLength));
}

/** One packet, ready to send. Throws `XdrError` for a value that the protocol cannot carry. */
export function encodePacket<Value>(header: Omit<Header, 'status'> & { status?: number }, codec: Codec<Value>, value: Value): Buffer {
  const to = new XdrWriter(limits.message + lengthWord);
  to.uint(0); // the length, known at the end
  to.uint(header.program);
  to.uint(header.version);
  to.int(header.procedure);
  to.int(header.type);
  to.uint(header.serial);
  to.int(header.status ?? messageStatus.ok);
  codec.write(to, value);
  return to.finish();
}
