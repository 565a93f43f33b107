import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../src/service/context.ts';
import type { Input, OperationName } from '../../src/service/operation-types.ts';
import { natXml, testDaemon, type TestDaemon } from './daemon-space.ts';
import { TestHost, viaduct } from './harness.ts';
import { enterNewNetns, sh } from './system-space.ts';

let daemon: TestDaemon;
let host: TestHost;

const person = (user: string, uid: number, more: Partial<Caller> = {}): Caller => ({
  uid,
  gid: uid,
  pid: 1,
  user,
  door: 'rest',
  mayWrite: true,
  limited: true,
  ...more,
});
const ann = person('ann', 4001);
const bob = person('bob', 4002);
const as = <Name extends OperationName>(caller: Caller, name: Name, input: Input<Name>) => daemon.service.runOperation(caller, name, input);

beforeAll(async () => {
  host = await TestHost.create();
  enterNewNetns();
  daemon = await testDaemon();
  for (const [index, name] of ['blue', 'red'].entries()) {
    await daemon.run('network.define', { xml: natXml(name, 64 + index) });
    await daemon.run('network.start', { network: name });
  }
  await daemon.run('grant.add', { network: 'blue', grant: 'user:ann' });
});
afterAll(async () => {
  await daemon?.[Symbol.asyncDispose]();
  await host?.close();
});

describe('a user with a grant', () => {
  test('makes, sees, tells and removes a port of his own, whose tap he may open', async () => {
    const port = await as(ann, 'port.create', { network: 'blue', name: 'mine', for: 'qemu' });
    expect(port).toMatchObject({ creator: 4001, link: { kind: 'tap', uid: 4001 } });
    expect(sh(`ip -d link show ${port.link?.name}`)).toMatch(/user 4001\b/);
    expect(await as(ann, 'port.open', { port: 'mine' })).toEqual({ link: port.link?.name, multiQueue: false });
    expect((await as(ann, 'port.arguments', { port: 'mine' })).text).toContain('-netdev tap');
    expect((await as(ann, 'port.list', {})).map(({ name }) => name)).toEqual(['mine']);
    await as(ann, 'port.setLink', { port: 'mine', up: false });
    await as(ann, 'port.delete', { port: 'mine' });
    expect(await daemon.run('port.list', {})).toEqual([]);
  });

  test('sees the networks that are granted, and no others', async () => {
    expect((await as(ann, 'network.list', {})).map(({ name }) => name)).toEqual(['blue']);
    expect(await as(ann, 'network.get', { network: 'blue' })).toMatchObject({ name: 'blue', active: true });
    await expect(as(bob, 'network.list', {})).rejects.toMatchObject({ code: 'access-denied' });
  });

  test('keeps the grant when the daemon starts anew, and loses it when it is revoked', async () => {
    await daemon.run('grant.add', { network: 'red', grant: 'user:4002' });
    await daemon.restart();
    expect(await daemon.run('grant.list', { network: 'red' })).toEqual(['user:4002']);
    expect(await as(bob, 'network.get', { network: 'red' })).toMatchObject({ name: 'red' });
    await daemon.run('grant.remove', { network: 'red', grant: 'user:4002' });
    await expect(as(bob, 'network.get', { network: 'red' })).rejects.toMatchObject({ code: 'access-denied' });
  });

  test('keeps it when a specification changes the network, which has no words for grants', async () => {
    const [{ yaml } = { yaml: '' }] = (
      await daemon.run('network.preview', { text: (await daemon.run('network.xml', { network: 'blue' })).xml })
    ).networks;
    await daemon.run('spec.apply', { text: yaml.replace(/^( *)mode: nat$/m, '$1title: Ours\n$1mode: nat') });
    expect(await daemon.run('network.get', { network: 'blue' })).toMatchObject({ title: 'Ours' });
    expect(await daemon.run('grant.list', { network: 'blue' })).toEqual(['user:ann']);
  });

  test('has it also as a member of a group', async () => {
    await daemon.run('grant.add', { network: 'red', grant: 'group:4100' });
    expect(await as(person('cyd', 4003, { groups: [4100] }), 'network.get', { network: 'red' })).toMatchObject({ name: 'red' });
    await daemon.run('grant.remove', { network: 'red', grant: 'group:4100' });
  });

  test('finds the grant where libvirt’s clients carry it along', async () => {
    const { xml } = await daemon.run('network.xml', { network: 'blue' });
    expect(xml).toMatch(/<viaduct:grants xmlns:viaduct="urn:viaduct:grants">\s*<viaduct:grant user="ann"\/>/);
    await daemon.run('network.define', { xml });
    expect(await daemon.run('grant.list', { network: 'blue' })).toEqual(['user:ann']);
  });
});

