import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Finding } from '../../src/model/doctor.ts';
import { outside } from '../../src/lab/addresses.ts';
import { eventually, TestHost, viaduct, type TestGuest } from './harness.ts';
import { networkXml } from './traffic-networks.ts';

let host: TestHost;
let ann: TestGuest;
let bob: TestGuest;
let bobs = '';

beforeAll(async () => {
  host = await TestHost.create({ daemon: false });
  await host.host.sh('rm -f /etc/sysctl.d/* /etc/udev/rules.d/*; mkdir -p /etc/sysctl.d /etc/udev/rules.d');
  await host.startDaemon();
  await host.start(networkXml({ name: 'blue', bridge: 'virbr1', subnet: 61, forward: "<forward mode='nat'/>" }));
  [ann, bob] = [await host.guest('virbr1'), await host.guest('virbr1')];
  for (const guest of [ann, bob]) if ((await guest.dhcp()) === undefined) throw new Error('no lease');
  bobs = (await bob.addresses())[0] ?? '';
}, 60_000);
afterAll(() => host?.close());

const switches = (value: 0 | 1) =>
  host.host.sh(`for key in iptables ip6tables arptables; do sysctl -qw net.bridge.bridge-nf-call-$key=${value}; done`);
const values = async () => (await host.host.sh('cat /proc/sys/net/bridge/bridge-nf-call-*')).trim().split('\n').join('');
const findings = async () => (await host.client.call('doctor.examine', {})).findings;
const found = async (code: Finding['code']) => (await findings()).find((one) => one.code === code);
const reachesNeighbour = () => ann.ping(bobs, { tries: 2 });

/** Docker's rules, as it makes them, and its bridge. */
const docker = `
  ip link add docker0 type bridge
  iptables-nft -N DOCKER-USER
  iptables-nft -A DOCKER-USER -j RETURN
  iptables-nft -P FORWARD DROP
  iptables-nft -A FORWARD -j DOCKER-USER
  iptables-nft -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
  iptables-nft -A FORWARD -i docker0 ! -o docker0 -j ACCEPT`;
const noDocker = 'ip link delete docker0; iptables-nft -P FORWARD ACCEPT; iptables-nft -F; iptables-nft -X';

