import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LibvirtClient } from '../../src/rpc/client.ts';
import { metadataMessage } from '../../src/rpc/events.ts';
import { readPayload } from '../../src/rpc/frame.ts';
import type { Packet } from '../../src/rpc/frame.ts';
import { row } from '../unit/rpc/fixtures/wire.ts';
import { hasRoot, openSpace, viaduct } from './space.ts';
import type { Space } from './space.ts';

/**
 * The dialogues that virtqemud 11.3 has with a network daemon (it is not in Debian 12), call by call, and the
 * calls that are newer than Debian's virsh.
 */
describe.skipIf(!hasRoot)('what virtqemud asks', () => {
  const net = { name: 'demo', uuid: 'b795d33e-f20d-4810-9df5-f7a1a0972be9' };
  const guest = { name: 'g1', uuid: 'd1eb3b86-bde3-4c5e-92b9-dbe6fb298f7d' };
  const mac = '52:54:00:aa:bb:01';
  const first = 'f84da0fc-1228-4769-9279-a0a25bc80e1d';
  const second = 'f84da0fc-1228-4769-9279-a0a25bc80e1e';
  const file = (name: string) => readFileSync(new URL(`files/${name}`, import.meta.url), 'utf8');
  const portXml = (uuid: string, more = '') =>
    `<networkport>\n  <uuid>${uuid}</uuid>\n  <owner>\n    <name>${guest.name}</name>\n    <uuid>${guest.uuid}</uuid>\n  </owner>\n  <mac address='${mac}'/>\n${more}</networkport>\n`;

  let space: Space;
  const open = (onEvent?: (packet: Packet) => void) =>
    LibvirtClient.open(space.path('/run/libvirt/virtnetworkd-sock'), {
      uri: 'network:///system',
      ...(onEvent !== undefined && { onEvent }),
    });
  const ask = async (number: number, args: unknown): Promise<unknown> => {
    await using client = await relay();
    return await client.call(row(number), args);
  };
  /** A fresh connection for each operation, that says for whom it is. */
  const relay = async (): Promise<LibvirtClient> => {
    const client = await open();
    const params = [
      { field: 'user-name', value: { type: 7, value: 'ann' } },
      { field: 'unix-user-id', value: { type: 4, value: 1000n } },
      { field: 'process-id', value: { type: 3, value: 24_556n } },
    ];
    await client.call(row(419), { params, flags: 0 });
    return client;
  };

  beforeAll(async () => {
    space = await openSpace(viaduct);
    await ask(41, { xml: file('demo.xml') });
    await ask(39, { net });
  }, 180_000);
  afterAll(() => space[Symbol.asyncDispose]());

  test('S097: S101: a guest starts: the network by name, its document, a port, and the plug of that port', async () => {
    expect(await ask(46, { name: 'demo' })).toEqual({ net });
    expect(await ask(43, { net, flags: 0 })).toMatchObject({ xml: expect.stringContaining("<forward mode='nat'>") });
    const limits = "  <bandwidth>\n    <inbound average='1000' peak='2000' burst='512'/>\n    <outbound average='500'/>\n  </bandwidth>\n";
    expect(await ask(406, { network: net, xml: portXml(first, limits), flags: 0 })).toEqual({ port: { net, uuid: first } });
    expect(await ask(409, { port: { net, uuid: first }, flags: 0 })).toEqual({
      xml: portXml(first, `${limits}  <plug type='network' bridge='virbr1'/>\n`),
    });
    // virtqemud makes the tap.
    expect(
      await space.sh(
        'ip tuntap add vnet7 mode tap && ip link set vnet7 address fe:54:00:aa:bb:01 master virbr1 up && ip -o link show vnet7',
      ),
    ).toMatchObject({ output: expect.stringContaining('master virbr1') });
    expect(await ask(43, { net, flags: 0 })).toMatchObject({ xml: expect.stringContaining("<network connections='1'>") });
  });

  test('a NIC is changed: a second port of the same MAC, then the first one goes', async () => {
    expect(await ask(406, { network: net, xml: portXml(second), flags: 0 })).toEqual({ port: { net, uuid: second } });
    expect(await ask(409, { port: { net, uuid: second }, flags: 0 })).toMatchObject({ xml: expect.stringContaining("bridge='virbr1'") });
    expect(await ask(405, { network: net, uuid: first })).toEqual({ port: { net, uuid: first } });
    expect(await ask(410, { port: { net, uuid: first }, flags: 0 })).toBeUndefined();
    expect(await ask(404, { network: net, need_results: 1, flags: 0 })).toEqual({ ports: [{ net, uuid: second }], ret: 1 });
  });

  test('S099: domiftune sets parameters, and reads them back', async () => {
    const uints = (values: Record<string, number>) =>
      Object.entries(values).map(([field, value]) => ({ field, value: { type: 2, value } }));
    const port = { net, uuid: second };
    const wanted = {
      'inbound.average': 2000,
      'inbound.peak': 4000,
      'inbound.floor': 0,
      'inbound.burst': 1024,
      'outbound.average': 500,
      'outbound.peak': 0,
      'outbound.burst': 0,
    };
    expect(await ask(408, { port, params: uints(wanted), flags: 0 })).toBeUndefined();
    expect(await ask(407, { port, nparams: 0, flags: 0 })).toEqual({ params: uints(wanted), nparams: 7 });
  });

  test('virtqemud restarts: it finds its port, or claims it again with the plug it has', async () => {
    expect(await ask(405, { network: net, uuid: second })).toEqual({ port: { net, uuid: second } });
    await expect(ask(405, { network: net, uuid: first })).rejects.toMatchObject({ code: 107, domain: 19 });
    const plug = "  <plug type='network' bridge='virbr1'/>\n";
    expect(await ask(406, { network: net, xml: portXml(first, plug), flags: 1 })).toEqual({ port: { net, uuid: first } });
    expect(await ask(409, { port: { net, uuid: first }, flags: 0 })).toEqual({ xml: portXml(first, plug) });
    await expect(ask(406, { network: net, xml: portXml(guest.uuid), flags: 1 })).rejects.toMatchObject({ code: 8, domain: 19 });
    await expect(ask(406, { network: net, xml: portXml(guest.uuid, plug), flags: 0 })).rejects.toMatchObject({ code: 8, domain: 19 });
    expect(await ask(410, { port: { net, uuid: first }, flags: 0 })).toBeUndefined();
  });

  test('S099: domifaddr asks for the leases of one MAC', async () => {
    expect(await ask(341, { net, mac, need_results: 1, flags: 0 })).toEqual({ leases: [], ret: 0 });
    await space.sh('PATH=$PATH:../tools guest one 52:54:00:aa:00:01 virbr1');
    const { leases } = (await ask(341, { net, mac: '52:54:00:aa:00:01', need_results: 1, flags: 0 })) as {
      leases: { ipaddr: string; expirytime: bigint }[];
    };
    expect(leases).toMatchObject([{ iface: 'virbr1', type: 0, ipaddr: '192.168.150.55', prefix: 24, hostname: 'one', iaid: null }]);
    expect(Number(leases[0]!.expirytime)).toBeGreaterThan(Date.now() / 1000);
  });

  test('a guest stops: its port goes, twice is once too often', async () => {
    expect(await ask(410, { port: { net, uuid: second }, flags: 0 })).toBeUndefined();
    await expect(ask(410, { port: { net, uuid: second }, flags: 0 })).rejects.toMatchObject({ code: 107, domain: 19 });
  });

  test('what a relayed user did stands in the log under their name', async () => {
    expect((await space.sh('cat /run/daemon.log')).output).toContain('ann ran port.createXml');
  });

  test('metadata is set, told to who listens, read, and removed', async () => {
    const told: unknown[] = [];
    await using client = await open((packet) => told.push(readPayload(packet, metadataMessage.body)));
    const { callbackID } = (await client.call(row(313), { eventID: 1, net: null })) as { callbackID: number };
    const about = (type: number, uri: string | null = null) => ({ network: net, type, uri, flags: 0 });
    const uri = 'http://example.org/ns';
    await expect(client.call(row(445), about(0))).rejects.toMatchObject({
      code: 111,
      message: 'metadata not found: Requested metadata element is not present',
    });
    await client.call(row(444), { ...about(0), metadata: 'for the\nlab', key: null });
    await client.call(row(444), { ...about(1), metadata: 'Lab', key: null });
    await client.call(row(444), { ...about(2, uri), metadata: '<tag>v</tag>', key: 'ex' });
    expect(await client.call(row(445), about(0))).toEqual({ metadata: 'for the\nlab' });
    expect(await client.call(row(445), about(1))).toEqual({ metadata: 'Lab' });
    expect(await client.call(row(445), about(2, uri))).toEqual({ metadata: '<tag>v</tag>' });
    await client.call(row(444), { ...about(1), metadata: null, key: null });
    await expect(client.call(row(445), about(1))).rejects.toMatchObject({ code: 111 });
    await sleep(300);
    expect(told).toEqual([0, 1, 2, 1].map((type) => ({ callbackID, net, type, nsuri: type === 2 ? uri : null })));
  });
});

