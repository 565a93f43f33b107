import { describe, expect, test } from 'vitest';
import { ViaductError } from '../../../src/model/errors.ts';
import type { ErrorCode } from '../../../src/model/errors.ts';
import { readPayload } from '../../../src/rpc/frame.ts';
import { connectOpen } from '../../../src/rpc/procedures/connect.ts';
import { vectors } from './fixtures/protocol.ts';
import type { Vector } from './fixtures/protocol.ts';
import { row, serve, serviceDouble, Wire } from './fixtures/wire.ts';

/** As the recorder wrote it down. */
// oxlint-disable-next-line typescript/no-explicit-any -- the recording has no types
type Payload = any;

/** What each operation must have said for the recorded reply to follow. */
const recorded: Readonly<Record<string, (reply: Payload) => unknown>> = {
  'network.list': ({ nets }) => nets,
  'network.get': ({ net, active, autostart, persistent }) => ({
    ...withDashes(net),
    active: active === 1,
    autostart: autostart === 1,
    persistent: persistent === 1,
  }),
  'network.xml': (reply) => reply,
  'network.define': ({ net }) => withDashes(net),
  'network.start': () => ({}),
  'network.update': () => ({}),
  'network.bridgeName': ({ name }) => ({ bridge: name }),
  'network.leases': ({ leases }) =>
    leases.map(({ iface, expirytime, type, mac, ipaddr, prefix, hostname, clientid }: Payload) => ({
      bridge: iface,
      expiry: expirytime,
      family: type === 0 ? 'ipv4' : 'ipv6',
      mac,
      address: ipaddr,
      prefix,
      hostname,
      clientId: clientid,
    })),
  'network.metadata': ({ metadata }) => ({ value: metadata }),
  'network.setMetadata': () => ({}),
  'port.list': ({ ports }) => ports.map(toPort),
  'port.get': ({ port }) => toPort(port),
  'port.createXml': ({ port }) => toPort(port),
  'port.xml': (reply) => reply,
  'port.delete': () => ({}),
  'port.setBandwidth': () => ({}),
  'interface.list': ({ ifaces }) => ifaces,
  'interface.get': ({ iface, active }) => ({ ...iface, active: active === 1 }),
  'interface.xml': (reply) => reply,
  'interface.define': ({ iface }) => iface,
};

const codes: Readonly<Record<string, ErrorCode>> = {
  '43/19': 'network-not-found',
  '55/19': 'operation-invalid',
  '9/19': 'network-exists',
  '27/5': 'xml-root',
  '67/19': 'config-unsupported',
  '92/5': 'schema-invalid',
  '106/19': 'port-exists',
  '111/19': 'metadata-missing',
  '3/26': 'no-driver-support',
  '57/26': 'interface-not-found',
};

/**
 * Where we answer otherwise on purpose: libvirt's own dialogue with polkit, node information (another host's)
 * and the list of guests (libvirt's network daemon refuses it), and recordings that begin with a reply.
 */
const others =
  /^(auth-polkit|nodeinfo|not-supported\/.*LIST_ALL_DOMAINS|keepalive|net-event|net-update-feature16|net-port-exists|iface-lookup-unknown)/;

const wanted = vectors.filter(({ name }) => !others.test(name));
const dialogueOf = ({ name }: Vector): string => name.split('/')[0]!;

describe('a recorded dialogue gets the recorded answers, byte for byte', () => {
  for (const name of new Set(wanted.map(dialogueOf))) {
    const dialogue = wanted.filter((vector) => dialogueOf(vector) === name);
    test(name, async () => {
      let reply: Vector | undefined;
      const service = serviceDouble({
        '*': () => undefined,
        ...Object.fromEntries(Object.entries(recorded).map(([operation, output]) => [operation, () => answer(reply!, output)])),
      });
      const server = await serve(service);
      const scheme = dialogue[0]!.uri.split(':')[0];
      const readOnly = name.endsWith('readonly') ? '-ro' : '';
      const wire = new Wire(server.path(`virt${scheme === 'interface' ? 'interface' : 'network'}d-sock${readOnly}`));
      if (name !== 'connect-open') await wire.ask(connectOpen, { name: dialogue[0]!.uri, flags: 0 });
      if (name === 'connect-close') await wire.askPlain(360);
      let checked = 0;
      for (const call of dialogue.filter(({ direction }) => direction === 'client->server')) {
        reply = dialogue.find(
          (frame) => frame.direction === 'server->client' && frame.decoded.header.serial === call.decoded.header.serial,
        );
        if (reply === undefined) continue;
        wire.send(Buffer.from(call.hex, 'hex'));
        const packet = await wire.next();
        expect(readable(packet!.bytes.toString('hex'))).toBe(readable(reply.hex));
        checked += 1;
      }
      expect(checked).toBeGreaterThan(0);
    });
  }
});

function answer(reply: Vector, output: (payload: Payload) => unknown): unknown {
  const payload: Payload = reply.decoded.payload ?? {};
  if (!reply.name.endsWith('-error')) return output(payload);
  const code = codes[`${payload.code}/${payload.domain}`];
  throw code === undefined ? new Error(`a new error: ${JSON.stringify(payload)}`) : new ViaductError(code, payload.str2);
}

