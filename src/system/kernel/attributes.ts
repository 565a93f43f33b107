/**
 * Netlink attributes (struct nlattr): a 16-bit length, a 16-bit type, the value, padding to four bytes.
 * Numbers are little-endian like both machines Node runs on here; nfnetlink's values are big-endian (`be…`).
 */
const NLA_F_NESTED = 0x8000;
const NLA_TYPE_MASK = 0x3fff;

/** Builds one message body: the family's fixed header, then attributes. Methods return the writer. */
export class AttributeWriter {
  #buffer: Buffer;
  #end: number;

  constructor(header: Uint8Array = new Uint8Array(0)) {
    this.#buffer = Buffer.allocUnsafe(Math.max(256, align(header.length) * 2));
    this.#buffer.set(header, 0);
    this.#buffer.fill(0, header.length, align(header.length));
    this.#end = align(header.length);
  }

  /** The finished body. The writer must not be used afterwards. */
  body(): Buffer {
    return this.#buffer.subarray(0, this.#end);
  }

  u8(type: number, value: number): this {
    const at = this.#open(type, 1);
    this.#buffer.writeUInt8(value, at);
    return this;
  }

  u16(type: number, value: number): this {
    const at = this.#open(type, 2);
    this.#buffer.writeUInt16LE(value, at);
    return this;
  }

  u32(type: number, value: number): this {
    const at = this.#open(type, 4);
    this.#buffer.writeUInt32LE(value >>> 0, at);
    return this;
  }

  u64(type: number, value: bigint): this {
    const at = this.#open(type, 8);
    this.#buffer.writeBigUInt64LE(value, at);
    return this;
  }

  be16(type: number, value: number): this {
    const at = this.#open(type, 2);
    this.#buffer.writeUInt16BE(value, at);
    return this;
  }

  be32(type: number, value: number): this {
    const at = this.#open(type, 4);
    this.#buffer.writeUInt32BE(value >>> 0, at);
    return this;
  }

  be64(type: number, value: bigint): this {
    const at = this.#open(type, 8);
    this.#buffer.writeBigUInt64BE(value, at);
    return this;
  }

  /** With the NUL that the kernel expects of most strings. */
  text(type: number, value: string): this {
    const length = Buffer.byteLength(value);
    const start = this.#open(type, length + 1);
    this.#buffer.write(value, start);
    this.#buffer[start + length] = 0;
    return this;
  }

  bytes(type: number, value: Uint8Array): this {
    const at = this.#open(type, value.length);
    this.#buffer.set(value, at);
    return this;
  }

  flag(type: number): this {
    this.#open(type, 0);
    return this;
  }

  /** Whatever `fill` writes becomes the value. */
  nest(type: number, fill: (inner: this) => void): this {
    return this.#wrap(type | NLA_F_NESTED, fill);
  }

  /** As `nest`, without the flag that says so: what tc and older parts of rtnetlink expect, and structs before attributes. */
  plainNest(type: number, fill: (inner: this) => void): this {
    return this.#wrap(type, fill);
  }

  /** Raw bytes inside a nest, for structures that stand before attributes. */
  raw(value: Uint8Array): this {
    const length = align(value.length);
    this.#reserve(length);
    this.#buffer.set(value, this.#end);
    this.#buffer.fill(0, this.#end + value.length, this.#end + length);
    this.#end += length;
    return this;
  }

  #wrap(type: number, fill: (inner: this) => void): this {
    const start = this.#end;
    this.#open(type, 0);
    fill(this);
    this.#buffer.writeUInt16LE(this.#end - start, start);
    return this;
  }

  /** Writes the attribute's head and padding; returns where its value goes. May replace `#buffer`. */
  #open(type: number, length: number): number {
    const padded = align(length);
    this.#reserve(4 + padded);
    const value = this.#end + 4;
    this.#buffer.writeUInt16LE(4 + length, this.#end);
    this.#buffer.writeUInt16LE(type, this.#end + 2);
    this.#buffer.fill(0, value + length, value + padded);
    this.#end = value + padded;
    return value;
  }

  #reserve(length: number): void {
    if (this.#end + length <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + length));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}

/** Attributes of a received message, found by type; a type that is absent reads as undefined. The last of a repeated type wins. */
export class Attributes {
  readonly #buffer: Buffer;
  /** Where each type's value starts, and how long it is; 0 is "absent", since a value never starts at 0. */
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];

  /** @param start Where attributes begin in `buffer`: the length of the family's header. */
  constructor(buffer: Buffer, start = 0) {
    this.#buffer = buffer;
    for (let at = align(start); at + 4 <= buffer.length;) {
      const total = buffer.readUInt16LE(at);
      if (total < 4 || at + total > buffer.length) break;
      const type = buffer.readUInt16LE(at + 2) & NLA_TYPE_MASK;
      this.#starts[type] = at + 4;
      this.#lengths[type] = total - 4;
      at += align(total);
    }
  }

  has(type: number): boolean {
    return (this.#starts[type] ?? 0) !== 0;
  }

  bytes(type: number): Buffer | undefined {
    const start = this.#starts[type];
    return start ? this.#buffer.subarray(start, start + this.#lengths[type]!) : undefined;
  }

  u8(type: number): number | undefined {
    const start = this.#starts[type];
    return start ? this.#buffer.readUInt8(start) : undefined;
  }

  u16(type: number): number | undefined {
    const start = this.#starts[type];
    return start ? this.#buffer.readUInt16LE(start) : undefined;
  }

  u32(type: number): number | undefined {
    const start = this.#starts[type];
    return start ? this.#buffer.readUInt32LE(start) : undefined;
  }

  u64(type: number): bigint | undefined {
    const start = this.#starts[type];
    return start ? this.#buffer.readBigUInt64LE(start) : undefined;
  }

  be32(type: number): number | undefined {
    const start = this.#starts[type];
    return start ? this.#buffer.readUInt32BE(start) : undefined;
  }

  be64(type: number): bigint | undefined {
    const start = this.#starts[type];
    return start ? this.#buffer.readBigUInt64BE(start) : undefined;
  }

  /** Up to the NUL, or to the end where the kernel sent none. */
  text(type: number): string | undefined {
    const value = this.bytes(type);
    if (value === undefined) return undefined;
    const nul = value.indexOf(0);
    return value.toString('utf8', 0, nul < 0 ? value.length : nul);
  }

  nested(type: number): Attributes | undefined {
    const value = this.bytes(type);
    return value === undefined ? undefined : new Attributes(value);
  }

  /** The values of a nest used as a list, whatever type numbers they carry. */
  list(type: number): Buffer[] {
    const value = this.bytes(type);
    return value === undefined ? [] : attributeValues(value);
  }
}

/** The values of all attributes from `start` on, whatever their types. */
export function attributeValues(buffer: Buffer, start = 0): Buffer[] {
  const values: Buffer[] = [];
  for (let at = align(start); at + 4 <= buffer.length;) {
    const total = buffer.readUInt16LE(at);
    if (total < 4 || at + total > buffer.length) break;
    values.push(buffer.subarray(at + 4, at + total));
    at += align(total);
  }
  return values;
}

function align(length: number): number {
  return (length + 3) & ~3;
}
