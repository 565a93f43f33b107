import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodePacket, FrameError, FrameReader, readPayload } from '../../../src/rpc/frame.ts';
import type { Packet } from '../../../src/rpc/frame.ts';
import {
  array,
  double,
  fixedArray,
  fixedOpaque,
  hyper,
  int,
  opaque,
  optional,
  string,
  struct,
  uhyper,
  uint,
  union,
  uuid,
} from '../../../src/rpc/xdr.ts';
import type { Codec } from '../../../src/rpc/xdr.ts';
import { XdrReader, XdrWriter } from '../../../src/rpc/xdr-stream.ts';

/** Another implementation, to hold ours against. It has no types; this is what is used of it. */
interface OracleType {
  write(value: unknown, to: OracleWriter): void;
}
interface OracleWriter {
  finalize(): Buffer;
}
type OracleClass = new (...args: unknown[]) => OracleType;
const oracle = createRequire(import.meta.url)('@stellar/js-xdr') as Readonly<Record<'Int' | 'UnsignedInt' | 'Double', OracleType>> &
  Readonly<Record<'Hyper' | 'UnsignedHyper', OracleType & { fromString(digits: string): unknown }>> &
  Readonly<Record<'String' | 'Opaque' | 'VarOpaque' | 'Option' | 'Array' | 'VarArray', OracleClass>> & {
    XdrWriter: new () => OracleWriter;
  };

function theirs(type: OracleType, value: unknown): Buffer {
  const to = new oracle.XdrWriter();
  type.write(value, to);
  return to.finalize();
}

function encode<Value>(codec: Codec<Value>, value: Value): string {
  return encodePacket({ program: 0, version: 0, procedure: 0, type: 0, serial: 0 }, codec, value).subarray(28).toString('hex');
}

function decode<Value>(codec: Codec<Value>, hex: string): Value {
  return codec.read(new XdrReader(Buffer.from(hex, 'hex')));
}

const text = string(100);
const theirText = new oracle.String(100);
const words = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((word) => !word.includes('\0') && Buffer.byteLength(word) <= 100);

/** A codec, values it takes, the oracle's type, and the value as the oracle wants it. */
const cases: [name: string, codec: Codec<never>, values: fc.Arbitrary<unknown>, type: OracleType, as?: (value: never) => unknown][] = [
  ['int', int as never, fc.integer(), oracle.Int],
  ['uint', uint as never, fc.nat(0xffffffff), oracle.UnsignedInt],
  [
    'hyper',
    hyper as never,
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    oracle.Hyper,
    (value) => oracle.Hyper.fromString(String(value)),
  ],
  [
    'uhyper',
    uhyper as never,
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    oracle.UnsignedHyper,
    (value) => oracle.UnsignedHyper.fromString(String(value)),
  ],
  ['double', double as never, fc.double({ noNaN: true }), oracle.Double],
  ['string', text as never, words, theirText],
  ['opaque', opaque(50) as never, fc.uint8Array({ maxLength: 50 }), new oracle.VarOpaque(50), (value) => Buffer.from(value)],
  [
    'fixed opaque',
    fixedOpaque(7) as never,
    fc.uint8Array({ minLength: 7, maxLength: 7 }),
    new oracle.Opaque(7),
    (value) => Buffer.from(value),
  ],
  ['optional', optional(text) as never, fc.option(words), new oracle.Option(theirText)],
  ['array', array(text, 9) as never, fc.array(words, { maxLength: 9 }), new oracle.VarArray(theirText, 9)],
  ['fixed array', fixedArray(int, 4) as never, fc.array(fc.integer(), { minLength: 4, maxLength: 4 }), new oracle.Array(oracle.Int, 4)],
];