/** libvirt 11.3 numbers the places in its formats; which way is nobody's business but a translator's. */
function readable(hex: string): string {
  return hex.replace(
    '000000186d65746164617461206e6f7420666f756e643a2025312473',
    '000000166d65746164617461206e6f7420666f756e643a2025730000',
  );
}

function withDashes(net: unknown): object {
  const { name, uuid } = (net ?? { name: '', uuid: '' }) as { name: string; uuid: string };
  return { name, uuid: uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') };
}

function toPort({ net, uuid }: Payload): object {
  return { network: withDashes(net), uuid };
}

describe('recorded events', () => {
  const demo = { name: 'demo', uuid: 'b795d33e-f20d-4810-9df5-f7a1a0972be9' } as never;

  test('a started and a stopped network are told as libvirt tells them', async () => {
    const frames = vectors.filter(({ name }) => name.startsWith('net-event-lifecycle'));
    const service = serviceDouble({});
    const server = await serve(service);
    const other = new Wire(server.path('virtnetworkd-sock'));
    await other.ask(connectOpen, { name: 'network:///system', flags: 0 });
    await other.ask(row(313), { eventID: 0, net: null }); // id 0, so that ours is 1, as in the recording
    const wire = new Wire(server.path('virtnetworkd-sock'));
    await wire.ask(connectOpen, { name: 'network:///system', flags: 0 });
    const [register, registered, stopped, started, deregister, deregistered] = frames.map(({ hex }) => hex);
    wire.send(Buffer.from(register!, 'hex'));
    expect((await wire.next())!.bytes.toString('hex')).toBe(registered);
    service.emit({ at: 0, kind: 'network-stopped', network: demo });
    service.emit({ at: 0, kind: 'network-started', network: demo });
    expect((await wire.next())!.bytes.toString('hex')).toBe(stopped);
    expect((await wire.next())!.bytes.toString('hex')).toBe(started);
    wire.send(Buffer.from(deregister!, 'hex'));
    expect((await wire.next())!.bytes.toString('hex')).toBe(deregistered);
  });

  test('changed metadata is told as libvirt 11.3 tells it', async () => {
    const frames = vectors.filter(({ name }) => name.startsWith('net-event-metadata-change'));
    const service = serviceDouble({});
    const server = await serve(service);
    const wire = new Wire(server.path('virtnetworkd-sock'));
    await wire.ask(connectOpen, { name: 'network:///system', flags: 0 });
    wire.send(Buffer.from(frames[0]!.hex, 'hex'));
    expect((await wire.next())!.bytes.toString('hex')).toBe(frames[1]!.hex);
    const { net } = frames[2]!.decoded.payload as { net: unknown };
    service.emit({ at: 0, kind: 'network-metadata', network: withDashes(net) as never, what: 'title' });
    service.emit({ at: 0, kind: 'network-updated', network: withDashes(net) as never });
    expect((await wire.next())!.bytes.toString('hex')).toBe(frames[2]!.hex);
    expect(await wire.next(100)).toBeUndefined();
  });
});

test('a recorded ping gets the recorded pong', async () => {
  const [ping, pong] = vectors.filter(({ name }) => name.startsWith('keepalive'));
  const server = await serve(serviceDouble({}));
  const wire = new Wire(server.path('virtnetworkd-sock'));
  wire.send(Buffer.from(ping!.hex, 'hex'));
  expect((await wire.next())!.bytes.toString('hex')).toBe(pong!.hex);
});

test('a recorded request arrives at the service with every field in its place', async () => {
  const service = serviceDouble({ '*': () => undefined });
  const server = await serve(service);
  const wire = new Wire(server.path('virtnetworkd-sock'));
  await wire.ask(connectOpen, { name: 'network:///system', flags: 0 });
  for (const name of [
    'net-update-add-ip-dhcp-host/03-NETWORK_UPDATE-call',
    'virtqemud-port-set-parameters/00-NETWORK_PORT_SET_PARAMETERS-call',
    'net-metadata-set/00-NETWORK_SET_METADATA-call',
  ]) {
    wire.send(Buffer.from(vectors.find((vector) => vector.name === name)!.hex, 'hex'));
    expect(readPayload((await wire.next())!, row(39).ret)).toBeUndefined();
  }
  expect(service.calls.map(({ name, input }) => [name, input])).toEqual([
    [
      'network.update',
      {
        network: 'b795d33e-f20d-4810-9df5-f7a1a0972be9',
        command: 'add-last',
        section: 'ip-dhcp-host',
        xml: "<host mac='52:54:00:00:00:01' name='a1' ip='192.168.150.20'/>",
      },
    ],
    [
      'port.setBandwidth',
      {
        network: 'bfc8c00e-cb5e-497d-ac79-7b89496356fc',
        port: 'f84da0fc-1228-4769-9279-a0a25bc80e1d',
        inbound: { average: 2000, peak: 4000, burst: 1024 },
        outbound: { average: 500 },
      },
    ],
    [
      'network.setMetadata',
      { network: 'bfc8c00e-cb5e-497d-ac79-7b89496356fc', what: 'element', uri: 'http://example.org/ns', value: '<tag>v</tag>', key: 'ex' },
    ],
  ]);
});
