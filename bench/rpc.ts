import { connect } from 'node:net';
import { LibvirtClient } from '../src/rpc/client.ts';
import { encodePacket } from '../src/rpc/frame.ts';
import { authList, connectOpen } from '../src/rpc/procedures/connect.ts';
import { networkListProcedures } from '../src/rpc/procedures/network-lists.ts';
import { networkProcedures } from '../src/rpc/procedures/network.ts';
import type { Call } from '../src/rpc/procedures.ts';
import { messageType, programs, protocolVersion } from '../src/rpc/protocol.ts';
import { nothing } from '../src/rpc/xdr.ts';
import { openSpace, viaduct, type Space } from '../test/virsh/space.ts';
import { elapsed, median, type Figure } from './figure.ts';

const group = 'rpc';
const networks = 1_000;

/** A daemon with its networks, for as long as it is measured. */
interface Measured extends AsyncDisposable {
  readonly space: Space;
  readonly socket: string;
}

/**
 * What libvirt's clients feel, against Debian's libvirtd in the same run: round trips, and virsh's list of 1,000
 * networks. Both daemons are there all the time and asked in turns, so that what else the machine does hits both.
 */
export async function rpc(): Promise<readonly Figure[]> {
  await using theirs = await withNetworks('libvirtd', 'libvirt-sock');
  await using ours = await withNetworks(viaduct, 'virtnetworkd-sock');
  const inTurns = async (name: string, unit: string, rounds: number, one: (of: Measured) => Promise<number>): Promise<Figure> => {
    const times: { ours: number; theirs: number }[] = [];
    for (let round = 0; round < rounds; round++) times.push({ theirs: await one(theirs), ours: await one(ours) });
    const libvirtd = median(times.map((time) => time.theirs));
    return {
      group,
      name,
      value: median(times.map((time) => time.ours)),
      unit,
      goal: { atMost: libvirtd },
      beside: `libvirtd: ${libvirtd.toFixed(1)} ${unit}`,
    };
  };
  const secure = { number: 149, args: nothing };
  const active = { net: { name: 'n1', uuid: uuidOf(1) } };
  const everything = { need_results: 1, flags: 3 };
  return [
    {
      ...(await inTurns('round trip that asks nothing of the service, p50', 'µs', 9, (of) => roundTrips(of, 2_000, secure, undefined))),
      goal: { atMost: 20 },
    },
    await inTurns('round trip of NETWORK_IS_ACTIVE, p50', 'µs', 9, (of) => roundTrips(of, 2_000, row(152), active)),
    await inTurns(`one call that lists ${networks} networks, p50`, 'µs', 9, (of) => roundTrips(of, 50, row(283), everything)),
    await inTurns(`virsh net-list --all, ${networks} networks`, 'ms', 9, ({ space }) =>
      elapsed(() => space.sh('virsh -c network:///system net-list --all')),
    ),
  ];
}

async function withNetworks(daemon: string, socket: string): Promise<Measured> {
  const space = await openSpace(daemon);
  const path = space.path(`/run/libvirt/${socket}`);
  await defineMany(path);
  return { space, socket: path, [Symbol.asyncDispose]: () => space[Symbol.asyncDispose]() };
}

async function defineMany(path: string): Promise<void> {
  await using client = await LibvirtClient.open(path, { uri: 'network:///system', timeoutMs: 120_000 });
  const numbers = Array.from({ length: networks }, (_, index) => index);
  for (const number of numbers) {
    await client.call(row(41), {
      xml: `<network><name>n${number}</name><uuid>${uuidOf(number)}</uuid><bridge name='br-n${number}'/></network>`,
    });
  }
}

function uuidOf(number: number): string {
  return `b795d33e-f20d-4810-9df5-${String(number).padStart(12, '0')}`;
}

/** Microseconds from writing a call to having read its whole answer, one after the other on one connection: the median. */
function roundTrips(
  { socket }: Measured,
  count: number,
  call: Pick<Call<unknown, unknown>, 'number' | 'args'>,
  args: unknown,
): Promise<number> {
  const packet = (number: number, codec: Call<unknown, unknown>['args'], value: unknown): Buffer =>
    encodePacket(
      { program: programs.remote, version: protocolVersion, procedure: number, type: messageType.call, serial: 1 },
      codec,
      value,
    );
  const handshake = [packet(66, authList.args, undefined), packet(1, connectOpen.args, { name: 'network:///system', flags: 0 })];
  const asked = packet(call.number, call.args, args);
  const times: number[] = [];
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    let began = 0;
    let missing = 0;
    const next = (): void => {
      began = performance.now();
      connection.write(handshake.shift() ?? asked);
    };
    connection.on('connect', next);
    connection.on('error', reject);
    connection.on('data', (chunk: Buffer) => {
      if (missing === 0) missing = chunk.readUInt32BE(0);
      missing -= chunk.length;
      if (missing > 0) return;
      times.push((performance.now() - began) * 1000);
      if (times.length < count) return next();
      connection.destroy();
      resolve(median(times.slice(Math.ceil(count / 10))));
    });
  });
}

function row(number: number): Call<unknown, unknown> {
  return (networkProcedures.get(number) ?? networkListProcedures.get(number)) as unknown as Call<unknown, unknown>;
}