describe.skipIf(!hasRoot)('who may do what', () => {
  let space: Space;
  beforeAll(async () => {
    space = await openSpace(viaduct);
  }, 180_000);
  afterAll(() => space[Symbol.asyncDispose]());
  const as = (groups: string, command: string) => space.sh(`setpriv --reuid=65534 --regid=65534 ${groups} virsh ${command}`);

  test('a stranger may read on the read-only socket, and not connect to the other one', async () => {
    expect(await as('--clear-groups', '-r -c network:///system net-list --all')).toMatchObject({ status: 0 });
    expect(await as('--clear-groups', '-c network:///system net-list --all')).toMatchObject({
      status: 1,
      output: expect.stringContaining('Permission denied'),
    });
    expect(await as('--clear-groups', "-c 'network:///system?socket=/run/libvirt/virtnetworkd-sock-ro' net-define demo.xml")).toMatchObject(
      {
        status: 1,
        output: expect.stringContaining('error: operation forbidden: read only access prevents virNetworkDefineXML'),
      },
    );
  });

  test('a member of the group libvirt may write, and the log names them', async () => {
    expect(await as('--groups=64055', '-c network:///system net-define demo.xml')).toMatchObject({ status: 0 });
    expect((await space.sh('cat /run/daemon.log')).output).toContain('nobody ran network.define on demo: done');
  });

  test('every write leaves a line of audit: who, what, on what, and how it ended', async () => {
    await space.sh(
      `echo "<txt name='a' value='b'/>" >/run/txt.xml; virsh -q -c network:///system "net-define demo.xml; net-start demo; net-autostart demo; net-update demo add dns-txt /run/txt.xml --live; net-port-create demo port.xml; net-port-delete demo 25e8a4d6-1111-4444-8888-3f0c0c3c0001; net-create transient.xml; net-define bad-root.xml; net-start demo"`,
    );
    await space.sh(
      'virsh -q -c interface:///system "iface-begin; iface-define iface-bridge.xml; iface-start br7; iface-destroy br7; iface-undefine br7; iface-commit; iface-rollback"',
    );
    await using client = await LibvirtClient.open(space.path('/run/libvirt/virtnetworkd-sock'), { uri: 'network:///system' });
    const net = { name: 'demo', uuid: 'b795d33e-f20d-4810-9df5-f7a1a0972be9' };
    await client.call(row(444), { network: net, type: 1, metadata: 'Lab', key: null, uri: null, flags: 0 });
    const port = { net, uuid: '25e8a4d6-1111-4444-8888-3f0c0c3c0001' };
    await expect(client.call(row(408), { port, params: [], flags: 0 })).rejects.toMatchObject({ code: 107 });
    await client.call(row(42), { net });
    await client.call(row(49), { net });

    const lines = (await space.sh('cat /run/daemon.log')).output.split('\n').filter((line) => line.includes('"audit"'));
    const audits = lines.map(
      (line) => (JSON.parse(line) as { audit: { user: string; operation: string; target?: string; error?: string } }).audit,
    );
    const of = (operation: string) =>
      audits.filter((audit) => audit.operation === operation).map(({ user, target, error }) => [user, target, error]);
    const done = [
      ...['define', 'start', 'autostart', 'update', 'create', 'setMetadata', 'destroy', 'undefine'].map((verb) => `network.${verb}`),
      ...['createXml', 'delete'].map((verb) => `port.${verb}`),
      ...['begin', 'define', 'start', 'stop', 'undefine', 'commit'].map((verb) => `interface.${verb}`),
    ];
    const unmarked = done.filter((operation) => !of(operation).some(([user, , error]) => user === 'root' && error === undefined));
    expect(unmarked).toEqual([]);
    expect(of('network.define')).toContainEqual(['root', 'bad', expect.stringContaining("xml-root: expecting root element of 'network'")]);
    expect(of('network.start')).toContainEqual(['root', expect.anything(), 'operation-invalid: network is already active']);
    expect(of('port.setBandwidth')).toEqual([['root', expect.anything(), expect.stringContaining('port-not-found')]]);
    expect(of('interface.rollback')).toEqual([['root', undefined, expect.stringContaining('no pending transaction')]]);
  });

  test('when the daemon ends its sockets go, and a client is told by the end of its connection', async () => {
    const client = await LibvirtClient.open(space.path('/run/libvirt/virtnetworkd-sock'), { uri: 'network:///system' });
    expect((await space.sh('ls /run/libvirt | grep -c sock')).output.trim()).toBe('4');
    const daemon = '^[^ ]*/node .*viaduct.js daemon';
    await space.sh(`kill $(pgrep -f '${daemon}'); for i in $(seq 100); do pgrep -f '${daemon}' >/dev/null || break; sleep 0.1; done`);
    expect((await space.sh('ls /run/libvirt')).output).toBe('');
    await expect(client.call(row(110), undefined)).rejects.toMatchObject({ code: 'unreachable' });
    expect((await space.sh('virsh -c network:///system net-list')).output).toContain(
      "Failed to connect socket to '/var/run/libvirt/libvirt-sock'",
    );
  });
});

test.runIf(hasRoot)('who may write besides root is the configuration’s to say', async () => {
  await using space = await openSpace(`${viaduct} --config ${join(import.meta.dirname, 'files/other-group.yaml')}`);
  const define = (group: number) =>
    space.sh(`setpriv --reuid=65534 --regid=65534 --groups=${group} virsh -q -c network:///system net-define demo.xml`);
  const [libvirt, configured] = [64055, 64056];
  expect(await define(libvirt)).toMatchObject({ status: 1, output: expect.stringContaining('Permission denied') });
  expect(await define(configured)).toMatchObject({ status: 0 });
});
