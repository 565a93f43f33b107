import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { natXml, testDaemon, type TestDaemon } from './daemon-space.ts';
import { enterNewNetns, namedNetns, sh, until } from './system-space.ts';

let daemon: TestDaemon;

beforeAll(async () => {
  enterNewNetns();
  sh(
    'ip link add eth9 type veth peer name eth9-far; ip link set eth9 up; ip link set eth9-far up; ip link add br9 type bridge; ip link set br9 up',
  );
  daemon = await testDaemon();
  await daemon.run('network.define', { xml: natXml('blue', 60) });
  await daemon.run('network.start', { network: 'blue' });
});
afterAll(() => daemon[Symbol.asyncDispose]());
afterEach(async () => {
  for (const { uuid } of await daemon.run('port.list', {})) await daemon.run('port.delete', { port: uuid });
  expect(sh('ip -br link')).not.toMatch(/vnet\d|macvtap/);
});

const index = () => sh('ip -o link show vnet0').split(':')[0];
const onBridge = () => sh('ip -o link show vnet0').includes('master vb-blue');
const show = (port: string) => daemon.run('port.get', { port, details: true });
const create = (more: object) => daemon.run('port.create', { network: 'blue', for: 'qemu', ...more });

describe('a port', () => {
  test('S009: shows both halves of the wire: the tap here, the card in the guest', async () => {
    await create({ name: 'web', link: { kind: 'auto', uid: 54321 } });
    expect(await show('web')).toMatchObject({
      name: 'web',
      owner: { name: 'web' },
      network: { name: 'blue' },
      device: 'vnet0',
      state: 'plugged',
      attached: false,
      client: 'qemu',
      mac: expect.stringMatching(/^52:54:00:/) as string,
      addresses: [{ address: expect.stringMatching(/^10\.77\.60\./) as string, source: 'held' }],
    });
    expect(sh('ip -d link show vnet0')).toMatch(/master vb-blue[^]*tun type tap[^]*vnet_hdr on[^]*user 54321/);
  });

  test('takes the lowest tap name that is free, also of names others have', async () => {
    sh('ip tuntap add vnet1 mode tap');
    const names = [];
    for (const name of ['a', 'b', 'c']) names.push((await create({ name })).link?.name);
    expect(names).toEqual(['vnet0', 'vnet2', 'vnet3']);
    await daemon.run('port.delete', { port: 'b' });
    expect((await create({ name: 'd' })).link?.name).toBe('vnet2');
    sh('ip link delete vnet1');
  });

  test('is found by name, by UUID, by its wire, and by its guest', async () => {
    const { uuid } = await create({ name: 'web-eth0', owner: { name: 'web' } });
    for (const word of ['web-eth0', uuid, 'vnet0', 'web']) expect((await show(word)).uuid).toBe(uuid);
  });

  test('S122: two ports of one guest have one owner, and its name alone does not tell them apart', async () => {
    const one = await create({ name: 'web-0', owner: { name: 'web' } });
    const two = await create({ name: 'web-1', owner: { name: 'web' } });
    expect(one.owner).toEqual(two.owner);
    await expect(show('web')).rejects.toMatchObject({ code: 'invalid-argument', message: "Guest 'web' has 2 ports." });
  });

  test('is up while a program holds its tap, and plugged again when it lets go', async () => {
    await create({ name: 'web' });
    const holder = holdTap('vnet0');
    await until(async () => (await show('web')).state === 'up');
    expect(await daemon.run('guest.list', {})).toEqual([{ name: 'web', running: true, source: 'viaduct' }]);
    holder.kill('SIGKILL');
    await until(async () => (await show('web')).state === 'plugged');
  });

  test('S098: has no name in domiflist while its guest is off, and vnetN while it runs', async () => {
    const { mac } = await create({ name: 'web' });
    const row = { type: 'network', source: 'blue', model: 'virtio', mac };
    expect(await daemon.run('guest.interfaces', { guest: 'web' })).toEqual([row]);
    const holder = holdTap('vnet0');
    await until(async () => (await daemon.run('guest.interfaces', { guest: 'web' }))[0]?.link === 'vnet0');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  });

  test('outlives the daemon, with its name, program and state', async () => {
    await create({ name: 'web', link: { kind: 'auto', multiQueue: true } });
    await daemon.run('port.setLink', { port: 'web', up: false });
    const before = await show('web');
    await daemon.restart();
    expect(await show('web')).toEqual(before);
    expect(sh('ip link show vnet0')).not.toMatch(/[<,]UP[,>]/);
  });

  test('S099: is taken down and brought up again, and stays down when somebody else brings it up', async () => {
    await create({ name: 'web' });
    expect(await daemon.run('port.setLink', { port: 'web', up: false })).toMatchObject({ down: true });
    sh('ip link set vnet0 up');
    await until(() => !/[<,]UP[,>]/.test(sh('ip link show vnet0')), 5000);
    await daemon.run('port.setLink', { port: 'web', up: true });
    expect(sh('ip link show vnet0')).toMatch(/[<,]UP[,>]/);
  });

  test('S099: of a namespace leads there, and the far end goes down with the near one', async () => {
    using guest = namedNetns('pod');
    await create({ name: 'pod', for: 'none', link: { kind: 'veth', netns: guest.name } });
    expect(await show('pod')).toMatchObject({ state: 'up', device: 'vnet0' });
    await daemon.run('port.setLink', { port: 'pod', up: false });
    expect(sh(`ip -n ${guest.name} link show eth0`)).toContain('NO-CARRIER');
    await daemon.run('port.setLink', { port: 'pod', up: true });
    expect(sh(`ip -n ${guest.name} link show eth0`)).not.toContain('NO-CARRIER');
    await daemon.run('port.delete', { port: 'pod' });
  });

  test('of a network without a bridge is a macvtap, and QEMU is told its file', async () => {
    await daemon.run('network.create', {
      xml: "<network><name>direct</name><forward mode='bridge'><interface dev='eth9'/></forward></network>",
    });
    const { link, mac } = await daemon.run('port.create', { network: 'direct', name: 'web', for: 'qemu' });
    expect(link).toMatchObject({ kind: 'macvtap', name: 'macvtap0', lower: 'eth9' });
    const index = /^(\d+):/.exec(sh('ip -o link show macvtap0'))?.[1];
    expect((await daemon.run('port.arguments', { port: 'web' })).text).toBe(
      `-netdev tap,id=net-macvtap0,fd=3 -device virtio-net-pci,netdev=net-macvtap0,mac=${mac} 3<>/dev/tap${index}\n`,
    );
    await daemon.run('network.destroy', { network: 'direct' });
  });

  test('S100: of a bridge of the host is plugged into that bridge, and its address is the one it speaks from', async () => {
    using guest = namedNetns('br');
    await daemon.run('network.create', { xml: "<network><name>lan</name><forward mode='bridge'/><bridge name='br9'/></network>" });
    await daemon.run('port.create', { network: 'lan', name: 'pc', link: { kind: 'veth', netns: guest.name } });
    sh(`ip addr add 10.9.9.1/24 dev br9; ip -n ${guest.name} addr add 10.9.9.2/24 dev eth0; ping -c1 -W2 10.9.9.2`);
    expect(await show('pc')).toMatchObject({ state: 'up', addresses: [{ address: '10.9.9.2', source: 'seen' }] });
    await daemon.run('network.destroy', { network: 'lan' });
  });
});

