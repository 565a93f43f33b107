import { connect } from 'node:net';
import { LibvirtClient } from '../src/rpc/client.ts';
import { encodePacket } from '../src/rpc/frame.ts';
import { authList, connectOpen } from '../src/rpc/procedures/connect.ts';
import { networkProcedures } from '../src/rpc/procedures/network.ts';
import type { Call } from '../src/rpc/procedures.ts';
import { messageType, programs, protocolVersion } from '../src/rpc/protocol.ts';
import { nothing } from '../src/rpc/xdr.ts';
import { openSpace, viaduct, type Space } from '../test/virsh/space.ts';
import { elapsed, median, type Figure } from './figure.ts';

const group = 'rpc';
const networks = 1_000;

interface Measured {
  readonly ping: number;
  readonly active: number;
  readonly list: number;
  readonly names: number;
}

/** What libvirt's clients feel, against Debian's libvirtd in the same run: a round trip, and virsh's lists of 1,000 networks. */
export async function rpc(): Promise<readonly Figure[]> {
  const theirs = await measure('libvirtd', 'libvirt-sock');
  const ours = await measure(viaduct, 'virtnetworkd-sock');
  const figure = (name: string, of: keyof Measured, unit: string): Figure => ({
    group,
    name,
    value: ours[of],
    unit,
    goal: { atMost: theirs[of] },
    beside: `libvirtd: ${theirs[of].toFixed(1)} ${unit}`,
  });
  return [
    { ...figure('round trip that asks nothing of the service, p50', 'ping', 'µs'), goal: { atMost: 20 } },
    figure('round trip of NETWORK_IS_ACTIVE, p50', 'active', 'µs'),
    figure(`virsh net-list --all, ${networks} networks`, 'list', 'ms'),
    figure(`virsh net-list --all --name, ${networks} networks`, 'names', 'ms'),
  ];
}

async function measure(daemon: string, socket: string): Promise<Measured> {
  await using space = await openSpace(daemon);
  const path = space.path(`/run/libvirt/${socket}`);
  await defineMany(path);
  return {
    ping: await roundTrips(path, { number: 149, args: nothing }, undefined),
    active: await roundTrips(path, row(152), { net: { name: 'n1', uuid: uuidOf(1) } }),
    list: await timed(space, 'net-list --all'),
    names: await timed(space, 'net-list --all --name'),
  };
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

/** Microseconds from writing a call to having read its answer, one after the other on one connection. */
function roundTrips(path: string, call: Pick<Call<unknown, unknown>, 'number' | 'args'>, args: unknown): Promise<number> {
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
    const connection = connect(path);
    let began = 0;
    const next = (): void => {
      began = performance.now();
      connection.write(handshake.shift() ?? asked);
    };
    connection.on('connect', next);
    connection.on('error', reject);
    connection.on('data', () => {
      times.push((performance.now() - began) * 1000);
      if (times.length < 20_000) return next();
      connection.destroy();
      resolve(median(times.slice(2_000)));
    });
  });
}

async function timed(space: Space, command: string): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 7; round++) rounds.push(await elapsed(() => space.sh(`virsh -c network:///system ${command}`)));
  return median(rounds);
}

function row(number: number): Call<unknown, unknown> {
  return networkProcedures.get(number) as unknown as Call<unknown, unknown>;
}
