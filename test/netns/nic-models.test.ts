import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { natXml, testDaemon, type TestDaemon } from './daemon-space.ts';
import { enterNewNetns, until } from './system-space.ts';

const qemu = '/usr/bin/qemu-system-x86_64';

describe.skipIf(!existsSync(qemu))('models of cards', () => {
  let daemon: TestDaemon;
  beforeAll(async () => {
    enterNewNetns();
    daemon = await testDaemon();
    await daemon.run('network.define', { xml: natXml('blue', 61) });
    await daemon.run('network.start', { network: 'blue' });
  });
  afterAll(() => daemon[Symbol.asyncDispose]());
  const create = (more: object) => daemon.run('port.create', { network: 'blue', for: 'qemu', ...more });

  test('S104: are those that QEMU itself offers for -nic, and each of them can be plugged into a machine', async () => {
    const { emulator, version, models } = await daemon.run('nic.models', {});
    expect([emulator, version]).toEqual([qemu, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
    const offered = execFileSync(qemu, ['-machine', 'pc', '-display', 'none', '-net', 'nic,model=help'], { encoding: 'utf8' });
    const theirs = offered
      .split('\n')
      .slice(1)
      .filter((line) => line !== '');
    const ours = new Set(models.map(({ device }) => device));
    // What QEMU counts among them has no wire: a switch, and a card for RDMA.
    expect(theirs.filter((device) => !ours.has(device) && !['pvrdma', 'rocker'].includes(device))).toEqual([]);
    expect(models[0]).toMatchObject({ name: 'virtio', device: 'virtio-net-pci', bus: 'PCI', needsDrivers: true });
    for (const { device, bus } of models.filter((model) => model.bus !== 'ISA')) {
      const usb = bus === 'USB' ? ['-usb'] : [];
      const machine = ['-machine', 'pc', '-nodefaults', '-display', 'none', '-S', '-qmp', 'stdio', ...usb];
      const input = '{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n';
      execFileSync(qemu, [...machine, '-netdev', 'socket,id=n,listen=127.0.0.1:0', '-device', `${device},netdev=n`], { input });
    }
  }, 60_000);

  test('S104: a guest gets the model its port asks for, and its cards are shown with it', async () => {
    for (const [name, model, shown] of [
      ['old', 'e1000-82540em', 'e1000'],
      ['new', 'virtio-net', 'virtio'],
      ['usual', undefined, 'virtio'],
    ] as const) {
      const made = await create({ name, ...(model !== undefined && { model }) });
      expect(made.model).toBe(model === undefined ? undefined : shown);
      const { argv = [] } = await daemon.run('port.arguments', { port: name });
      const machine = spawn(qemu, ['-machine', 'pc', '-nodefaults', '-display', 'none', '-S', ...argv], { stdio: 'ignore' });
      await until(async () => (await daemon.run('port.get', { port: name, details: true })).state === 'up');
      expect(await daemon.run('guest.interfaces', { guest: name })).toMatchObject([{ model: shown, link: made.link?.name }]);
      expect((await daemon.run('port.arguments', { port: name, for: 'libvirt' })).xml).toContain(`<model type='${shown}'/>`);
      machine.kill('SIGKILL');
      await daemon.run('port.delete', { port: name });
    }
  });

  test('S105: what no hardware has is marked as needing drivers inside, and only that', async () => {
    const { models } = await daemon.run('nic.models', {});
    const marked = models.filter(({ needsDrivers }) => needsDrivers).map(({ name }) => name);
    expect(marked).toEqual(['virtio', 'virtio-non-transitional', 'virtio-transitional', 'vmxnet3']);
    expect(models.find(({ name }) => name === 'e1000')).toMatchObject({ needsDrivers: false });
  });

  test('the model is still known when the daemon has restarted', async () => {
    await create({ name: 'web', model: 'e1000e' });
    await daemon.restart();
    expect(await daemon.run('port.get', { port: 'web' })).toMatchObject({ model: 'e1000e' });
    await daemon.run('port.delete', { port: 'web' });
  });

  test.each([
    ['nope', { model: 'nope' }, /^There is no network card 'nope' in \/usr\/bin\/qemu-system-x86_64\.$/],
    ['two words', { model: 'e1000,mac=x' }, /^There is no network card 'e1000,mac=x'/],
    ['a model that Firecracker has not', { model: 'e1000', for: 'firecracker' }, /^firecracker has no other card than virtio\.$/],
    ['a model with one queue', { model: 'e1000', link: { kind: 'auto', multiQueue: true } }, /^A card of model 'e1000' has one queue\.$/],
    ['a model in a namespace', { model: 'e1000', link: { kind: 'veth', netns: 'x' } }, /^A namespace has no card of a model\.$/],
  ])('%s is refused, and nothing is made', async (_name, more, message) => {
    await expect(create({ name: 'bad', ...more })).rejects.toMatchObject({ message: expect.stringMatching(message) as string });
    expect(await daemon.run('port.list', {})).toEqual([]);
  });
});
