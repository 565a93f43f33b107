import { describe, expect, test } from 'vitest';
import { apiDomain, apiName } from '../../../src/rpc/api-names.ts';
import { lifecycleMessage, metadataMessage } from '../../../src/rpc/events.ts';
import { encodePacket, FrameReader, readPayload } from '../../../src/rpc/frame.ts';
import type { Packet } from '../../../src/rpc/frame.ts';
import { messageStatus, messageType, programs, remoteError } from '../../../src/rpc/protocol.ts';
import { drivers } from '../../../src/rpc/server.ts';
import type { Call, Procedure } from '../../../src/rpc/procedures.ts';
import { nothing } from '../../../src/rpc/xdr.ts';
import type { Codec } from '../../../src/rpc/xdr.ts';
import { codecOf, protocol, vectors } from './fixtures/protocol.ts';
import type { Vector } from './fixtures/protocol.ts';

function packetOf(vector: Vector): Packet {
  const [packet, ...others] = [...new FrameReader().push(Buffer.from(vector.hex, 'hex'))];
  expect(others).toEqual([]);
  return packet!;
}

const rows = new Map(drivers.flatMap(({ procedures }) => [...procedures] as [number, Procedure & Call<unknown, unknown>][]));
const events = new Map<number, Codec<unknown>>(
  [lifecycleMessage, metadataMessage].map(({ number, body }) => [number, body as Codec<unknown>]),
);

/** The server's own codec for a recorded frame; undefined where only clients need one. */
function ownCodec(packet: Packet): Codec<unknown> | undefined {
  if (packet.program === programs.keepalive) return nothing as Codec<unknown>;
  if (packet.type === messageType.event) return events.get(packet.procedure);
  if (packet.status === messageStatus.error) return remoteError as Codec<unknown>;
  return packet.type === messageType.call ? rows.get(packet.procedure)?.args : rows.get(packet.procedure)?.ret;
}

describe('139 recorded frames', () => {
  for (const vector of vectors) {
    test(`${vector.name} decodes, and encodes to the same bytes`, () => {
      const packet = packetOf(vector);
      for (const codec of [codecOf(vector.decoded.payloadStruct), ownCodec(packet)]) {
        if (codec === undefined) continue;
        expect(encodePacket(packet, codec, readPayload(packet, codec)).toString('hex')).toBe(vector.hex);
      }
    });
  }

  test('their values are the recorded ones', () => {
    for (const vector of vectors) {
      const packet = packetOf(vector);
      const own = ownCodec(packet);
      if (own !== undefined && packet.status === 0)
        expect(comparable(readPayload(packet, own))).toEqual(comparable(vector.decoded.payload));
    }
  });
});

/** The recorder wrote UUIDs without dashes, and the arm of a union under the arm's own name. */
function comparable(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return /^[0-9a-f-]{32,36}$/.test(value) ? value.replaceAll('-', '') : value;
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object') return value;
  const { type, value: arm, ...rest } = value as Record<string, unknown>;
  const plain = arm === undefined ? (value as Record<string, unknown>) : { type, ...rest, arm };
  const isUnion = 'type' in plain && Object.keys(plain).length === 2;
  return Object.fromEntries(Object.entries(plain).map(([key, inner]) => [isUnion && key !== 'type' ? 'arm' : key, comparable(inner)]));
}

describe('the table of procedures', () => {
  for (const { number, api, args, ret, readonlyConnection, name } of protocol.procedures) {
    const row = rows.get(number);
    if (row === undefined) continue;
    test(`${number} ${name} has the definition's arguments, answer and rights`, () => {
      if (api !== undefined) expect(row.name).toBe(api);
      expect(row.write).toBe(readonlyConnection === 'denied');
      if (number >= 67 && number <= 70) return; // always refused, so nobody reads them
      for (const [own, defined] of [
        [row.args, args],
        [row.ret, ret],
      ] as const) {
        const value = sample(defined);
        const encode = (codec: Codec<unknown>) =>
          encodePacket({ program: 0, version: 0, procedure: 0, type: 0, serial: 0 }, codec, value).toString('hex');
        expect(encode(own)).toBe(encode(codecOf(defined)));
      }
    });
  }

  test('every network, port, metadata and interface call of the protocol has a row', () => {
    const ours = protocol.procedures.filter(
      ({ kind, name }) => kind === 'call' && /NETWORK|INTERFACE/.test(name) && !name.startsWith('DOMAIN'),
    );
    expect(ours.filter(({ number }) => !rows.has(number)).map(({ name }) => name)).toEqual([]);
    expect(ours.length).toBeGreaterThan(45);
  });

  test('every procedure that can be called has a name, and no other', () => {
    for (const { number, api, kind } of protocol.procedures) {
      if (kind === 'event') expect(apiName(number)).toBeUndefined();
      else if (api !== undefined) expect(apiName(number)).toBe(api);
    }
    for (const [number, name] of Object.entries(protocol.allProcedureNumbers)) {
      const bare = name.replaceAll('_', '').toLowerCase();
      const own = apiName(Number(number));
      if (own !== undefined && !/CALLBACK|RET/.test(name)) expect(own.toLowerCase()).toContain(bare.slice(0, 8));
    }
    expect(apiName(0)).toBeUndefined();
    expect(apiName(454)).toBeUndefined();
  });

  test.each([
    ['virConnectListAllDomains', 20],
    ['virNWFilterLookupByName', 33],
    ['virConnectListAllNodeDevices', 22],
    ['virConnectListAllStoragePools', 18],
    ['virConnectListAllSecrets', 30],
    ['virInterfaceDefineXML', 26],
    ['virNetworkCreate', 19],
    ['virNodeGetInfo', 20],
    ['virDomainInterfaceAddresses', 20],
  ])('an error about %s is of domain %i, as libvirtd 9.0 says it', (api, domain) => {
    expect(apiDomain(api)).toBe(domain);
  });
});

/** Some value of a defined type, different in every field, so that swapped fields show. */
function sample(name: string | null): unknown {
  let count = 0;
  const of = (type: { type: string; array?: string; size?: number; optional?: boolean }): unknown => {
    count += 1;
    if (type.type === 'string' || type.type === 'char') return `text ${count}`;
    if (type.type === 'opaque') return undefined;
    if (type.array === 'variable') return [named(type.type), named(type.type)];
    return named(type.type);
  };
  const named = (type: string): unknown => {
    if (type === 'remote_uuid') return `b795d33e-f20d-4810-9df5-${String((count += 1)).padStart(12, '0')}`;
    const known = protocol.structs[type];
    if (known !== undefined) return Object.fromEntries(known.map((field) => [field.field, of(field)]));
    if (type in protocol.unions) return { type: 2, value: (count += 1) };
    const alias = protocol.typedefs[type];
    if (alias !== undefined) return of(alias);
    return type.endsWith('hyper') ? BigInt((count += 1)) : (count += 1);
  };
  return name === null ? undefined : named(name);
}
