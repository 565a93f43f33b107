import { stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ViaductError } from '../../../src/model/errors.ts';
import { encodePacket, readPayload } from '../../../src/rpc/frame.ts';
import { connectOpen, supportsFeature } from '../../../src/rpc/procedures/connect.ts';
import { listenUnix } from '../../../src/rpc/listen.ts';
import { messageType, programs } from '../../../src/rpc/protocol.ts';
import { serveLibvirt } from '../../../src/rpc/server.ts';
import { nothing } from '../../../src/rpc/xdr.ts';
import type { Codec } from '../../../src/rpc/xdr.ts';
import { keptLog, opened, outcome, row, serve, serviceDouble, Wire } from './fixtures/wire.ts';

const uuid = 'b795d33e-f20d-4810-9df5-f7a1a0972be9';
const net = { name: 'demo', uuid };
const summary = { name: 'demo', uuid, active: true, persistent: true, autostart: false };
const network = 'virtnetworkd-sock';

describe('handshake', () => {
  const refusals: [name: string, ask: (wire: Wire) => Promise<unknown>, answer: string][] = [
    ['a call before open', (wire) => wire.ask(row(46), { name: 'x' }), '1/7: internal error: connection not open'],
    ['a call nobody has before open', (wire) => wire.askPlain(6), '1/7: internal error: connection not open'],
    ['a feature before open', (wire) => wire.ask(supportsFeature, { feature: 14 }), '1/7: internal error: hypervisor connection not open'],
    [
      '/session',
      (wire) => wire.ask(connectOpen, { name: 'network:///session', flags: 0 }),
      "1/0: internal error: unexpected network URI path '/session', try network:///system",
    ],
    [
      'no path',
      (wire) => wire.ask(connectOpen, { name: 'network://', flags: 0 }),
      "1/0: internal error: unexpected network URI path '', try network:///system",
    ],
    [
      'another scheme',
      (wire) => wire.ask(connectOpen, { name: 'qemu:///system', flags: 0 }),
      '5/0: no connection driver available for qemu:///system',
    ],
    ['an unknown procedure', (wire) => wire.askPlain(9999), '39/7: unknown procedure: 9999'],
    ['an event as a call', (wire) => wire.askPlain(315), '39/7: unknown procedure: 315'],
    ['procedure 0', (wire) => wire.askPlain(0), '39/7: unknown procedure: 0'],
    ['a negative procedure', (wire) => wire.askPlain(-5), '39/7: unknown procedure: -5'],
    ['an unknown program', (wire) => wire.askPlain(1, { program: 4660 }), '39/7: Cannot find program 4660 version 1'],
    ['an unknown version', (wire) => wire.askPlain(1, { version: 2 }), `39/7: Cannot find program ${programs.remote} version 2`],
    ['a call with a status', (wire) => wire.askPlain(1, { status: 1 }), '39/7: Unexpected message status 1'],
    ['a payload that ends early', (wire) => wire.askPlain(1), '39/7: Unable to decode message payload'],
    ['SASL', (wire) => wire.askPlain(67), '45/7: authentication failed: authentication failed'],
    ['polkit', (wire) => wire.askPlain(70), '45/7: authentication failed: authentication failed'],
  ];
  test.each(refusals)('%s is refused as libvirt refuses it, and the connection lives on', async (_name, ask, answer) => {
    const server = await serve(serviceDouble({}));
    const wire = new Wire(server.path(network));
    expect(await ask(wire)).toBe(answer);
    expect(await wire.ask(row(66), undefined)).toEqual({ types: [0] });
  });

  test('a second open is refused', async () => {
    const server = await serve(serviceDouble({}));
    const wire = await opened(server.path(network));
    expect(await wire.ask(connectOpen, { name: null, flags: 0 })).toBe('1/7: internal error: connection already open');
  });

  test('a client without a URI is told which one it has', async () => {
    const server = await serve(serviceDouble({}));
    for (const [socket, uri] of [
      [network, 'network:///system'],
      ['virtinterfaced-sock-ro', 'interface:///system'],
    ] as const) {
      const wire = new Wire(server.path(socket));
      expect(await wire.ask(connectOpen, { name: null, flags: 0 })).toBeUndefined();
      expect(await wire.ask(row(110), undefined)).toEqual({ uri });
    }
  });

  test('features are answered as libvirtd 9.0 and virtnetworkd 11.3 answer them', async () => {
    const server = await serve(serviceDouble({}));
    const wire = await opened(server.path(network));
    const yes = new Set<number>();
    for (let feature = 0; feature < 20; feature++) {
      const answer = await wire.ask(supportsFeature, { feature });
      if (typeof answer === 'object' && answer.supported === 1) yes.add(feature);
    }
    expect([...yes]).toEqual([8, 9, 10, 14, 15, 16]);
  });

  test('the connection tells of itself', async () => {
    const server = await serve(serviceDouble({ 'status.get': () => ({ version: '1.2.3' }) }));
    const wire = await opened(server.path(network));
    expect(await wire.ask(row(3), undefined)).toEqual({ type: 'network' });
    expect(await wire.ask(row(4), undefined)).toEqual({ hv_ver: 1_002_003n });
    expect(await wire.ask(row(149), undefined)).toEqual({ secure: 1 });
    expect(await wire.ask(row(157), undefined)).toEqual({ lib_ver: 11_003_000n });
    expect(await wire.ask(row(7), undefined)).toMatchObject({ capabilities: expect.stringContaining('<arch>') });
    expect(await wire.askPlain(360)).toBeUndefined();
    expect(await wire.askPlain(361)).toBeUndefined();
  });

  test('close is answered, and then the server hangs up', async () => {
    const server = await serve(serviceDouble({}));
    const wire = await opened(server.path(network));
    expect(await wire.askPlain(2)).toBeUndefined();
    expect(await wire.next()).toBeUndefined();
    expect(wire.closed).toBe(true);
  });

  test('close lets calls that are being worked on finish', async () => {
    let finish = (): void => undefined;
    const server = await serve(serviceDouble({ 'network.start': () => new Promise<void>((resolve) => (finish = resolve)) }));
    const wire = await opened(server.path(network));
    const slow = wire.start(row(39), { net });
    expect(await wire.askPlain(2)).toBeUndefined();
    finish();
    expect((await wire.next())!.serial).toBe(slow);
    expect(await wire.next()).toBeUndefined();
    expect(wire.closed).toBe(true);
  });

  test("another driver's call is not supported, so that clients fall back", async () => {
    const server = await serve(serviceDouble({}));
    const wire = await opened(server.path(network));
    const prefix = 'this function is not supported by the connection driver: ';
    expect(await wire.askPlain(286)).toBe(`3/33: ${prefix}virConnectListAllNWFilters`);
    expect(await wire.askPlain(401)).toBe(`3/33: ${prefix}virConnectListAllNWFilterBindings`);
    expect(await wire.askPlain(284)).toBe(`3/26: ${prefix}virConnectListAllInterfaces`);
    expect(await wire.askPlain(285)).toBe(`3/22: ${prefix}virConnectListAllNodeDevices`);
    expect(await wire.askPlain(62)).toBe(`3/20: ${prefix}virDomainMigratePerform`);
    const interfaces = await opened(server.path('virtinterfaced-sock'), 'interface');
    expect(await interfaces.ask(row(46), { name: 'x' })).toBe(`3/19: ${prefix}virNetworkLookupByName`);
  });
});

