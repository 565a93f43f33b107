import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ViaductError } from '../../../src/model/errors.ts';
import { openDoor, type Door } from '../rest/door.ts';
import { run } from './run.ts';

const network = (name: string, more: object = {}) => ({
  name,
  uuid: `0059d8d0-722a-4488-b2dd-00000000000${name.length % 10}`,
  active: true,
  persistent: true,
  autostart: false,
  mode: 'nat',
  veryIsolated: false,
  bridge: 'virbr0',
  addresses: ['192.168.122.1/24'],
  ports: 0,
  ...more,
});
const plan = {
  steps: [{ summary: 'create bridge virbr1' }, { summary: 'detach vnet0 from virbr0', interrupts: 'vnet0 loses its connection' }],
  digest: 'd',
  definitions: ['define network "lab"'],
};

let door: Door;
let answers: Record<string, unknown>;
let env: Record<string, string>;
beforeAll(async () => {
  door = await openDoor(({ name }) => {
    const answer = answers[name];
    if (answer instanceof Error) throw answer;
    return answer ?? {};
  });
  env = { VIADUCT_SOCKET: door.socketPath, TZ: 'UTC' };
});
afterAll(() => door[Symbol.asyncDispose]());

const say = async (line: string, given: Record<string, unknown>, options: Parameters<typeof run>[1] = {}) => {
  answers = given;
  return run(line.split(' '), { files: { 'lab.yaml': 'text' }, ...options, env: { ...env, ...options.env } });
};
const chinese = { env: { LANG: 'zh_CN.UTF-8' } };