describe('our bytes are those of js-xdr, and come back as they went', () => {
  for (const [name, codec, values, type, as = (value: unknown) => value] of cases) {
    test(name, () => {
      fc.assert(
        fc.property(values, (value) => {
          const ours = encode(codec, value as never);
          expect(ours).toBe(theirs(type, as(value as never)).toString('hex'));
          const back: unknown = decode(codec, ours);
          expect(back instanceof Uint8Array ? [...back] : back).toEqual(value instanceof Uint8Array ? [...value] : value);
        }),
        { numRuns: 300 },
      );
    });
  }

  test('a struct is its fields, a union its number and arm, a UUID its sixteen bytes', () => {
    const choice = struct({ name: text, value: union({ 1: int, 4: uhyper, 7: text }), uuid });
    const value = { name: 'a', value: { type: 4, value: 5n }, uuid: '00112233-4455-6677-8899-aabbccddeeff' } as const;
    const hex = `00000001${'61000000'}00000004${'0000000000000005'}00112233445566778899aabbccddeeff`;
    expect(encode(choice, value as never)).toBe(hex);
    expect(decode(choice, hex)).toEqual(value);
  });
});

describe('refused before anything is made of it', () => {
  const broken: [string, Codec<unknown>, string][] = [
    ['a string longer than its maximum', string(3) as never, '0000000461626364'],
    ['a string longer than the packet', string(1000) as never, '0000000961626364'],
    ['a string without its padding', string(9) as never, '0000000161'],
    ['a string that is no UTF-8', string(9) as never, '00000003616262e9'.slice(0, 8) + 'e9626300'],
    ['a string with a NUL', string(9) as never, '0000000361006200'],
    ['an array longer than its maximum', array(int, 2) as never, '00000003000000010000000200000003'],
    ['an array longer than the packet', array(int, 100_000) as never, '0000ffff00000001'],
    ['opaque longer than its maximum', opaque(1) as never, '000000020102'],
    ['a union without such an arm', union({ 1: int }) as never, '0000000200000001'],
    ['an int of two bytes', int as never, '0001'],
    ['a hyper of four', hyper as never, '00000001'],
  ];
  test.each(broken)('%s', (_name, codec, hex) => {
    expect(() => decode(codec, hex)).toThrow(expect.objectContaining({ name: 'XdrError' }));
  });

  const unfit: [string, Codec<never>, unknown][] = [
    ['a string that is too long to send', string(3) as never, 'abcd'],
    ['an array that is too long to send', array(int, 1) as never, [1, 2]],
    ['a fixed array of another length', fixedArray(int, 2) as never, [1]],
    ['fixed opaque of another length', fixedOpaque(2) as never, Buffer.alloc(3)],
  ];
  test.each(unfit)('%s', (_name, codec, value) => {
    expect(() => encode(codec, value as never)).toThrow(expect.objectContaining({ name: 'XdrError' }));
  });

  test('more than a packet may hold', () => {
    const to = new XdrWriter(8);
    to.uint(1);
    expect(() => to.text('abcdefgh', 8)).toThrow('more than 8 bytes');
  });

  test('any flag but 0 means that an optional value is there', () => {
    expect(decode(optional(int), '0000000700000005')).toBe(5);
  });
});

describe('packets', () => {
  const packet = (serial: number, body: string) =>
    encodePacket({ program: 1, version: 1, procedure: 2, type: 0, serial }, string(1000), body);

  test('come out whole however a stream of them is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 200, unit: 'grapheme-ascii' }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
        (bodies, cuts) => {
          const stream = Buffer.concat(bodies.map((body, index) => packet(index, body)));
          const reader = new FrameReader();
          const found: Packet[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn++) {
            const cut = cuts[turn % cuts.length]!;
            found.push(...reader.push(stream.subarray(at, at + cut)));
            at += cut;
          }
          expect(found.map(({ serial }) => serial)).toEqual(bodies.map((_, index) => index));
          expect(found.map((each) => readPayload(each, string(1000)))).toEqual(bodies);
          expect(reader.held).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([0, 4, 27, 33_554_437, 0xffffffff])('a length of %i ends the stream', (length) => {
    const bytes = Buffer.alloc(40);
    bytes.writeUInt32BE(length);
    expect(() => [...new FrameReader().push(bytes)]).toThrow(FrameError);
  });

  test('the smallest and the largest length are fine', () => {
    const largest = Buffer.alloc(33_554_436);
    largest.writeUInt32BE(largest.length);
    const smallest = Buffer.alloc(28);
    smallest.writeUInt32BE(28);
    expect([...new FrameReader().push(Buffer.concat([smallest, largest, smallest]))].map(({ bytes }) => bytes.length)).toEqual([
      28,
      largest.length,
      28,
    ]);
  });
});
