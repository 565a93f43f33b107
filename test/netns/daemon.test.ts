import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OperationName, Input } from '../../src/service/operation-types.ts';
import { natXml, root, testDaemon, type TestDaemon } from './daemon-space.ts';
import { enterNewNetns, sh } from './system-space.ts';

let daemon: TestDaemon;

beforeAll(async () => {
  enterNewNetns();
  sh('ip link add br-host type bridge; ip link set br-host up; ip link add eth9 type veth peer name eth9-far; ip link set eth9 up');
  daemon = await testDaemon();
  // The table's skeleton is made with the first network and stays.
  await daemon.run('network.create', { xml: natXml('first', 99) });
  await daemon.run('network.destroy', { network: 'first' });
  daemon.events.length = 0;
});
afterAll(() => daemon[Symbol.asyncDispose]());

afterEach(async () => {
  for (const { name, active, persistent } of await daemon.run('network.list', {})) {
    if (active) await daemon.run('network.destroy', { network: name });
    if (persistent) await daemon.run('network.undefine', { network: name });
  }
  daemon.events.length = 0;
});

/** Links, addresses, routes and our rules: what a network must leave as it found it. Switches of the host stay. */
function hostPicture(): string {
  return sh(
    'ip -br link | sed "s/@.*//" | sort; ip -br addr | sort; ip route; nft list table inet viaduct 2>/dev/null | grep -v "counter packets" | sort',
  );
}