describe('nothing that is done to a network drops a port', () => {
  test('S090: net-destroy and net-start: the tap is the same one, and back on its bridge', async () => {
    await create({ name: 'web' });
    const before = index();
    await daemon.run('network.destroy', { network: 'blue' });
    expect(index()).toBe(before);
    expect(await show('web')).toMatchObject({ state: 'planned' });
    await daemon.run('network.start', { network: 'blue' });
    expect([index(), onBridge()]).toEqual([before, true]);
  });

  test('a stopped network and a daemon that starts anew leave the tap alone', async () => {
    await create({ name: 'web' });
    const before = index();
    await daemon.run('network.destroy', { network: 'blue' });
    await daemon.restart();
    expect(index()).toBe(before);
    await daemon.run('network.start', { network: 'blue' });
    expect([index(), onBridge()]).toEqual([before, true]);
  });

  test('a bridge that somebody deletes is back with every port', async () => {
    await create({ name: 'web' });
    sh('ip link delete vb-blue');
    await until(() => onBridge(), 3000);
  });

  test('a port that somebody unplugs or deletes is back', async () => {
    await create({ name: 'web' });
    sh('ip link set vnet0 nomaster');
    await until(() => onBridge(), 3000);
    sh('ip link delete vnet0');
    await until(() => sh('ip -br link').includes('vnet0') && onBridge(), 3000);
  });
});

