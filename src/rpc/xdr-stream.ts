/** Bytes that are no value of the type, or a value the type cannot hold. */
export class XdrError extends Error {
  override readonly name = 'XdrError';
}

/** A place in bytes that were received. Bytes left over at the end are nobody's business: libvirt ignores them too. */
export class XdrReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Moves past `length` bytes and the zeros that fill up to four; answers where they began. */
  skip(length: number): number {
    const start = this.#at;
    const end = start + length + padding(length);
    if (end > this.#bytes.length) throw new XdrError(`${end - this.#bytes.length} bytes are missing`);
    this.#at = end;
    return start;
  }

  int(): number {
    return this.#bytes.readInt32BE(this.skip(4));
  }

  uint(): number {
    return this.#bytes.readUInt32BE(this.skip(4));
  }

  hyper(): bigint {
    return this.#bytes.readBigInt64BE(this.skip(8));
  }

  uhyper(): bigint {
    return this.#bytes.readBigUInt64BE(this.skip(8));
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.skip(8));
  }

  /** A view, not a copy: it is valid as long as the message is. */
  bytes(length: number): Buffer {
    const start = this.skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  length(maximum: number): number {
    const length = this.uint();
    if (length > maximum) throw new XdrError(`a length of ${length} where ${maximum} is the maximum`);
    return length;
  }
}

/** Collects bytes to send, up to `maximum`. */
export class XdrWriter {
  readonly #maximum: number;
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** Makes room for `length` bytes and the zeros that fill up to four; answers where they begin. */
  #reserve(length: number): number {
    const start = this.#length;
    const end = start + length + padding(length);
    if (end > this.#maximum) throw new XdrError(`more than ${this.#maximum} bytes`);
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
    }
    this.#bytes.fill(0, start + length, end);
    this.#length = end;
    return start;
  }

  int(value: number): void {
    this.#bytesAt(4).writeInt32BE(value, this.#length - 4);
  }

  uint(value: number): void {
    this.#bytesAt(4).writeUInt32BE(value, this.#length - 4);
  }

  hyper(value: bigint): void {
    this.#bytesAt(8).writeBigInt64BE(value, this.#length - 8);
  }

  uhyper(value: bigint): void {
    this.#bytesAt(8).writeBigUInt64BE(value, this.#length - 8);
  }

  double(value: number): void {
    this.#bytesAt(8).writeDoubleBE(value, this.#length - 8);
  }

  bytes(value: Uint8Array): void {
    const start = this.#reserve(value.length);
    this.#bytes.set(value, start);
  }

  /** `length` bytes as hexadecimal digits; dashes between them do not count. */
  hex(digits: string, length: number): void {
    const start = this.#reserve(length);
    let at = start;
    for (let index = 0; index < digits.length && at < start + length; index += 2) {
      if (digits.charCodeAt(index) === dash) index += 1;
      this.#bytes[at] = (nibble(digits.charCodeAt(index)) << 4) | nibble(digits.charCodeAt(index + 1));
      at += 1;
    }
    if (at !== start + length) throw new XdrError(`fewer than ${length} bytes of digits`);
  }

  text(value: string, byteLength: number): void {
    const start = this.#reserve(byteLength);
    this.#bytes.write(value, start, 'utf8');
  }

  /** What was written, and its whole length as a uint at its very beginning. */
  finish(): Buffer {
    this.#bytes.writeUInt32BE(this.#length, 0);
    return this.#bytes.subarray(0, this.#length);
  }

  #bytesAt(length: number): Buffer {
    this.#reserve(length);
    return this.#bytes;
  }
}

const dash = 0x2d;

/** Of `0`–`9`, `a`–`f`, `A`–`F`. */
function nibble(code: number): number {
  return (code & 0xf) + (code > 0x39 ? 9 : 0);
}

function padding(length: number): number {
  return (4 - (length & 3)) & 3;
}