describe('bridged frames and the packet filter of the host', () => {
  afterEach(async () => {
    await host.host.sh('nft list tables | grep -q "inet strict" && nft delete table inet strict || true');
  });

  test('S071: a host whose switches are on is told so, and with a harmless filter it is a note', async () => {
    await switches(1);
    expect(await found('bridge-filter-on')).toMatchObject({
      verdict: 'note',
      object: 'bridge virbr1',
      cause: expect.stringContaining('net.bridge.bridge-nf-call-iptables=1') as string,
      remedy: 'bridge-filter',
    });
    expect(await reachesNeighbour()).toBe(true);
  });

  test('S075: a filter that parts guests of one bridge is named, with br_netfilter and the very rule', async () => {
    await host.host.sh(
      `nft 'table inet strict { chain f { type filter hook forward priority 5; policy accept; ct state established accept; iifname "virbr1" oifname "virbr1" ip protocol icmp counter reject; ip saddr 192.168.61.0/24 ip daddr 192.168.61.0/24 counter drop; }; }'`,
    );
    expect(await reachesNeighbour()).toBe(false);
    const { cause, fix, verdict } = (await found('bridge-filter-drops')) ?? expect.fail('nothing was found');
    expect(verdict).toBe('problem');
    expect(cause).toMatch(
      /^Guests of virbr1 do not reach each other over IPv4: br_netfilter shows .* and chain f of table inet strict drops them, by "ip saddr 192\.168\.61\.0\/24 ip daddr 192\.168\.61\.0\/24 counter packets \d+ bytes \d+ drop"\.$/,
    );
    expect(fix).toContain('nft insert rule inet strict f iifname virbr1 oifname virbr1 accept');
    await host.host.sh('nft insert rule inet strict f iifname virbr1 oifname virbr1 accept');
    expect(await reachesNeighbour()).toBe(true);
    expect(await found('bridge-filter-drops')).toBeUndefined();
  });

  test('S075: a policy that drops is named too, of iptables of both kinds', async () => {
    for (const [tool, table] of [
      ['iptables-nft', 'table filter of iptables'],
      ['iptables-legacy', 'table filter of iptables-legacy'],
    ] as const) {
      await host.host.sh(
        `${tool} -P FORWARD DROP; ${tool} -A FORWARD -i virbr1 ! -o virbr1 -j ACCEPT; ${tool} -A FORWARD -o virbr1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
      );
      expect(await reachesNeighbour()).toBe(false);
      expect(await found('bridge-filter-drops')).toMatchObject({
        cause: expect.stringContaining(`chain FORWARD of ${table} drops what no rule of it accepts`) as string,
      });
      await host.host.sh(`${tool} -P FORWARD ACCEPT; ${tool} -F FORWARD`);
      expect(await reachesNeighbour()).toBe(true);
    }
  });

  test('S072: S073: --fix shows what it will do, writes it where it lasts, sets it, and says what it ran; --undo puts all back', async () => {
    const dry = await host.cli('doctor', '--fix', '--dry-run');
    expect(dry).toMatchObject({ code: 4, stdout: expect.stringContaining('write /etc/sysctl.d/99-viaduct-bridge.conf') as string });
    expect(dry.stdout).toContain("! Rules of this host's packet filter no longer apply to frames that stay inside a bridge");
    expect(await values()).toBe('111');
    const { code, stdout } = await host.cli('doctor', '--fix');
    expect(code).toBe(0);
    expect(stdout).toContain('set sysctl net.bridge.bridge-nf-call-iptables=0');
    expect(stdout).toContain('as `sysctl -p /etc/sysctl.d/99-viaduct-bridge.conf` does');
    expect(await values()).toBe('000');
    // What was written does the same when it is read again, and `sysctl -p` alone does not read it.
    await switches(1);
    await host.host.sh('sysctl -p >/dev/null 2>&1 || true');
    expect(await values()).toBe('111');
    await host.host.sh('sysctl -q -p /etc/sysctl.d/99-viaduct-bridge.conf');
    expect(await values()).toBe('000');
    expect(await host.host.sh('cat /etc/udev/rules.d/99-viaduct-bridge.rules')).toMatch(
      /^ACTION=="add", SUBSYSTEM=="module", KERNEL=="br_netfilter", RUN\+="\/sbin\/sysctl -q -p \/etc\/sysctl\.d\/99-viaduct-bridge\.conf"$/m,
    );
    expect(await found('bridge-filter-off')).toMatchObject({ verdict: 'ok' });
    expect((await host.cli('doctor', '--fix')).stdout).toContain('Nothing to do');

    await host.must('doctor', '--undo');
    expect(await values()).toBe('111');
    expect(await host.host.sh('ls /etc/sysctl.d /etc/udev/rules.d')).not.toContain('viaduct');
    expect(await host.cli('doctor', '--undo')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is nothing to undo') as string,
    });
  });

  test('a file of that name which somebody else wrote is left alone, and so is one of ours that was edited', async () => {
    const path = '/etc/sysctl.d/99-viaduct-bridge.conf';
    await host.host.sh(`echo mine > ${path}`);
    expect(await host.cli('doctor', '--fix')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${path} is there already`) as string,
    });
    expect(await values()).toBe('111');
    expect(await host.host.sh(`cat ${path}; ls /etc/udev/rules.d`)).toBe('mine\n');
    await host.host.sh(`rm ${path}`);
    await host.must('doctor', '--fix');
    await host.host.sh(`echo '# note' >> ${path}`);
    expect(await host.cli('doctor', '--undo')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no longer as Viaduct wrote it') as string,
    });
    expect(await values()).toBe('000');
    await host.host.sh(`sed -i '$d' ${path}`);
    await host.must('doctor', '--undo');
    expect(await values()).toBe('111');
  });

  for (const [point, done] of [
    ['intended', false],
    ['applied:1', false],
    ['applied:2', false],
    ['verified', false],
    ['written:1', true],
  ] as const) {
    test(`a daemon that is killed at ${point} has done ${done ? 'all' : 'nothing'} of it when it is there again`, async () => {
      await host.stopDaemon('KILL');
      process.env['VIADUCT_CRASH_AT'] = point;
      try {
        await host.startDaemon();
      } finally {
        delete process.env['VIADUCT_CRASH_AT'];
      }
      await expect(host.client.call('doctor.fix', {})).rejects.toMatchObject({ code: 'unreachable' });
      await host.stopDaemon('KILL').catch(() => undefined);
      await host.startDaemon();
      const left = await host.host.sh('ls /etc/sysctl.d /etc/udev/rules.d');
      expect([await values(), left.match(/99-viaduct-bridge/g)?.length ?? 0]).toEqual(done ? ['000', 2] : ['111', 0]);
      if (done) await host.must('doctor', '--undo');
      expect(await values()).toBe('111');
    });
  }

  test('S073: D07: a udev rule for the module of old kernels is a finding, and so is a file that is read too early', async () => {
    await host.host.sh(`
      printf 'net.bridge.bridge-nf-call-iptables = 0\\nnet.bridge.bridge-nf-call-ip6tables = 0\\n' > /etc/sysctl.d/bridge.conf
      echo 'ACTION=="add", SUBSYSTEM=="module", KERNEL=="bridge", RUN+="/sbin/sysctl -p /etc/sysctl.d/bridge.conf"' > /etc/udev/rules.d/99-bridge.rules`);
    expect(await found('bridge-filter-wrong-module')).toMatchObject({
      verdict: 'warning',
      object: '/etc/udev/rules.d/99-bridge.rules:1',
      cause: expect.stringMatching(
        /^The rule waits for module bridge, but on this kernel \(\d.*\) the switches come with br_netfilter, since Linux 3\.18/,
      ) as string,
    });
    expect(await found('bridge-filter-too-early')).toMatchObject({ object: '/etc/sysctl.d/bridge.conf:1' });
    await host.host.sh(`sed -i 's/"bridge"/"br_netfilter"/' /etc/udev/rules.d/99-bridge.rules`);
    const codes = (await findings()).map(({ code }) => code);
    expect(codes).not.toContain('bridge-filter-wrong-module');
    expect(codes).not.toContain('bridge-filter-too-early');
    await host.host.sh('rm /etc/sysctl.d/bridge.conf /etc/udev/rules.d/99-bridge.rules');
  });

  test("S076: beside Docker both ways are offered; --fix leaves Docker's bridges their filter, and either way guests meet", async () => {
    await host.host.sh(docker);
    expect(await reachesNeighbour()).toBe(false);
    const { fix = '' } = (await found('bridge-filter-docker')) ?? expect.fail('Docker was not found');
    expect(fix).toContain('iptables -I DOCKER-USER -i BRIDGE -o BRIDGE -j ACCEPT');

    await host.must('doctor', '--fix');
    expect(await values()).toBe('000');
    expect(await reachesNeighbour()).toBe(true);
    expect(await host.host.sh('ip -d link show docker0')).toMatch(/nf_call_iptables 1 nf_call_ip6tables 1 nf_call_arptables 1/);
    expect(await host.host.sh('cat /etc/udev/rules.d/99-viaduct-bridge.rules')).toContain('ATTR{bridge/nf_call_iptables}="1"');
    await host.must('doctor', '--undo');
    expect(await host.host.sh('ip -d link show docker0')).toMatch(/nf_call_iptables 0 nf_call_ip6tables 0 nf_call_arptables 0/);
    expect(await reachesNeighbour()).toBe(false);

    await host.host.sh('iptables-nft -I DOCKER-USER -i virbr1 -o virbr1 -j ACCEPT');
    expect(await reachesNeighbour()).toBe(true);
    expect(await found('bridge-filter-drops')).toBeUndefined();
    await host.host.sh(noDocker);
  });

  test("a bridge's own switch is seen although the host's is off", async () => {
    await switches(0);
    await host.host.sh('ip link set virbr1 type bridge nf_call_iptables 1');
    expect(await found('bridge-filter-on')).toMatchObject({ cause: expect.stringContaining('nf_call_iptables=1 on virbr1') as string });
    await host.host.sh('ip link set virbr1 type bridge nf_call_iptables 0');
    expect(await found('bridge-filter-forgotten')).toMatchObject({ verdict: 'warning', remedy: 'bridge-filter' });
  });
});

