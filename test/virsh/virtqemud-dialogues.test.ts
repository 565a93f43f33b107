import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FrameReader, readPayload } from '../../src/rpc/frame.ts';
import { messageStatus, remoteError } from '../../src/rpc/protocol.ts';
import { Wire } from '../unit/rpc/fixtures/wire.ts';
import { dialogues } from './dialogues.ts';
import { hasRoot, openSpace, viaduct } from './space.ts';
import type { Space } from './space.ts';

/**
 * What virtqemud 11.3 and virtnetworkd 11.3 said to each other while guests came and went on every kind of network
 * (scripts/record-virtqemud.sh), packet by packet: virtqemud's half is said to Viaduct, which has to answer with
 * virtnetworkd's, byte for byte.
 */

/** What the guests' rows of the tutorials say of it. */
const rows: readonly (readonly [RegExp, string])[] = [
  [/on a bridge/, 'S100: as recorded, '],
  [/its (limits|addresses|cable)/, 'S099: as recorded, '],
  [/card is added/, 'S110: as recorded, '],
  [/guest starts on|restarts/, 'S097: S101: as recorded, '],
];

/** What the host has to have for it, in the recording too. */
const hosts: Readonly<Record<string, string>> = {
  'a guest starts on a pool of PCI devices':
    'mount -t tmpfs none /sys/bus/pci/devices && mkdir -p /sys/bus/pci/devices/0000:03:10.1/physfn',
};

describe.skipIf(!hasRoot)('virtqemud gets the answers that virtnetworkd gave it', () => {
  let space: Space;
  beforeAll(async () => {
    space = await openSpace(viaduct);
  }, 180_000);
  afterAll(() => space[Symbol.asyncDispose]());

  for (const { title, packets } of dialogues) {
    const row = rows.find(([pattern]) => pattern.test(title))?.[1] ?? '';
    test(`${row}${title}`, async () => {
      if (hosts[title] !== undefined) expect(await space.sh(hosts[title])).toMatchObject({ status: 0 });
      const wires = new Map<number, Wire>();
      for (const { connection, speaker, hex } of packets) {
        const wire = wires.get(connection) ?? new Wire(space.path('/run/libvirt/virtnetworkd-sock'));
        wires.set(connection, wire);
        if (speaker === 'client') wire.send(Buffer.from(hex, 'hex'));
        else expect(readable((await wire.next(10_000))?.bytes)).toEqual(readable(Buffer.from(hex, 'hex')));
      }
      expect(packets.length).toBeGreaterThan(10);
    });
  }
});

/** The packet as text, but for what is random; of an error what it says, since libvirt 11.3 numbers the places in its formats. */
function readable(bytes: Buffer | undefined): unknown {
  const [packet] = bytes === undefined ? [] : new FrameReader().push(bytes);
  if (packet === undefined) return 'nothing';
  const { procedure, serial } = packet;
  if (packet.status !== messageStatus.error) {
    return {
      procedure,
      serial,
      said: packet.bytes.toString('latin1').replace(/interfaceid='[\da-f-]{36}'/, `interfaceid='${'r'.repeat(36)}'`),
    };
  }
  const { code, domain, level, message } = readPayload(packet, remoteError);
  return { procedure, serial, code, domain, level, message };
}