describe('a port whose other end is lost', () => {
  test('is shown as gone when its namespace is deleted, and comes back with it', async () => {
    sh('ip netns add vd-ports-lost');
    await create({ name: 'pod', link: { kind: 'veth', netns: 'vd-ports-lost' } });
    sh('ip netns delete vd-ports-lost');
    await until(async () => (await show('pod')).state === 'gone', 5000);
    expect((await daemon.run('network.get', { network: 'blue' })).trouble).toBeUndefined();
    sh('ip netns add vd-ports-lost');
    await until(async () => (await show('pod')).state === 'up', 8000);
    sh('ip netns delete vd-ports-lost');
  });

  test('loses its tap when the program it belongs to ends, and another one may have its name', async () => {
    const program = spawn('sleep', ['60']);
    await create({ name: 'web', holder: program.pid });
    program.kill('SIGKILL');
    await until(async () => (await show('web')).state === 'gone', 8000);
    expect(sh('ip -br link')).not.toContain('vnet0');
  });

  test('tells no program of a tap that is gone, nor hands one out', async () => {
    const program = spawn('sleep', ['60']);
    await create({ name: 'web', holder: program.pid });
    expect((await daemon.run('port.arguments', { port: 'web' })).text).toContain('ifname=vnet0');
    program.kill('SIGKILL');
    await once(program, 'exit');
    const gone = {
      code: 'operation-invalid',
      message: `The wire of port 'web' is gone: process ${program.pid}, which it was made for, has ended.`,
    };
    // At once, and when the daemon has noticed it.
    await expect(daemon.run('port.arguments', { port: 'web' })).rejects.toMatchObject(gone);
    await until(async () => (await show('web')).state === 'gone', 8000);
    await expect(daemon.run('port.arguments', { port: 'web' })).rejects.toMatchObject(gone);
    await expect(daemon.run('port.open', { port: 'web' })).rejects.toMatchObject(gone);
  });

  test('says which namespace it waits for', async () => {
    sh('ip netns add vd-ports-lost');
    await create({ name: 'pod', link: { kind: 'veth', netns: 'vd-ports-lost' } });
    sh('ip netns delete vd-ports-lost');
    await expect(daemon.run('port.arguments', { port: 'pod' })).rejects.toMatchObject({
      message: "The wire of port 'pod' is gone: namespace 'vd-ports-lost', which it led into, is not there.",
      hint: 'Make it again, and the wire is back: ip netns add vd-ports-lost',
    });
  });

  test('is noticed at the start of a daemon that was away meanwhile', async () => {
    const program = spawn('sleep', ['60']);
    await create({ name: 'web', holder: program.pid });
    const ended = once(program, 'exit');
    const restarted = daemon.restart();
    program.kill('SIGKILL');
    await ended;
    await restarted;
    await until(async () => (await show('web')).state === 'gone', 8000);
  });
});

describe('S069: MAC addresses', () => {
  test('a new one is of QEMU’s range, and nobody has it', async () => {
    const { mac } = await daemon.run('mac.new', {});
    expect(mac).toMatch(/^52:54:00:/);
    expect((await create({ name: 'web', mac })).mac).toBe(mac);
  });

  const taken = [
    { name: 'of another port', holder: "port 'web' of network 'blue'", find: async () => (await create({ name: 'web' })).mac },
    {
      name: 'of a bridge',
      holder: "the bridge of network 'blue'",
      find: async () => /52:54:[0-9a-f:]+/.exec((await daemon.run('network.xml', { network: 'blue' })).xml)?.[0] ?? '',
    },
    {
      name: 'of a card of the host',
      holder: 'the device eth9 of this host',
      find: () => Promise.resolve(/link\/ether ([0-9a-f:]+)/.exec(sh('ip link show eth9'))?.[1] ?? ''),
    },
  ];
  for (const { name, holder, find } of taken) {
    test(`the one ${name} is refused, and its holder named`, async () => {
      const wanted = await find();
      const before = (await daemon.run('port.list', {})).length;
      await expect(create({ name: 'rival', mac: wanted })).rejects.toMatchObject({
        code: 'name-in-use',
        message: `The MAC address ${wanted} is in use by ${holder}.`,
      });
      expect(await daemon.run('port.list', {})).toHaveLength(before);
    });
  }

  test("libvirt's clients hold two ports with one address while they change a card", async () => {
    const { mac } = await create({ name: 'web' });
    const xml = `<networkport><uuid>00000000-0000-4000-8000-000000000042</uuid><owner><name>vm</name><uuid>00000000-0000-4000-8000-000000000043</uuid></owner><mac address='${mac}'/></networkport>`;
    expect((await daemon.run('port.createXml', { network: 'blue', xml })).mac).toBe(mac);
  });
});

