import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostAddress, outside, services } from '../../src/lab/addresses.ts';
import { eventually, TestHost, viaduct } from './harness.ts';
import { filesOf, hasIfupdown, interfaces, withIfupdown } from './ifupdown-host.ts';

/** Changes of a host whose card Debian's ifupdown keeps: its files and its programs, over a session that must not be lost. */
let host: TestHost;

describe.skipIf(!hasIfupdown)('a host of ifupdown', () => {
  beforeEach(async () => {
    host = await TestHost.create({ daemon: false });
    await withIfupdown(host);
    await host.startDaemon();
  });
  afterEach(() => host.close());

  const answers = async () => (await host.outside.run(['ping', '-c1', '-W1', hostAddress.ipv4])).code === 0;
  const isWaiting = () => existsSync(join(host.folder, 'state/checkpoint.json'));

  /** Links, addresses and ways out of the host, and its files to the byte. */
  const picture = async () =>
    `${await filesOf(host)}${await host.host
      .sh(`ip -br -o link | sed "s/@[^ ]*//" | sort; ip -br address show scope global | sed "s/@[^ ]*//"
    ip route | sed "s/ proto [a-z]*//;s/ onlink//;s/ *$//" | sort; ip -6 route show default | sed "s/ proto [a-z]*//;s/ onlink//;s/ pref medium//"`)}`;

  test('S004 S045 S059: a bridge over the card is one command: its files and the kernel change, a session lives on, and undo brings back every byte', async () => {
    await host.host.agent.call('listenTcp', { port: services.echo });
    const before = await picture();
    const { flow } = await host.outside.agent.call('startFlow', { to: hostAddress.ipv4, port: services.echo, everyMs: 20 });
    const shown = await host.must('bridge', 'create', 'br0', '--port', 'eth0', '--dry-run');
    expect(shown).toContain('--- /etc/network/interfaces');
    expect(shown).toContain('+iface br0 inet static');
    expect(await picture()).toBe(before);

    const said = await host.must('bridge', 'create', 'br0', '--port', 'eth0', '--for', '20');
    await host.must('host', 'confirm');
    const [, backup = ''] = /The files as they were: (.*)/.exec(said) ?? [];
    expect(await host.host.sh(`cat ${backup}/etc/network/interfaces; stat -c %a ${backup}/etc/network/interfaces`)).toBe(
      `${interfaces}640\n`,
    );
    const text = await host.host.sh('cat /etc/network/interfaces');
    expect(text).toContain('Ask Ann');
    expect(text).toContain('bridge_ports eth0');
    expect(await host.host.sh('ip -br address show dev br0')).toContain(hostAddress.ipv4);
    expect(await host.host.sh('ip -br address show dev eth0 scope global')).not.toContain(hostAddress.ipv4);
    expect(await host.host.sh('ip route show default')).toContain(`via ${outside.lan.ipv4} dev br0`);
    expect(await host.host.sh('cat /sys/class/net/br0/address')).toBe(await host.host.sh('cat /sys/class/net/eth0/address'));

    await host.must('host', 'undo', '--for', '20');
    await host.must('host', 'confirm');
    expect(await picture()).toBe(before);
    const { broken, received } = await host.outside.agent.call('stopFlow', { flow });
    expect(broken).toBeUndefined();
    expect(received).toBeGreaterThan(0);
  });

  const bridgeXml = (protocol: string, port = 'eth0') =>
    `<interface type='bridge' name='br0'><start mode='onboot'/>${protocol}<bridge stp='off'><interface type='ethernet' name='${port}'/></bridge></interface>`;
  const asIs = `<protocol family='ipv4'><ip address='${hostAddress.ipv4}' prefix='24'/><route gateway='${outside.lan.ipv4}'/></protocol>`;

  describe('a mistake', () => {
    const mistakes: { name: string; xml: string; says: string }[] = [
      {
        name: 'a bridge without an address',
        xml: bridgeXml(''),
        says: `${outside.lan.ipv4} was the gateway of this host, and now it has none for ipv4`,
      },
      {
        name: 'a wrong gateway',
        xml: bridgeXml(`<protocol family='ipv4'><ip address='${hostAddress.ipv4}' prefix='24'/><route gateway='203.0.113.77'/></protocol>`),
        says: 'the gateway 203.0.113.77 does not answer',
      },
      { name: 'a typo in the name of the port', xml: bridgeXml(asIs, 'eht0'), says: 'there is no interface eht0' },
    ];
    for (const { name, xml, says } of mistakes) {
      test(`S005: ${name} is taken back at once, to the byte`, async () => {
        const before = await picture();
        const { code, stderr } = await host.cli('host', 'apply', host.file('br0.xml', xml), '--backend', 'ifupdown', '--for', '60');
        expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(says) as string });
        expect(await picture()).toBe(before);
        expect(await answers()).toBe(true);
        expect(isWaiting()).toBe(false);
      });
    }

    test('S064: what would end the session of who asks is taken back at once, to the byte', async () => {
      const before = await picture();
      const other = "<protocol family='ipv4'><ip address='203.0.113.9' prefix='24'/><route gateway='203.0.113.1'/></protocol>";
      const ipv6 = `<protocol family='ipv6'><ip address='${hostAddress.ipv6}' prefix='64'/><route gateway='${outside.lan.ipv6}'/></protocol>`;
      const { code, stderr } = await host.host.run(
        [viaduct, '--socket', host.socket, 'host', 'apply', host.file('br0.xml', bridgeXml(`${other}${ipv6}`))],
        { env: { LC_ALL: 'C.UTF-8', SSH_CONNECTION: `${outside.lan.ipv4} 50022 ${hostAddress.ipv4} 22` } },
      );
      const says = `your own session from ${outside.lan.ipv4} goes to ${hostAddress.ipv4}`;
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(says) as string });
      expect(await picture()).toBe(before);
      expect(await answers()).toBe(true);
    });

    test('a file that cannot be understood is named, and nothing is touched', async () => {
      await host.host.sh(
        "echo 'iface eth1 inet static address' >> /etc/network/interfaces; echo '   frobnicate' >> /etc/network/interfaces; echo 'auto' >> /etc/network/interfaces",
      );
      const before = await picture();
      const { code, stderr } = await host.cli('bridge', 'create', 'br0', '--port', 'eth0');
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('/etc/network/interfaces:') as string });
      expect(await picture()).toBe(before);
    });

    test('what was undone by hand meanwhile is not undone again', async () => {
      await host.must('bridge', 'create', 'br0', '--port', 'eth0', '--for', '0');
      await host.host.sh("echo '# mine' >> /etc/network/interfaces");
      const before = await picture();
      const { code, stderr } = await host.cli('host', 'undo');
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('/etc/network/interfaces was changed by somebody else') as string,
      });
      expect(await picture()).toBe(before);
    });
  });

  describe('nobody confirms', () => {
    test('S004: after the deadline everything is as it was, to the byte', async () => {
      const before = await picture();
      await host.must('bridge', 'create', 'br0', '--port', 'eth0', '--for', '2');
      expect(await picture()).not.toBe(before);
      expect((await host.cli('bridge', 'create', 'br1', '--backend', 'ifupdown')).stderr).toContain(
        'an earlier change still waits to be confirmed',
      );
      await eventually('it was taken back', () => Promise.resolve(!isWaiting()), 30_000);
      expect(await picture()).toBe(before);
      expect(await answers()).toBe(true);
    });

    test('and the daemon is killed: a watchdog does it', async () => {
      const before = await picture();
      await host.must('bridge', 'create', 'br0', '--port', 'eth0', '--for', '3');
      await host.stopDaemon('KILL');
      await eventually('it was taken back', () => Promise.resolve(!isWaiting()), 30_000);
      expect(await picture()).toBe(before);
      expect(await answers()).toBe(true);
    });
  });

  describe('a daemon that dies in the middle', () => {
    for (const point of ['files:intended', 'files:left', 'files:1', 'files:entered']) {
      test(`of the change, at "${point}", leaves it to the watchdog, which does not wait`, async () => {
        const before = await picture();
        await host.stopDaemon();
        await dyingAt(point);
        expect((await host.cli('bridge', 'create', 'br0', '--port', 'eth0', '--for', '600')).code).toBe(1);
        // Where it dies before there is a watchdog, the next daemon does it.
        if (point === 'files:intended') await host.startDaemon();
        await eventually('it was taken back', () => Promise.resolve(!isWaiting()), 30_000);
        expect(await picture()).toBe(before);
        expect(await answers()).toBe(true);
      });
    }

    for (const point of ['files:left', 'files:1', 'files:entered']) {
      test(`of taking it back, at "${point}", leaves the rest to the watchdog`, async () => {
        const before = await picture();
        await host.must('bridge', 'create', 'br0', '--port', 'eth0', '--for', '5');
        await host.stopDaemon('KILL');
        await dyingAt(point);
        await eventually('it was taken back', () => Promise.resolve(!isWaiting()), 40_000);
        expect(await picture()).toBe(before);
        expect(await answers()).toBe(true);
      });
    }
  });
});

async function dyingAt(point: string): Promise<void> {
  process.env['VIADUCT_CRASH_AT'] = point;
  try {
    await host.startDaemon();
  } finally {
    delete process.env['VIADUCT_CRASH_AT'];
  }
}