describe('for virt-manager, which opens nothing that cannot say', () => {
  test('the network daemon tells the host, and no guests', async () => {
    const server = await serve(serviceDouble({}));
    const wire = await opened(server.path(network));
    expect(await wire.ask(row(6), undefined)).toMatchObject({
      model: expect.stringMatching(/^[a-z0-9_]+$/),
      nodes: 1,
      sockets: 1,
      threads: 1,
    });
    expect(await wire.ask(row(273), { need_results: 1, flags: 3 })).toEqual({ domains: [], ret: 0 });
  });
});

describe('rights', () => {
  test.each([
    ['on the read-only socket', `${network}-ro`, 0],
    ['on a connection opened read-only', network, 1],
  ])('every writing call is forbidden %s, before the service hears of it', async (_name, socket, flags) => {
    const service = serviceDouble({});
    const server = await serve(service);
    const wire = await opened(server.path(socket), 'network', flags);
    const writes: [number, unknown, string][] = [
      [39, { net }, 'virNetworkCreate'],
      [41, { xml: '<network/>' }, 'virNetworkDefineXML'],
      [291, { net, command: 3, section: 4, parentIndex: -1, xml: '', flags: 0 }, 'virNetworkUpdate'],
      [444, { network: net, type: 0, metadata: 'x', key: null, uri: null, flags: 0 }, 'virNetworkSetMetadata'],
      [406, { network: net, xml: '', flags: 0 }, 'virNetworkPortCreateXML'],
    ];
    for (const [number, args, api] of writes) {
      expect(await wire.ask(row(number), args)).toBe(`29/19: operation forbidden: read only access prevents ${api}`);
    }
    const interfaces = await opened(server.path('virtinterfaced-sock'), 'interface', 1);
    expect(await interfaces.ask(row(131), { xml: '', flags: 0 })).toBe(
      '29/26: operation forbidden: read only access prevents virInterfaceDefineXML',
    );
    expect(service.calls).toEqual([]);
  });

  test('the service learns who calls, and whether they may write', async () => {
    const service = serviceDouble({ 'network.get': () => summary });
    const server = await serve(service, { credentials: () => ({ uid: 1234567, gid: 100, pid: 77 }) });
    for (const [socket, mayWrite] of [
      [network, true],
      [`${network}-ro`, false],
    ] as const) {
      await (await opened(server.path(socket))).ask(row(152), { net });
      expect(service.calls.at(-1)?.caller).toEqual({ uid: 1234567, gid: 100, pid: 77, user: '1234567', door: 'rpc', mayWrite });
    }
  });

  test.each([
    ['root acts for whom it says', 0, { uid: 1000, gid: 100, pid: 321, user: 'ann' }],
    ['nobody else can say that they are another', 1234567, { uid: 1234567, gid: 5, pid: 77, user: '1234567' }],
  ])('%s', async (_name, uid, expected) => {
    const service = serviceDouble({ 'network.get': () => summary });
    const server = await serve(service, { credentials: () => ({ uid, gid: 5, pid: 77 }) });
    const wire = await opened(server.path(network));
    const params = [
      { field: 'user-name', value: { type: 7, value: 'ann' } },
      { field: 'unix-user-id', value: { type: 4, value: 1000n } },
      { field: 'unix-group-id', value: { type: 4, value: 100n } },
      { field: 'process-id', value: { type: 3, value: 321n } },
      { field: 'system.token', value: { type: 7, value: 'secret' } },
    ];
    expect(await wire.ask(row(419), { params, flags: 0 })).toBeUndefined();
    await wire.ask(row(152), { net });
    expect(service.calls.at(-1)?.caller).toMatchObject(expected);
  });

  test('without the group only root may use the writing sockets, and everybody the others', async () => {
    const server = await serve(serviceDouble({}));
    expect((await stat(server.path(network))).mode & 0o777).toBe(0o700);
    expect((await stat(server.path(`${network}-ro`))).mode & 0o777).toBe(0o777);
  });
});

