import { array, assert, integer, property, stringMatching, tuple, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Attributes, AttributeWriter } from '../../../src/system/kernel/attributes.ts';

const words = (text: string): string => text.replaceAll(' ', '');
const u32 = (value: number): number => value >>> 0;

describe('netlink attributes', () => {
  test('are length, type, value and padding, after the header', () => {
    const body = new AttributeWriter(Buffer.from([1, 0, 0, 0])).u8(5, 7).text(3, 'br').be16(9, 0x0102).body();
    expect(body.toString('hex')).toBe(words('01000000 05000500 07000000 07000300 62720000 06000900 01020000'));
  });

  test('a nest counts what is in it and says that it is one', () => {
    const body = new AttributeWriter()
      .nest(18, (link) => link.text(1, 'veth').plainNest(2, (data) => data.raw(Buffer.alloc(3, 0xff))))
      .body();
    expect(body.toString('hex')).toBe(words('18001280 09000100 76657468 00000000 08000200 ffffff00'));
  });

  test('an absent one reads as undefined, also one beyond the highest', () => {
    const read = new Attributes(new AttributeWriter().u32(4, 1).body());
    expect([read.u32(3), read.text(99), read.nested(4)?.u8(1), read.has(4)]).toEqual([undefined, undefined, undefined, true]);
  });

  test('a length that reaches beyond the message ends the list instead of the process', () => {
    const body = new AttributeWriter().u32(1, 11).u32(2, 22).body();
    body.writeUInt16LE(400, 8);
    const read = new Attributes(body);
    expect([read.u32(1), read.u32(2)]).toEqual([11, undefined]);
  });

  test('what is written is what is read, however much it is', () => {
    assert(
      property(array(tuple(stringMatching(/^[!-~]{0,40}$/), integer(), uint8Array({ maxLength: 300 })), { maxLength: 60 }), (rows) => {
        const writer = new AttributeWriter(Buffer.alloc(16));
        for (const [name, number, bytes] of rows) writer.nest(1, (row) => row.text(1, name).u32(2, number).bytes(3, bytes).be64(4, 1n));
        const read = [...eachRow(writer.body())];
        expect(read).toEqual(rows.map(([name, number, bytes]) => [name, u32(number), [...bytes], 1n]));
      }),
    );
  });
});

function* eachRow(body: Buffer): Generator<unknown[]> {
  const outer = new AttributeWriter().bytes(1, body.subarray(16)).body();
  for (const row of new Attributes(outer).list(1)) {
    const read = new Attributes(row);
    yield [read.text(1), read.u32(2), [...read.bytes(3)!], read.be64(4)];
  }
}