describe('everything else is refused, with the way out, and changes nothing', () => {
  const wayOut = expect.stringMatching(/^Ask an administrator for: sudo viaduct net grant (blue|red|nowhere) user:(ann|bob)$/) as string;
  const cases: { name: string; run: () => Promise<unknown>; hint?: string }[] = [
    { name: 'a port on a network without a grant', run: () => as(ann, 'port.create', { network: 'red', for: 'qemu' }), hint: wayOut },
    { name: 'a port without any grant', run: () => as(bob, 'port.create', { network: 'blue', for: 'qemu' }), hint: wayOut },
    { name: 'a port on a network nobody knows', run: () => as(bob, 'port.create', { network: 'nowhere', for: 'qemu' }), hint: wayOut },
    { name: 'a wire into a namespace', run: () => as(ann, 'port.create', { network: 'blue', link: { kind: 'veth', netns: '1' } }) },
    {
      name: 'a tap with a name of his choice',
      run: () => as(ann, 'port.create', { network: 'blue', link: { kind: 'auto', name: 'tap9' } }),
    },
    { name: 'the removal of somebody else’s port', run: () => as(ann, 'port.delete', { port: 'theirs' }) },
    { name: 'the tap of somebody else’s port', run: () => as(ann, 'port.open', { port: 'theirs' }) },
    { name: 'a hypervisor’s way to make ports', run: () => as(ann, 'port.createXml', { network: 'blue', xml: '<networkport/>' }) },
    { name: 'the stop of a network', run: () => as(ann, 'network.destroy', { network: 'blue' }) },
    { name: 'a grant for himself', run: () => as(ann, 'grant.add', { network: 'red', grant: 'user:ann' }) },
    { name: 'the audit trail', run: () => as(ann, 'audit.list', {}) },
    { name: 'a whole specification', run: () => as(ann, 'spec.apply', { text: '' }) },
  ];
  beforeAll(() => daemon.run('port.create', { network: 'blue', name: 'theirs', for: 'qemu' }));
  afterAll(() => daemon.run('port.delete', { port: 'theirs' }));
  for (const { name, run, hint } of cases) {
    test(name, async () => {
      const before = await daemon.run('port.list', {});
      await expect(run()).rejects.toMatchObject({ code: 'access-denied', ...(hint !== undefined && { hint }) });
      expect(await daemon.run('port.list', {})).toEqual(before);
    });
  }

  test('a tap for another user becomes his own', async () => {
    await expect(
      as(ann, 'port.create', { network: 'blue', link: { kind: 'tap', uid: 0, gid: 0 } }).then(({ link, uuid }) =>
        daemon.run('port.delete', { port: uuid }).then(() => link),
      ),
    ).resolves.toMatchObject({ uid: 4001 });
  });

  test('a grant to nobody in particular', async () => {
    await expect(daemon.run('grant.add', { network: 'blue', grant: 'everybody' })).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

test('the kernel says who asks: an ordinary user has what is granted, by the command line', async () => {
  const { name } = await host.client.call('network.define', { xml: natXml('green', 66) });
  await host.client.call('network.start', { network: name });
  await host.host.sh(`chmod 755 ${host.folder}`);
  const run = (...argv: readonly string[]) =>
    host.host.run(['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', viaduct, '--socket', host.socket, ...argv], {
      env: { LC_ALL: 'C.UTF-8' },
    });
  const refused = await run('port', 'create', 'web', '--network', 'green');
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/hint: Ask an administrator for: sudo viaduct net grant green user:nobody/) as string,
  });
  expect(await host.must('net', 'grant', 'green', 'user:nobody')).toBe('Network green granted to user:nobody\n');
  expect(await host.must('net', 'grants', 'green')).toBe('user:nobody\n');
  expect(await run('port', 'create', 'web', '--network', 'green')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('-netdev tap,id=net-vnet0') as string,
  });
  expect(await run('net-destroy', 'green')).toMatchObject({ code: 1 });
  expect(await run('port', 'delete', 'web')).toMatchObject({ code: 0 });
  expect(await run('net-event', '--event', 'all')).toMatchObject({ code: 1, stderr: expect.stringMatching(/may not listen/) as string });
});