describe('S115: why guests get nowhere', () => {
  const reachesOutside = () => ann.ping(outside.server.ipv4, { tries: 2 });

  test('nothing is wrong, and it says so', async () => {
    expect(await reachesOutside()).toBe(true);
    expect(await found('way-out-well')).toMatchObject({
      object: 'network blue',
      cause: expect.stringContaining('leaves by eth0') as string,
    });
  });

  test('the host itself has no way out', async () => {
    const route = (await host.host.sh('ip -4 route show default')).trim();
    await host.host.sh('ip -4 route del default');
    expect(await found('way-out-none')).toMatchObject({
      verdict: 'problem',
      cause: expect.stringContaining('no default route for IPv4') as string,
    });
    await host.host.sh(`ip route add ${route}`);
  });

  test('the uplink is down, or is not there', async () => {
    await host.outside.sh('ip link set lan down');
    await eventually('the carrier is gone', async () => (await found('way-out-unplugged'))?.object === 'network blue');
    await host.outside.sh('ip link set lan up');
    await host.start(networkXml({ name: 'lost', bridge: 'virbr2', subnet: 62, forward: "<forward mode='nat' dev='enp99s0'/>" }));
    expect(await found('way-out-missing')).toMatchObject({ object: 'network lost', cause: expect.stringContaining('enp99s0') as string });
    await host.client.call('network.destroy', { network: 'lost' });
  });

  test("another program's filter drops what goes out, or what comes back", async () => {
    await host.host.sh(docker);
    expect(await reachesOutside()).toBe(false);
    expect(await found('way-out-dropped')).toMatchObject({
      verdict: 'problem',
      cause: expect.stringContaining(
        'What goes from virbr1 to eth0 over IPv4 is dropped: chain FORWARD of table filter of iptables',
      ) as string,
      fix: 'Accept it there: iptables -I DOCKER-USER -i virbr1 -o eth0 -j ACCEPT',
    });
    await host.host.sh('iptables -I DOCKER-USER -i virbr1 -o eth0 -j ACCEPT');
    expect(await reachesOutside()).toBe(false);
    expect(await found('way-out-dropped')).toMatchObject({ fix: 'Accept it there: iptables -I DOCKER-USER -i eth0 -o virbr1 -j ACCEPT' });
    await host.host.sh('iptables -I DOCKER-USER -i eth0 -o virbr1 -j ACCEPT');
    expect(await reachesOutside()).toBe(true);
    expect(await found('way-out-dropped')).toBeUndefined();
    await host.host.sh(noDocker);
  });

  test('forwarding is off in a file, though Viaduct has it on', async () => {
    await host.host.sh('echo net.ipv4.ip_forward=0 > /etc/sysctl.d/50-router.conf');
    expect(await found('forwarding-on')).toMatchObject({ verdict: 'ok' });
    expect(await found('forwarding-file-off')).toMatchObject({ object: '/etc/sysctl.d/50-router.conf:1' });
    await host.host.sh('rm /etc/sysctl.d/50-router.conf');
  });

  test('all of it stands on the command line, the worst first, in both languages, with a status of its own', async () => {
    await host.host.sh('ip -4 route del default');
    const english = await host.cli('doctor');
    expect(english.code).toBe(4);
    expect(english.stdout.split('\n')[0]).toBe('problem  network blue');
    const chinese = await host.host.run([viaduct, '--socket', host.socket, 'doctor'], { env: { LC_ALL: 'zh_CN.UTF-8' } });
    expect(chinese.stdout).toContain('本机没有 IPv4 的默认路由');
    await host.host.sh(`ip route add default via ${outside.lan.ipv4}`);
  });
});