describe('calls', () => {
  test('overlap, and answers come as they are ready', async () => {
    const gates = new Map<string, () => void>();
    const service = serviceDouble({
      'network.start': ({ network: id }: { network: string }) => new Promise<void>((resolve) => gates.set(id, resolve)),
      'network.get': () => summary,
    });
    const server = await serve(service);
    const wire = await opened(server.path(network));
    const slow = wire.start(row(39), { net });
    const quick = wire.start(row(152), { net });
    expect((await wire.next())!.serial).toBe(quick);
    gates.get(uuid)!();
    expect((await wire.next())!.serial).toBe(slow);
  });

  test('more than five of one client wait for their turn, and a ping does not', async () => {
    const release: (() => void)[] = [];
    const service = serviceDouble({ 'network.start': () => new Promise<void>((resolve) => release.push(resolve)) });
    const server = await serve(service);
    const wire = await opened(server.path(network));
    for (let call = 0; call < 12; call++) wire.start(row(39), { net });
    wire.send(
      encodePacket({ program: programs.keepalive, version: 1, procedure: 1, type: messageType.event, serial: 0 }, nothing, undefined),
    );
    expect((await wire.next())!.program).toBe(programs.keepalive);
    expect(release.length).toBe(5);
    let answered = 0;
    while (answered < 12) {
      release.shift()?.();
      if ((await wire.next(50)) !== undefined) answered += 1;
    }
    expect(service.calls.length).toBe(12);
  });

  test('a thousand of one client, sent at once, are all answered', async () => {
    const server = await serve(serviceDouble({ 'network.get': async () => summary }));
    const wire = await opened(server.path(network));
    const sent = new Set(Array.from({ length: 1000 }, () => wire.start(row(152), { net })));
    while (sent.size > 0) {
      const packet = await wire.next();
      expect(packet).toBeDefined();
      sent.delete(packet!.serial);
    }
  });

  test('arrive however the bytes are split', async () => {
    const server = await serve(serviceDouble({ 'network.get': () => summary }));
    const wire = await opened(server.path(network));
    const call = (serial: number) =>
      encodePacket({ program: programs.remote, version: 1, procedure: 152, type: messageType.call, serial }, row(152).args, { net });
    const bytes = Buffer.concat([call(1), call(2), call(3)]);
    wire.socket.setNoDelay(true);
    for (const byte of bytes) {
      wire.send(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    for (const serial of [1, 2, 3]) expect((await wire.next())!.serial).toBe(serial);
  });

  test('bytes behind the arguments are ignored', async () => {
    const server = await serve(serviceDouble({}));
    const wire = await opened(server.path(network));
    const plain = encodePacket(
      { program: programs.remote, version: 1, procedure: 110, type: messageType.call, serial: 9 },
      nothing,
      undefined,
    );
    const longer = Buffer.concat([plain, Buffer.alloc(8, 0xff)]);
    longer.writeUInt32BE(longer.length, 0);
    wire.send(longer);
    expect(outcome((await wire.next())!, row(110).ret)).toEqual({ uri: 'network:///system' });
  });

  test('stray replies, events and stream packets are swallowed', async () => {
    const server = await serve(serviceDouble({}));
    const wire = await opened(server.path(network));
    for (const type of [1, 2, 3, 6])
      wire.send(encodePacket({ program: programs.remote, version: 1, procedure: 39, type, serial: 3 }, nothing, undefined));
    expect(await wire.ask(row(110), undefined)).toEqual({ uri: 'network:///system' });
  });

  test('a bug of ours is an error for the client and a stack for the log, nothing more', async () => {
    const server = await serve(serviceDouble({ 'network.get': () => (undefined as never as { x: { y: number } }).x.y }));
    const wire = await opened(server.path(network));
    expect(await wire.ask(row(152), { net })).toMatch(/^1\/19: internal error: /);
    expect(
      server.log.lines.some(({ level, details }) => level === 'error' && 'error' in details && details.error instanceof TypeError),
    ).toBe(true);
    expect(await wire.ask(row(110), undefined)).toEqual({ uri: 'network:///system' });
  });

  test('an answer that the protocol cannot carry is an error, not an end', async () => {
    const many = Array.from({ length: 16_385 }, () => ({ name: 'x', uuid }));
    const server = await serve(serviceDouble({ 'network.list': () => many, 'network.xml': () => ({ xml: 'x'.repeat(4_194_305) }) }));
    const wire = await opened(server.path(network));
    expect(await wire.ask(row(283), { need_results: 1, flags: 0 })).toBe('39/7: Unable to encode message payload');
    expect(await wire.ask(row(283), { need_results: 0, flags: 0 })).toEqual({ nets: [], ret: 16_385 });
    expect(await wire.ask(row(43), { net, flags: 0 })).toBe('39/7: Unable to encode message payload');
  });

  test('an error about a name of four megabytes is cut, not lost', async () => {
    const server = await serve(serviceDouble({ 'network.get': () => Promise.reject(new ViaductError('network-not-found', 'x')) }));
    const wire = await opened(server.path(network));
    const answer = await wire.ask(row(46), { name: 'n'.repeat(4_194_304) });
    expect(answer).toMatch(/^43\/19: Network not found: no network with matching name 'nnn/);
    expect(String(answer).length).toBeLessThan(70_000);
  });
});

describe('bytes that are no UTF-8', () => {
  const latin1 = (call: number, before: string, after: string) => {
    const text = Buffer.from(`${before}\xe9${after}`, 'latin1');
    const padded = Buffer.alloc(Math.ceil(text.length / 4) * 4);
    text.copy(padded);
    const payload: Codec<void> = {
      read: () => undefined,
      write(to) {
        to.uint(text.length);
        to.bytes(padded);
      },
    };
    return { number: call, args: payload, ret: nothing };
  };

  test('of a document are refused as libvirt’s parser refuses them, with their place', async () => {
    const service = serviceDouble({});
    const server = await serve(service);
    const wire = await opened(server.path(network));
    const answer = await wire.ask(latin1(41, '<network>\n  <name>caf', '</name></network>'), undefined);
    expect(answer).toBe('35/19: at line 2: Input is not proper UTF-8, indicate encoding !\nBytes: 0xE9 0x3C 0x2F 0x6E');
    expect(service.calls).toEqual([]);
  });

  test('of a name mean no other name', async () => {
    const service = serviceDouble({});
    const server = await serve(service);
    const wire = await opened(server.path(network));
    expect(await wire.ask(latin1(46, 'caf', ''), undefined)).toBe('39/7: Unable to decode message payload');
    expect(service.calls).toEqual([]);
  });
});

describe('what libvirt says of bad arguments', () => {
  const cases: [name: string, number: number, args: unknown, answer: string][] = [
    [
      'a list flag',
      283,
      { need_results: 1, flags: 0x100000 },
      '8/19: unsupported flags (0x100000) in function networkConnectListAllNetworks',
    ],
    ['an XML flag', 43, { net, flags: 0x40 }, '8/19: unsupported flags (0x40) in function networkGetXMLDesc'],
    ['a define flag', 432, { xml: '', flags: 0x80000000 }, '8/19: unsupported flags (0x80000000) in function networkDefineXMLFlags'],
    [
      'an update command',
      291,
      { net, command: 9, section: 4, parentIndex: -1, xml: '', flags: 0 },
      '84/19: Operation not supported: unrecognized network update command code 9',
    ],
    [
      'an update section',
      291,
      { net, command: 3, section: 44, parentIndex: -1, xml: '', flags: 0 },
      "84/19: Operation not supported: can't update unrecognized section of network",
    ],
    ['a MAC', 341, { net, mac: 'zz', need_results: 1, flags: 0 }, '44/19: invalid MAC address: zz'],
    ['a list without room', 38, { maxnames: -1 }, '39/7: maxnames must be non-negative'],
    ['a list with too much room', 36, { maxnames: 99_999 }, '39/7: maxnames > REMOTE_NETWORK_LIST_MAX'],
    ['an event', 313, { eventID: 55, net: null }, '1/7: internal error: unsupported network event ID 55'],
    ['a callback', 314, { callbackID: 77 }, '1/7: internal error: network event callback 77 not registered'],
    [
      'metadata without a namespace',
      445,
      { network: net, type: 2, uri: null, flags: 0 },
      '8/19: uri in virNetworkGetMetadata must not be NULL',
    ],
    [
      'a title of two lines',
      444,
      { network: net, type: 1, metadata: 'a\nb', key: null, uri: null, flags: 0 },
      "8/19: metadata title can't contain newlines",
    ],
    [
      'metadata of a type nobody knows',
      445,
      { network: net, type: 9, uri: null, flags: 0 },
      "8/19: invalid argument: unknown metadata type '9'",
    ],
    [
      'metadata of both definitions at once',
      445,
      { network: net, type: 0, uri: null, flags: 3 },
      "8/19: Flags 'VIR_NETWORK_UPDATE_AFFECT_LIVE' and 'VIR_NETWORK_UPDATE_AFFECT_CONFIG' are mutually exclusive",
    ],
    [
      'a flag for metadata',
      445,
      { network: net, type: 0, uri: null, flags: 0x40 },
      '8/19: unsupported flags (0x40) in function virNetworkObjGetMetadata',
    ],
    ['a port flag', 406, { network: net, xml: '', flags: 0x40 }, '8/19: unsupported flags (0x40) in function networkPortCreateXML'],
    [
      'a port parameter',
      408,
      { port: { net, uuid }, params: [{ field: 'bogus', value: { type: 2, value: 1 } }], flags: 0 },
      "74/19: argument unsupported: parameter 'bogus' not supported",
    ],
  ];
  test.each(cases)('%s', async (_name, number, args, answer) => {
    const server = await serve(serviceDouble({}));
    const wire = await opened(server.path(network));
    expect(await wire.ask(row(number), args)).toBe(answer);
  });

  test('the same registration twice', async () => {
    const server = await serve(serviceDouble({}));
    const wire = await opened(server.path(network));
    expect(await wire.ask(row(313), { eventID: 0, net: null })).toEqual({ callbackID: 0 });
    expect(await wire.ask(row(313), { eventID: 0, net: null })).toBe('8/0: invalid argument: event callback already tracked');
    expect(await wire.ask(row(313), { eventID: 0, net })).toEqual({ callbackID: 1 });
  });

  const missing = new ViaductError('network-not-found', 'whatever');
  test.each([
    ['a name', 46, { name: 'nope' }, "no network with matching name 'nope'"],
    ['a UUID', 47, { uuid }, `no network with matching uuid '${uuid}'`],
    ['an object', 39, { net }, `no network with matching uuid '${uuid}' (demo)`],
    ['a port of an object', 410, { port: { net, uuid }, flags: 0 }, `no network with matching uuid '${uuid}' (demo)`],
  ])('%s that is not there', async (_name, number, args, text) => {
    const server = await serve(serviceDouble({ '*': () => Promise.reject(missing) }));
    const wire = await opened(server.path(network));
    expect(await wire.ask(row(number), args)).toBe(`43/19: Network not found: ${text}`);
  });

  test.each([
    ['none has it', '52:54:00:00:00:09', "57/26: Interface not found: couldn't find interface with MAC address '52:54:00:00:00:09'"],
    ['it is no MAC', 'zz', "57/26: Interface not found: couldn't find interface with MAC address 'zz'"],
    [
      'two have it',
      '52:54:00:00:00:02',
      "59/26: multiple matching interfaces found: the MAC address '52:54:00:00:00:02' matches 2 interfaces",
    ],
    ['one has it', '52:54:0:0:0:1', { iface: { name: 'eth0', mac: '52:54:00:00:00:01' } }],
  ])('an interface by MAC when %s', async (_name, mac, answer) => {
    const found = [
      ['eth0', '52:54:00:00:00:01'],
      ['br0', '52:54:00:00:00:02'],
      ['br1', '52:54:00:00:00:02'],
    ].map(([name, address]) => ({ name, mac: address, active: true }));
    const server = await serve(serviceDouble({ 'interface.list': () => found }));
    const wire = await opened(server.path('virtinterfaced-sock'), 'interface');
    expect(await wire.ask(row(129), { mac })).toEqual(answer);
  });
});

describe('events', () => {
  const event = (kind: 'network-started' | 'network-stopped', id = uuid) => ({ at: 0, kind, network: { name: 'demo', uuid: id as never } });

  test('do not overtake the answer to their registration', async () => {
    const service = serviceDouble({});
    const server = await serve(service);
    const wire = await opened(server.path(network));
    wire.start(row(313), { eventID: 0, net: null });
    const before = Date.now();
    const reply = await wire.next();
    service.emit(event('network-started'));
    service.emit(event('network-stopped'));
    expect(reply!.procedure).toBe(313);
    expect((await wire.next())!.procedure).toBe(315);
    expect(Date.now() - before).toBeGreaterThanOrEqual(45);
    expect((await wire.next())!.procedure).toBe(315);
  });

  test('go to who asked for that network, until they ask no more', async () => {
    const service = serviceDouble({});
    const server = await serve(service);
    const wire = await opened(server.path(network));
    const other = 'b795d33e-f20d-4810-9df5-000000000000';
    await wire.ask(row(313), { eventID: 0, net: { name: 'other', uuid: other } });
    service.emit(event('network-started'));
    service.emit(event('network-started', other));
    const packet = await wire.next();
    expect(readPayload(packet!, (await import('../../../src/rpc/events.ts')).lifecycleMessage.body)).toEqual({
      callbackID: 0,
      net: { name: 'demo', uuid: other },
      event: 2,
      detail: 0,
    });
    expect(await wire.ask(row(314), { callbackID: 0 })).toBeUndefined();
    service.emit(event('network-started', other));
    expect(await wire.next(100)).toBeUndefined();
  });

  test('a client that is gone costs nothing', async () => {
    const service = serviceDouble({});
    const server = await serve(service);
    const wire = await opened(server.path(network));
    await wire.ask(row(313), { eventID: 0, net: null });
    wire.socket.destroy();
    const stays = await opened(server.path(network));
    await stays.ask(row(313), { eventID: 0, net: null });
    service.emit(event('network-started'));
    expect((await stays.next())!.procedure).toBe(315);
  });
});

describe('keepalive', () => {
  test('a client that said it knows pings is pinged, and dropped when it never answers', async () => {
    const server = await serve(serviceDouble({}), { keepalive: { intervalMs: 20, count: 3 } });
    const wire = new Wire(server.path(network));
    expect(await wire.ask(supportsFeature, { feature: 10 })).toEqual({ supported: 1 });
    for (let count = 0; count < 3; count++) expect((await wire.next())!.program).toBe(programs.keepalive);
    expect(await wire.next()).toBeUndefined();
    expect(wire.closed).toBe(true);
    expect(server.log.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', details: expect.objectContaining({ reason: 'it answers no keepalive' }) }),
    );
  });

  test('a client that answers stays', async () => {
    const server = await serve(serviceDouble({}), { keepalive: { intervalMs: 10, count: 2 } });
    const wire = new Wire(server.path(network));
    await wire.ask(supportsFeature, { feature: 10 });
    for (let count = 0; count < 8; count++) {
      expect((await wire.next())!.procedure).toBe(1);
      wire.send(
        encodePacket({ program: programs.keepalive, version: 1, procedure: 2, type: messageType.event, serial: 0 }, nothing, undefined),
      );
    }
    expect(wire.closed).toBe(false);
  });

  test('who never asked for it is left alone', async () => {
    const server = await serve(serviceDouble({}), { keepalive: { intervalMs: 10, count: 1 } });
    const wire = await opened(server.path(network));
    expect(await wire.next(100)).toBeUndefined();
    expect(wire.closed).toBe(false);
  });
});

describe('a hostile client is disconnected with a line in the log, and nobody else notices', () => {
  const head = (length: number, rest = Buffer.alloc(24)) => {
    const word = Buffer.alloc(4);
    word.writeUInt32BE(length);
    return Buffer.concat([word, rest]);
  };
  test.each([
    ['a length of nothing', head(0)],
    ['a length shorter than a header', head(27)],
    ['a length beyond the maximum', head(33_554_437)],
    ['a length of four gigabytes', head(0xffffffff)],
    ['text', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    [
      'a call with descriptors',
      encodePacket({ program: programs.remote, version: 1, procedure: 343, type: 4, serial: 0 }, nothing, undefined),
    ],
    [
      'a type nobody knows',
      encodePacket({ program: programs.remote, version: 1, procedure: 343, type: 77, serial: 0 }, nothing, undefined),
    ],
  ])('%s', async (_name, bytes) => {
    const server = await serve(serviceDouble({ 'network.get': () => summary }));
    const peaceful = await opened(server.path(network));
    const hostile = new Wire(server.path(network));
    hostile.send(bytes);
    expect(await hostile.next()).toBeUndefined();
    expect(hostile.closed).toBe(true);
    expect(server.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(await peaceful.ask(row(152), { net })).toEqual({ active: 1 });
  });

  test('who announces 32 MiB and sends little makes us hold little', async () => {
    const server = await serve(serviceDouble({}));
    const before = process.memoryUsage().arrayBuffers;
    const wires = Array.from({ length: 50 }, () => new Wire(server.path(network)));
    for (const wire of wires) wire.send(head(33_554_436, Buffer.alloc(1000)));
    const peaceful = await opened(server.path(network));
    await peaceful.ask(row(110), undefined);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 * 1024);
  });

  test('who does not read gets no more answers than fit, and the rest when he reads on', async () => {
    const service = serviceDouble({ 'network.xml': () => ({ xml: 'x'.repeat(4_000_000) }), 'network.get': () => summary });
    const server = await serve(service);
    const wire = await opened(server.path(network));
    wire.socket.pause();
    for (let call = 0; call < 15; call++) wire.start(row(43), { net, flags: 0 });
    const peaceful = await opened(server.path(network));
    for (let call = 0; call < 50; call++) expect(await peaceful.ask(row(152), { net })).toEqual({ active: 1 });
    expect(service.calls.filter(({ name }) => name === 'network.xml').length).toBeLessThanOrEqual(6);
    wire.socket.resume();
    for (let answer = 0; answer < 15; answer++) expect((await wire.next(5_000))?.bytes.length).toBeGreaterThan(4_000_000);
  });

  test('who does not read what he asked to be told is dropped before it fills the memory', async () => {
    const service = serviceDouble({});
    const server = await serve(service);
    const wire = await opened(server.path(network));
    await wire.ask(row(313), { eventID: 0, net: null });
    wire.socket.pause();
    const name = 'n'.repeat(1_000_000);
    for (let event = 0; event < 100; event++) service.emit({ at: 0, kind: 'network-started', network: { name, uuid: uuid as never } });
    await expect
      .poll(() => server.log.lines.some(({ details }) => 'reason' in details && details.reason === 'it does not read what it asked for'), {
        timeout: 5_000,
      })
      .toBe(true);
  });

  test('when incomplete packets fill the memory, who sent the most of them goes, and nobody else', { timeout: 30_000 }, async () => {
    const server = await serve(serviceDouble({ 'network.get': () => summary }));
    const small = await opened(server.path(network));
    const call = encodePacket({ program: programs.remote, version: 1, procedure: 152, type: messageType.call, serial: 7 }, row(152).args, {
      net,
    });
    small.send(call.subarray(0, 30));
    const hostile = Array.from({ length: 9 }, () => new Wire(server.path(network)));
    const part = Buffer.alloc(1024 * 1024);
    for (const wire of hostile) wire.send(head(33_554_436));
    for (let sent = 0; sent < 31; sent++) {
      for (const wire of hostile) wire.send(part);
      await new Promise(setImmediate);
    }
    await expect.poll(() => hostile.some(({ closed }) => closed), { timeout: 20_000 }).toBe(true);
    small.send(call.subarray(30));
    expect((await small.next())?.serial).toBe(7);
  });
});

describe('sockets', () => {
  test('are unlinked when the server ends', async () => {
    const server = await serve(serviceDouble({}));
    await stat(server.path(network));
    await server.stop();
    await expect(stat(server.path(network))).rejects.toThrow('ENOENT');
  });

  test('that a dead daemon left are taken over', async () => {
    const server = await serve(serviceDouble({}));
    const stale = server.path('stale');
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(`${stale}.x`, resolve));
    await (await import('node:fs/promises')).link(`${stale}.x`, stale);
    await new Promise((resolve) => dead.close(resolve));
    expect((await stat(stale)).isSocket()).toBe(true);
    const mine = await listenUnix(stale, { mode: 0o700 }, (socket) => socket.destroy());
    await mine[Symbol.asyncDispose]();
    await expect(stat(stale)).rejects.toThrow('ENOENT');
  });

  test('that a living daemon answers on are left to it, and nothing of ours stays behind', async () => {
    const server = await serve(serviceDouble({}));
    const again = serveLibvirt(serviceDouble({}), {
      directory: server.directory,
      log: keptLog(),
      credentials: () => ({ uid: 0, gid: 0, pid: 1 }),
    });
    await expect(again).rejects.toThrow(`Another daemon answers on ${server.path(network)}.`);
    expect(await (await opened(server.path(network))).ask(row(110), undefined)).toEqual({ uri: 'network:///system' });
  });

  test('a file of that name that is no socket is not touched', async () => {
    const server = await serve(serviceDouble({}));
    await writeFile(server.path('file'), 'precious');
    await expect(listenUnix(server.path('file'), { mode: 0o700 }, () => undefined)).rejects.toThrow('exists and is not a socket');
  });
});
