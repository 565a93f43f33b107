import type { Uuid } from '../model/units.ts';

/**
 * XDR (RFC 4506) as data: a codec describes a type once and goes both ways. Every length is held
 * against the protocol's maximum, and against what is really there, before anything is made of it.
 */
export interface Codec<Value> {
  read(from: XdrReader): Value;
  write(to: XdrWriter, value: Value): void;
}

/** The values a codec reads and writes. */
export type ValueOf<C> = C extends Codec<infer Value> ? Value : never;

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

function padding(length: number): number {
  return (4 - (length & 3)) & 3;
}

export const int: Codec<number> = { read: (from) => from.int(), write: (to, value) => to.int(value) };
export const uint: Codec<number> = { read: (from) => from.uint(), write: (to, value) => to.uint(value) };
export const hyper: Codec<bigint> = { read: (from) => from.hyper(), write: (to, value) => to.hyper(value) };
export const uhyper: Codec<bigint> = { read: (from) => from.uhyper(), write: (to, value) => to.uhyper(value) };
export const double: Codec<number> = { read: (from) => from.double(), write: (to, value) => to.double(value) };

/** No bytes at all: a procedure without arguments, or without an answer. */
export const nothing: Codec<void> = { read: () => undefined, write: () => undefined };

/** UTF-8 of at most `maximum` bytes. A NUL inside is refused: libvirt's C code would see another text than we do. */
export function string(maximum: number): Codec<string> {
  return {
    read(from) {
      const value = from.bytes(from.length(maximum)).toString('utf8');
      if (value.includes('\0')) throw new XdrError('a NUL inside a string');
      return value;
    },
    write(to, value) {
      const length = Buffer.byteLength(value);
      if (length > maximum) throw new XdrError(`a string of ${length} bytes where ${maximum} is the maximum`);
      to.uint(length);
      to.text(value, length);
    },
  };
}

/** Bytes whose number the type says. */
export function fixedOpaque(length: number): Codec<Uint8Array> {
  return {
    read: (from) => from.bytes(length),
    write(to, value) {
      if (value.length !== length) throw new XdrError(`${value.length} bytes instead of ${length}`);
      to.bytes(value);
    },
  };
}

/** Bytes whose number goes before them. */
export function opaque(maximum: number): Codec<Uint8Array> {
  return {
    read: (from) => from.bytes(from.length(maximum)),
    write(to, value) {
      if (value.length > maximum) throw new XdrError(`${value.length} bytes where ${maximum} is the maximum`);
      to.uint(value.length);
      to.bytes(value);
    },
  };
}

/** libvirt's UUIDs: 16 raw bytes on the wire, text with dashes for us. */
export const uuid: Codec<Uuid> = {
  read: (from) => {
    const digits = from.bytes(16).toString('hex');
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}` as Uuid;
  },
  write: (to, value) => to.bytes(Buffer.from(value.replaceAll('-', ''), 'hex')),
};

/** A value that may be absent: `null` then. Any flag but 0 says that it is there. */
export function optional<Value>(inner: Codec<Value>): Codec<Value | null> {
  return {
    read: (from) => (from.uint() === 0 ? null : inner.read(from)),
    write(to, value) {
      to.uint(value === null ? 0 : 1);
      if (value !== null) inner.write(to, value);
    },
  };
}

/** At most `maximum` values, their number before them. */
export function array<Value>(inner: Codec<Value>, maximum: number): Codec<readonly Value[]> {
  return {
    read: (from) => readMany(from, inner, from.length(maximum)),
    write(to, values) {
      if (values.length > maximum) throw new XdrError(`${values.length} values where ${maximum} is the maximum`);
      to.uint(values.length);
      for (const value of values) inner.write(to, value);
    },
  };
}

/** Exactly `length` values and no number before them. */
export function fixedArray<Value>(inner: Codec<Value>, length: number): Codec<readonly Value[]> {
  return {
    read: (from) => readMany(from, inner, length),
    write(to, values) {
      if (values.length !== length) throw new XdrError(`${values.length} values instead of ${length}`);
      for (const value of values) inner.write(to, value);
    },
  };
}

function readMany<Value>(from: XdrReader, inner: Codec<Value>, length: number): readonly Value[] {
  const values: Value[] = [];
  for (let index = 0; index < length; index++) values.push(inner.read(from));
  return values;
}

/** Fields one after the other, in the order they are written down here. */
export function struct<Value extends object>(shape: { readonly [Field in keyof Value]: Codec<Value[Field]> }): Codec<Readonly<Value>> {
  const fields: readonly (readonly [string, Codec<unknown>])[] = Object.entries(shape);
  return {
    read(from) {
      const value: Record<string, unknown> = {};
      for (const [name, codec] of fields) value[name] = codec.read(from);
      return value as Value;
    },
    write(to, value) {
      for (const [name, codec] of fields) codec.write(to, value[name as keyof Value]);
    },
  };
}

/** A number that says which type follows, and the value of that type; `arms` by that number. */
export function union<Arms extends object>(arms: { readonly [Tag in keyof Arms]: Codec<Arms[Tag]> }): Codec<Tagged<Arms>> {
  const armOf = (type: number): Codec<unknown> => {
    const arm = (arms as Readonly<Record<number, Codec<unknown>>>)[type];
    if (arm === undefined) throw new XdrError(`a union without an arm ${type}`);
    return arm;
  };
  return {
    read(from) {
      const type = from.int();
      return { type, value: armOf(type).read(from) } as never;
    },
    write(to, { type, value }) {
      to.int(type);
      armOf(type).write(to, value);
    },
  };
}

type Tagged<Arms> = { [Tag in keyof Arms]: { readonly type: NumberIn<Tag>; readonly value: Arms[Tag] } }[keyof Arms];
type NumberIn<Key> = Key extends number | `${infer Value extends number}` ? (Key extends number ? Key : Value) : never;