async function refusal<Name extends OperationName>(name: Name, input: Input<Name>): Promise<string> {
  try {
    await daemon.run(name, input);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  throw new Error(`${name} was not refused`);
}

const types: { name: string; xml: string; link?: string }[] = [
  { name: 'nat', xml: natXml('t', 10), link: 'vb-t' },
  { name: 'route', xml: natXml('t', 10).replace("mode='nat'", "mode='route'"), link: 'vb-t' },
  { name: 'open', xml: natXml('t', 10).replace("mode='nat'", "mode='open'"), link: 'vb-t' },
  { name: 'isolated', xml: natXml('t', 10).replace("<forward mode='nat'/>", ''), link: 'vb-t' },
  { name: 'very isolated', xml: "<network><name>t</name><bridge name='vb-t'/></network>", link: 'vb-t' },
  {
    name: 'nat with IPv6, a static route and limits',
    xml: natXml(
      't',
      10,
      `<ip family='ipv6' address='fd00:77::1' prefix='64'><dhcp><range start='fd00:77::100' end='fd00:77::1ff'/></dhcp></ip>
       <route address='10.78.0.0' prefix='16' gateway='10.77.10.2'/><bandwidth><inbound average='1000' peak='2000'/></bandwidth>`,
    ),
    link: 'vb-t',
  },
  { name: 'bridge', xml: "<network><name>t</name><forward mode='bridge'/><bridge name='br-host'/></network>" },
  { name: 'macvtap', xml: "<network><name>t</name><forward mode='private'><interface dev='eth9'/></forward></network>" },
];

for (const { name, xml, link } of types) {
  test(`a network of type ${name} is defined, started, stopped and undefined, and leaves nothing behind`, async () => {
    const before = hostPicture();
    await daemon.run('network.define', { xml });
    expect(hostPicture()).toBe(before);
    await daemon.run('network.start', { network: 't' });
    if (link !== undefined) expect(sh('ip -br link')).toContain(link);
    expect((await daemon.run('network.get', { network: 't' })).active).toBe(true);
    await daemon.run('network.destroy', { network: 't' });
    await daemon.run('network.undefine', { network: 't' });
    expect(
      hostPicture()
        .split('\n')
        .filter((line) => !before.includes(line)),
    ).toEqual([]);
    expect(daemon.events.map(({ kind }) => kind).filter((kind) => kind.startsWith('network-'))).toEqual([
      'network-defined',
      'network-started',
      'network-stopped',
      'network-undefined',
    ]);
  });
}

test('a transient network is only started and stopped', async () => {
  await daemon.run('network.create', { xml: natXml('t', 10) });
  expect(await daemon.run('network.get', { network: 't' })).toMatchObject({ active: true, persistent: false });
  await daemon.run('network.destroy', { network: 't' });
  expect(await daemon.run('network.list', {})).toEqual([]);
  expect(daemon.events.map(({ kind }) => kind).filter((kind) => kind.startsWith('network-'))).toEqual([
    'network-started',
    'network-stopped',
  ]);
});

test('an active network that is undefined goes on as a transient one', async () => {
  await daemon.run('network.define', { xml: natXml('t', 10) });
  await daemon.run('network.autostart', { network: 't', autostart: true });
  await daemon.run('network.start', { network: 't' });
  await daemon.run('network.undefine', { network: 't' });
  expect(await daemon.run('network.get', { network: 't' })).toMatchObject({ active: true, persistent: false, autostart: false });
  expect(sh('ip -br link')).toContain('vb-t');
});

describe('a start that fails half-way is undone', () => {
  test('and a foreign bridge of its name is left exactly as it was', async () => {
    sh('ip link add vb-t type bridge; ip addr add 172.20.0.1/24 dev vb-t; ip link set vb-t up');
    const before = hostPicture();
    await daemon.run('network.define', { xml: natXml('t', 10) });
    expect(await refusal('network.start', { network: 't' })).toBe('name-in-use: error creating bridge interface vb-t: File exists');
    expect(hostPicture()).toBe(before);
    expect((await daemon.run('network.get', { network: 't' })).active).toBe(false);
    sh('ip link delete vb-t');
  });

  test('and a device of another kind with its bridge name too', async () => {
    sh('ip link add vb-t type veth peer name vb-t-far');
    await daemon.run('network.define', { xml: natXml('t', 10) });
    expect(await refusal('network.start', { network: 't' })).toContain('File exists');
    expect(sh('ip -br link; nft list table inet viaduct')).not.toContain('10.77.10.0/24');
    sh('ip link delete vb-t');
  });

  test('when dnsmasq refuses its configuration, with its own words', async () => {
    const before = hostPicture();
    const options = `<dnsmasq:options xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'><dnsmasq:option value='no-such-option'/></dnsmasq:options>`;
    await daemon.run('network.define', { xml: natXml('t', 10, options) });
    expect(await refusal('network.start', { network: 't' })).toMatch(/Could not start DHCP and DNS on vb-t: .*no-such-option|bad option/s);
    expect(
      hostPicture()
        .split('\n')
        .filter((line) => !before.includes(line)),
    ).toEqual([]);
    expect((await daemon.run('network.get', { network: 't' })).active).toBe(false);
  });

  test('when the host has the subnet already, naming who has it', async () => {
    sh('ip addr add 10.77.10.5/24 dev eth9');
    await daemon.run('network.define', { xml: natXml('t', 10) });
    expect(await refusal('network.start', { network: 't' })).toBe('subnet-in-use: Network is already in use by interface eth9');
    sh('ip addr del 10.77.10.5/24 dev eth9');
    await daemon.run('network.start', { network: 't' });
    await daemon.run('network.define', { xml: natXml('u', 10) });
    expect(await refusal('network.start', { network: 'u' })).toContain("of network 't'");
  });
});

test('S024: direct assignment starts only where there is a card for it, and says what is missing', async () => {
  for (const mode of ['hostdev', 'passthrough']) {
    await daemon.run('network.define', {
      xml: `<network><name>t</name><uuid>00000000-0000-4000-8000-000000000001</uuid><forward mode='${mode}'><pf dev='eth9'/></forward></network>`,
    });
    expect(await refusal('network.start', { network: 't' })).toBe('kernel-lacks: Could not get Virtual functions on eth9');
  }
});

describe('what libvirt refuses is refused in its words', () => {
  const xml = natXml('t', 10);
  const rows: { name: string; before?: (() => Promise<unknown>)[]; act: () => Promise<string>; want: RegExp }[] = [
    {
      name: 'starting what runs',
      before: [start],
      act: () => refusal('network.start', { network: 't' }),
      want: /^operation-invalid: network is already active$/,
    },
    {
      name: 'stopping what does not run',
      act: () => refusal('network.destroy', { network: 't' }),
      want: /^operation-invalid: network 't' is not active$/,
    },
    {
      name: 'defining a name again with another uuid',
      act: () => refusal('network.define', { xml }),
      want: /^network-exists: network 't' already exists with uuid [0-9a-f-]{36}$/,
    },
    {
      name: 'a bridge name that another network has',
      act: () => refusal('network.define', { xml: natXml('u', 11).replace('vb-u', 'vb-t') }),
      want: /^name-in-use: bridge name 'vb-t' already in use\.$/,
    },
    {
      name: 'asking for what is not there',
      act: () => refusal('network.get', { network: 'x' }),
      want: /^network-not-found: no network with matching name 'x'$/,
    },
    {
      name: 'a live update of what does not run',
      act: () =>
        refusal('network.update', {
          network: 't',
          command: 'add-last',
          section: 'dns-host',
          xml: "<host ip='10.77.10.9'><hostname>h</hostname></host>",
          live: true,
        }),
      want: /^operation-invalid: network is not running$/,
    },
    {
      name: 'undefining a transient network',
      before: [start, undefine],
      act: () => refusal('network.undefine', { network: 't' }),
      want: /^operation-invalid: can't undefine transient network$/,
    },
    {
      name: 'autostart of a transient network',
      before: [start, undefine],
      act: () => refusal('network.autostart', { network: 't', autostart: true }),
      want: /^operation-invalid: cannot set autostart for transient network$/,
    },
    {
      name: 'the bridge of a network without one',
      before: [
        () =>
          daemon.run('network.define', {
            xml: "<network><name>m</name><forward mode='private'><interface dev='eth9'/></forward></network>",
          }),
      ],
      act: () => refusal('network.bridgeName', { network: 'm' }),
      want: /^internal: network 'm' does not have a bridge name\.$/,
    },
    { name: 'a MAC that is none', act: () => refusal('network.leases', { network: 't', mac: 'zz' }), want: /^mac-invalid: zz$/ },
    {
      name: 'a port of a stopped network',
      act: () => refusal('port.create', { network: 't' }),
      want: /^operation-invalid: network 't' is not active$/,
    },
  ];
  for (const { name, before = [], act, want } of rows) {
    test(name, async () => {
      await daemon.run('network.define', { xml });
      for (const step of before) await step();
      expect(await act()).toMatch(want);
    });
  }

  function start() {
    return daemon.run('network.start', { network: 't' });
  }
  function undefine() {
    return daemon.run('network.undefine', { network: 't' });
  }
});

test('a reader may look, and changes nothing', async () => {
  const reader = { ...root, uid: 1000, user: 'ann', mayWrite: false };
  await daemon.run('network.define', { xml: natXml('t', 10) });
  expect(await daemon.service.runOperation(reader, 'network.list', {})).toHaveLength(1);
  await expect(daemon.service.runOperation(reader, 'network.start', { network: 't' })).rejects.toMatchObject({ code: 'read-only' });
  const [last] = await daemon.run('audit.list', {});
  expect(last).toMatchObject({
    user: 'ann',
    operation: 'network.start',
    target: 't',
    error: expect.stringContaining('read only access prevents') as string,
  });
});

describe('an update of a running network', () => {
  const pid = () => sh(`cat ${daemon.folder}/run/dnsmasq/vb-t.pid`);

  test('S095: reaches dnsmasq without a restart for one more reservation', async () => {
    await daemon.run('network.create', {
      xml: natXml('t', 10).replace('</dhcp>', "<host mac='52:54:00:00:00:01' ip='10.77.10.10'/></dhcp>"),
    });
    const before = pid();
    await daemon.run('network.update', {
      network: 't',
      command: 'add-last',
      section: 'ip-dhcp-host',
      xml: "<host mac='52:54:00:00:00:02' ip='10.77.10.11'/>",
    });
    expect(sh(`cat ${daemon.folder}/run/dnsmasq/vb-t.hosts`)).toContain('52:54:00:00:00:02,10.77.10.11');
    expect(pid()).toBe(before);
    expect((await daemon.run('network.xml', { network: 't' })).xml).toContain('52:54:00:00:00:02');
  });

  test('restarts dnsmasq for another range, and touches nothing else', async () => {
    await daemon.run('network.create', { xml: natXml('t', 10).replace("end='10.77.10.254'", "end='10.77.10.99'") });
    const [before, link] = [pid(), sh('ip -o link show vb-t | cut -d: -f1')];
    await daemon.run('network.update', {
      network: 't',
      command: 'add-last',
      section: 'ip-dhcp-range',
      xml: "<range start='10.77.10.200' end='10.77.10.210'/>",
    });
    expect(pid()).not.toBe(before);
    expect(sh('ip -o link show vb-t | cut -d: -f1')).toBe(link);
  });

  test('of the persistent definition only changes nothing that runs', async () => {
    await daemon.run('network.define', { xml: natXml('t', 10) });
    await daemon.run('network.start', { network: 't' });
    await daemon.run('network.update', {
      network: 't',
      command: 'add-last',
      section: 'dns-host',
      xml: "<host ip='10.77.10.9'><hostname>h</hostname></host>",
      config: true,
    });
    expect((await daemon.run('network.xml', { network: 't' })).xml).not.toContain('<hostname>h');
    expect((await daemon.run('network.xml', { network: 't', inactive: true })).xml).toContain('<hostname>h');
  });
});