describe('what cannot be is refused, and leaves nothing behind', () => {
  const cases: { name: string; more: object; network?: string; want: object }[] = [
    {
      name: 'a tap name that another program has',
      more: { link: { kind: 'auto', name: 'eth9' } },
      want: { code: 'name-in-use', message: "A device named 'eth9' is there already." },
    },
    { name: 'an unknown network', more: {}, network: 'nowhere', want: { code: 'network-not-found' } },
    {
      name: 'a network that is not active',
      more: {},
      network: 'asleep',
      want: { code: 'operation-invalid', message: "network 'asleep' is not active" },
    },
    {
      name: 'a namespace that is not there',
      more: { link: { kind: 'veth', netns: 'nobody' } },
      want: { code: 'kernel-refused', message: expect.stringContaining("there is no network namespace 'nobody'") as string },
    },
    {
      name: 'a namespace with a path in its name',
      more: { link: { kind: 'veth', netns: '../../proc/1/ns/net' } },
      want: { code: 'invalid-argument' },
    },
    {
      name: 'a process that has ended',
      more: { holder: 4_194_303 },
      want: { code: 'invalid-argument', message: 'There is no process 4194303.' },
    },
    {
      name: 'a process whose namespace is asked for and that has ended',
      more: { link: { kind: 'veth', netns: '4194303' } },
      want: { code: 'invalid-argument' },
    },
    { name: 'a name with a slash', more: { name: 'a/b' }, want: { code: 'invalid-argument' } },
    {
      name: 'a device name that is too long',
      more: { link: { kind: 'auto', name: 'a-name-that-is-too-long' } },
      want: { code: 'invalid-argument' },
    },
    { name: 'a multicast address', more: { mac: '01:00:5e:00:00:01' }, want: { code: 'mac-invalid' } },
    { name: 'a macvtap on a bridge', more: { link: { kind: 'macvtap' } }, want: { code: 'config-unsupported' } },
    {
      name: 'several queues for Firecracker',
      more: { for: 'firecracker', link: { kind: 'auto', multiQueue: true } },
      want: { code: 'config-unsupported' },
    },
  ];
  beforeAll(() => daemon.run('network.define', { xml: natXml('asleep', 61) }));
  for (const { name, more, network = 'blue', want } of cases) {
    test(name, async () => {
      const before = sh('ip -br link');
      await expect(create({ network, ...more })).rejects.toMatchObject(want);
      expect(sh('ip -br link')).toBe(before);
      expect(await daemon.run('port.list', {})).toEqual([]);
    });
  }

  test('a name that another port has', async () => {
    await create({ name: 'web' });
    await expect(create({ name: 'web' })).rejects.toMatchObject({ code: 'name-in-use', message: "A port named 'web' exists already" });
    await expect(daemon.run('port.delete', { port: 'nobody' })).rejects.toMatchObject({
      code: 'port-not-found',
      message: "Network port 'nobody' does not exist",
    });
  });
});

/** Another program at the other end of a tap. */
function holdTap(name: string) {
  const script = `import fcntl,struct,time; f=open('/dev/net/tun','r+b',buffering=0); fcntl.ioctl(f,0x400454ca,struct.pack('16sH22x',b'${name}',0x5002)); time.sleep(60)`;
  return spawn('python3', ['-c', script]);
}