describe('networks are listed as virsh lists them', () => {
  const networks = [
    network('default', { autostart: true }),
    network('Zoo', { active: false }),
    network('lab', { persistent: false, title: 'Try it' }),
  ];

  it('as a table, capitals or not in order', async () => {
    expect((await say('net-list --all', { 'network.list': networks })).stdout).toBe(`\
 Name      State      Autostart   Persistent
----------------------------------------------
 default   active     yes         yes
 lab       active     no          no
 Zoo       inactive   no          yes

`);
  });

  it('with titles', async () => {
    expect((await say('net-list --title', { 'network.list': networks.slice(2) })).stdout).toBe(`\
 Name   State    Autostart   Persistent   Title
--------------------------------------------------
 lab    active   no          no           Try it

`);
  });

  it('without a header when quiet, the columns then as narrow as the rows', async () => {
    expect((await say('-q net-list --all', { 'network.list': networks.slice(0, 1) })).stdout).toBe(' default   active   yes   yes\n');
  });

  it('as names, and an empty line as virsh has it', async () => {
    expect((await say('net-list --name', { 'network.list': networks })).stdout).toBe('default\nlab\nZoo\n\n');
    expect((await say('net-list --name', { 'network.list': [] })).stdout).toBe('\n');
  });

  it('in Chinese, where a character is two columns wide', async () => {
    expect((await say('net-list', { 'network.list': [network('实验网络'), network('a')] }, chinese)).stdout).toBe(`\
 名称       状态   自动启动   持久
------------------------------------
 a          活动   否         是
 实验网络   活动   否         是

`);
  });

  it('as JSON, which is what the daemon answered', async () => {
    const { stdout } = await say('net-list --json', { 'network.list': networks.slice(0, 1) });
    expect(JSON.parse(stdout)).toEqual(networks.slice(0, 1));
  });

  it('in colour only where somebody looks, or when told to', async () => {
    const given = { 'network.list': [network('lab')] };
    expect((await say('net-list', given, { colors: true })).stdout).toContain('\u001b[32mactive\u001b[0m   no');
    expect((await say('net-list', given, { colors: true, env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001b');
    expect((await say('net-list --no-color', given, { colors: true })).stdout).not.toContain('\u001b');
    expect((await say('net-list', given)).stdout).not.toContain('\u001b');
    expect((await say('net-list --color always', given)).stdout).toContain('\u001b[32m');
    expect((await say('--color=always net-list', given)).stdout).toContain('\u001b[32m');
  });

  it('with what could move the cursor made harmless', async () => {
    expect((await say('net-list', { 'network.list': [network('a\u001b[2Jb')] })).stdout).toContain(' a\\x1b[2Jb   active');
  });
});

it('net-info pads its labels to 15 columns, in either language', async () => {
  const given = { 'network.get': network('lab') };
  expect((await say('net-info lab', given)).stdout).toBe(`\
Name:           lab
UUID:           0059d8d0-722a-4488-b2dd-000000000003
Active:         yes
Persistent:     yes
Autostart:      no
Bridge:         virbr0

`);
  expect((await say('net-info lab', { 'network.get': network('lab', { bridge: undefined }) }, chinese)).stdout).toBe(`\
名称：          lab
UUID：          0059d8d0-722a-4488-b2dd-000000000003
活动：          是
持久：          是
自动启动：      否

`);
});

it('S119: leases are listed by their end, with a dash for what nobody knows', async () => {
  const leases = [
    { network: 'lab', bridge: 'virbr1', family: 'ipv6', address: 'fd00::5', prefix: 64, clientId: '00:01', expiry: 1_795_219_999 },
    {
      network: 'lab',
      bridge: 'virbr1',
      family: 'ipv4',
      address: '192.168.150.55',
      prefix: 24,
      mac: '52:54:00:aa:00:01',
      hostname: 'guest1',
      clientId: '01:52:54:00:aa:00:01',
      expiry: 1_795_219_551,
    },
  ];
  const time = (seconds: number) =>
    new Date((seconds - new Date(seconds * 1000).getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  expect((await say('net-dhcp-leases lab', { 'network.leases': leases })).stdout).toBe(`\
 Expiry Time           MAC address         Protocol   IP address          Hostname   Client ID or DUID
-----------------------------------------------------------------------------------------------------------
 ${time(1_795_219_551)}   52:54:00:aa:00:01   ipv4       192.168.150.55/24   guest1     01:52:54:00:aa:00:01
 ${time(1_795_219_999)}   -                   ipv6       fd00::5/64          -          00:01

`);
});

it('what was done is said as virsh says it, left out when quiet, and the answer itself with --json', async () => {
  const given = { 'network.start': plan, 'network.define': network('lab') };
  expect((await say('net-start lab', given)).stdout).toBe('Network lab started\n\n');
  expect((await say('net-start lab', given, chinese)).stdout).toBe('网络 lab 已启动\n\n');
  expect((await say('-q net-start lab', given)).stdout).toBe('');
  expect((await say('net-start lab -q', given)).stdout).toBe('');
  expect(JSON.parse((await say('net-start lab --json', given)).stdout)).toEqual(plan);
  expect((await say('net-define lab.yaml', given)).stdout).toBe('Network lab defined from lab.yaml\n\n');
});

describe('a failure is told in two lines, then what to do', () => {
  const missing = new ViaductError('network-not-found', "no network with matching name 'x'", {
    hint: 'List them.',
    params: { network: 'x' },
  });
  const active = new ViaductError('operation-invalid', 'network is already active', { params: { network: 'lab' } });

  it.each([
    [
      'net-start x',
      missing,
      {},
      "error: failed to get network 'x'\nerror: Network not found: no network with matching name 'x'\nhint: List them.\n",
    ],
    [
      'net-start lab',
      active,
      {},
      'error: Failed to start network lab\nerror: Requested operation is not valid: network is already active\n',
    ],
    [
      'net-start x',
      missing,
      chinese,
      '错误：找不到网络“x”\n错误：没有名称或 UUID 为“x”的网络\n提示：用“viaduct net-list --all”列出所有网络。\n',
    ],
    ['net-start lab', active, chinese, '错误：启动网络 lab 失败\n错误：当前状态下不能这样做（网络“lab”）：network is already active\n'],
    [
      'net-start lab',
      new ViaductError('subnet-in-use', 'taken', { params: { subnet: '10.0.0.0/24', by: 'eth0' } }),
      chinese,
      '错误：启动网络 lab 失败\n错误：子网 10.0.0.0/24 已被“eth0”占用\n',
    ],
    [
      'net-start lab',
      new ViaductError('subnet-in-use', 'taken by eth0'),
      chinese,
      '错误：启动网络 lab 失败\n错误：子网已被占用：taken by eth0\n',
    ],
  ])('%s: %o %o', async (line, error, options, stderr) => {
    expect(await say(line, { 'network.start': error }, options)).toEqual({ status: 1, stdout: '\n', stderr });
  });

  it('as one JSON object with --json, and nothing on standard output', async () => {
    const { status, stdout, stderr } = await say('net-start x --json', { 'network.start': missing });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'network-not-found',
        params: { network: 'x' },
        message: "Network not found: no network with matching name 'x'",
        what: "failed to get network 'x'",
        hint: 'List them.',
      },
    });
  });

  it('no daemon: what is missing and how to start it', async () => {
    const { status, stderr } = await run(['net-list', '--socket', '/nowhere']);
    expect(status).toBe(1);
    expect(stderr).toBe(
      'error: failed to connect to the daemon\nerror: No daemon answers on /nowhere.\nhint: Start it with "sudo viaduct daemon", or name its socket with --socket or VIADUCT_SOCKET.\n',
    );
  });

  it('a mistake in a specification is shown at its place in the file', async () => {
    const error = new ViaductError('spec-invalid', 'Line 3, column 5: no such key', { params: { line: 3, column: 5, path: 'x' } });
    expect((await say('plan lab.yaml', { 'spec.plan': error })).stderr).toBe(
      'error: Failed to plan lab.yaml\nerror: lab.yaml:3:5: no such key\n',
    );
  });
});

describe('bridges', () => {
  const bridges = [
    {
      name: 'virbr0',
      id: '8000.525400c554e6',
      stp: true,
      vlanFiltering: false,
      network: 'default',
      ports: [
        { name: 'vnet0', state: 'forwarding' },
        { name: 'vnet1', state: 'disabled' },
      ],
    },
    { name: 'br0', id: '8000.000000000000', stp: false, vlanFiltering: true, ports: [] },
  ];

  it('S038: byte for byte as brctl shows them', async () => {
    expect((await say('bridge show --brctl', { 'bridge.list': bridges }, chinese)).stdout).toBe(
      'bridge name\tbridge id\t\tSTP enabled\tinterfaces\nvirbr0\t\t8000.525400c554e6\tyes\t\tvnet0\n\t\t\t\t\t\t\tvnet1\nbr0\t\t8000.000000000000\tno\t\t\n',
    );
  });

  it('S042: with state, VLAN and network', async () => {
    expect((await say('bridge show', { 'bridge.list': bridges })).stdout).toBe(`\
bridge name  bridge id          STP enabled  VLAN  network  interfaces  state
virbr0       8000.525400c554e6  yes          no    default  vnet0       forwarding
                                                            vnet1       disabled
br0          8000.000000000000  no           yes   -
`);
  });
});

describe('VLANs', () => {
  const vlans = [
    { id: 10, shape: 'device', uplinks: ['eth0'], device: 'eth0.10', bridge: 'brvlan10', ports: ['vnet0', 'vnet1'], ours: true },
    { id: 100, shape: 'device', protocol: '802.1ad', uplinks: ['eth0'], device: 'eth0.100', ports: [], ours: false },
  ];

  it('S016: are listed with what they are made of', async () => {
    expect((await say('vlan list', { 'vlan.list': vlans })).stdout).toBe(`\
 VLAN            Uplink   Device     Bridge     Ports
--------------------------------------------------------------
 10              eth0     eth0.10    brvlan10   vnet0, vnet1
 100 (802.1ad)   eth0     eth0.100   -          -
`);
  });

  it.each([
    ['port set web --access 10', { port: 'web', vlan: { tags: [{ id: 10 }] } }],
    [
      'port set web --trunk 20,10 --native 1',
      { port: 'web', vlan: { trunk: true, tags: [{ id: 1, nativeMode: 'untagged' }, { id: 10 }, { id: 20 }] } },
    ],
    ['port set web --inherit', { port: 'web' }],
  ])('S013 S014: %s', async (line, input) => {
    await say(line, { 'port.setVlan': { name: 'web', ...('vlan' in input && { vlan: input.vlan }) } });
    expect(door.calls.at(-1)?.input).toEqual(input);
  });

  it.each([
    ['port set web', 'Say what to set'],
    ['port set web --access 10 --trunk 20', 'mutually exclusive'],
    ['port set web --access 10 --inherit', 'mutually exclusive'],
    ['port set web --access 10 --native 1', '--native needs --trunk'],
    ['port set web --trunk ten', "'ten' is no list of VLANs"],
    ['port set web --trunk 20-10', 'is no list of VLANs'],
    ['vlan create 10', 'requires <uplink>'],
    ['vlan create ten --uplink eth0', 'ten'],
    ['vlan create 10 --uplink eth0 --bridge b --no-bridge', 'mutually exclusive'],
  ])('%s is a wrong call', async (line, says) => {
    const { status, stderr } = await say(line, {});
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(says) });
  });
});

describe('plans', () => {
  const nothing = { steps: [], definitions: [], digest: '' };
  const shown =
    'Definitions that change:\n  define network "lab"\nSteps on this host:\n  create bridge virbr1\n  detach vnet0 from virbr0\n    ! vnet0 loses its connection\n';

  it('with changes have exit status 4, without 0', async () => {
    expect(await say('plan lab.yaml', { 'spec.plan': plan })).toEqual({
      status: 4,
      stderr: '',
      stdout: `${shown}2 steps, 1 definitions. Apply them with: viaduct apply lab.yaml\n`,
    });
    expect(await say('plan lab.yaml', { 'spec.plan': nothing })).toMatchObject({
      status: 0,
      stdout: 'Nothing to do: the host is as described.\n',
    });
    expect(await say('plan lab.yaml --json', { 'spec.plan': plan })).toEqual({
      status: 4,
      stderr: '',
      stdout: `${JSON.stringify(plan)}\n`,
    });
  });

  it('are asked about on a terminal, and just the plan that was shown is applied', async () => {
    door.calls.length = 0;
    const agreed = await say('apply lab.yaml', { 'spec.plan': plan, 'spec.apply': plan }, { answers: ['y'] });
    expect(agreed).toMatchObject({ status: 0, stdout: `${shown}Apply this? [y/N] Applied: 2 steps, 1 definitions.\n` });
    expect(door.calls.at(-1)).toMatchObject({ name: 'spec.apply', input: { digest: 'd' } });
  });

  it.each([[['n']], [['']], [[]]])('are left alone after the answer %o', async (given) => {
    door.calls.length = 0;
    const { status } = await say('apply lab.yaml', { 'spec.plan': plan, 'spec.apply': plan }, { answers: given });
    expect(status).toBe(1);
    expect(door.calls.map(({ name }) => name)).toEqual(['spec.plan']);
  });

  it('are applied at once where nobody can be asked, and with -y', async () => {
    for (const options of [{}, { answers: [] }]) {
      door.calls.length = 0;
      await say(options === undefined || 'answers' in options ? 'apply lab.yaml -y' : 'apply lab.yaml', { 'spec.apply': plan }, options);
      expect(door.calls.map(({ name }) => name)).toEqual(['spec.apply']);
    }
  });
});

it('viaduct alone says in at most ten lines what is up and what is wrong', async () => {
  const many = Array.from({ length: 30 }, (_, index) => network(`network-${index}`));
  const status = {
    version: '1.2',
    uptimeSeconds: 11_520,
    networks: { total: 30, active: 30, troubled: [{ name: 'lab', reason: 'no bridge' }] },
    ports: 3,
    leases: 2,
  };
  const { stdout } = await say('status', { 'status.get': status, 'network.list': many });
  expect(stdout.split('\n').length - 1).toBe(10);
  expect(stdout).toContain(
    'Viaduct 1.2, up for 3 h 12 min\nNetworks: 30 active of 30\nGuests: 3 ports, 2 leases\nTrouble: lab: no bridge\n',
  );
  expect(stdout).toContain('… and 26 more: viaduct net-list --all\nNext: viaduct help\n');
  const fresh = await run([], { env });
  expect(fresh.stdout).toBe(stdout);
});

it('the connection URI of virsh is accepted, and on a terminal said to mean nothing', async () => {
  expect((await say('-c qemu:///system net-list', { 'network.list': [] })).stderr).toBe('');
  expect((await say('-c qemu:///system net-list', { 'network.list': [] }, { answers: [] })).stderr).toContain('qemu:///system is ignored');
});
