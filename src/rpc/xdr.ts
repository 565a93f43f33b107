import { isUtf8 } from 'node:buffer';
import type { Uuid } from '../model/units.ts';
import { XdrError } from './xdr-stream.ts';
import type { XdrReader, XdrWriter } from './xdr-stream.ts';

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

export const int: Codec<number> = { read: (from) => from.int(), write: (to, value) => to.int(value) };
export const uint: Codec<number> = { read: (from) => from.uint(), write: (to, value) => to.uint(value) };
export const hyper: Codec<bigint> = { read: (from) => from.hyper(), write: (to, value) => to.hyper(value) };
export const uhyper: Codec<bigint> = { read: (from) => from.uhyper(), write: (to, value) => to.uhyper(value) };
export const double: Codec<number> = { read: (from) => from.double(), write: (to, value) => to.double(value) };

/** No bytes at all: a procedure without arguments, or without an answer. */
export const nothing: Codec<void> = { read: () => undefined, write: () => undefined };

/**
 * UTF-8 of at most `maximum` bytes. A NUL inside is refused: libvirt's C code would see another text than we do; and so
 * are bytes that are no UTF-8, which would become other characters and mean another name.
 *
 * @param malformed What to throw for the latter.
 */
export function string(
  maximum: number,
  malformed: (bytes: Buffer) => Error = () => new XdrError('a string that is no UTF-8'),
): Codec<string> {
  return {
    read(from) {
      const bytes = from.bytes(from.length(maximum));
      if (!isUtf8(bytes)) throw malformed(bytes);
      const value = bytes.toString('utf8');
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
  write: (to, value) => to.hex(value, 16),
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

/** `char[length]` of C: an integer for each character, NULs to the end. ASCII. */
export function characters(length: number): Codec<string> {
  const codes = fixedArray(int, length);
  return {
    read: (from) =>
      String.fromCharCode(...codes.read(from))
        .split('\0', 1)
        .join(''),
    write: (to, value) => codes.write(to, [...Buffer.from(value.slice(0, length - 1).padEnd(length, '\0'), 'latin1')]),
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
