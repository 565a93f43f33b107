import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { backends, readHost } from '../../../src/hostconfig/index.ts';
import { ViaductError } from '../../../src/model/errors.ts';
import type { BackendName, HostFile } from '../../../src/model/host-config.ts';
import type { HostInterface } from '../../../src/model/host-interface.ts';
import { applied, definitionsIn, filesBelow } from './host-folder.ts';

const bridge: HostInterface = {
  name: 'br0',
  type: 'bridge',
  protocols: [{ family: 'ipv4', ips: [{ address: '192.0.2.10', prefix: 24 }], gateway: '192.0.2.1' }],
  stp: false,
  ports: [{ type: 'ethernet', name: 'eth0' }],
};
const uuidOf = (): string => '00000000-0000-4000-8000-000000000000';

const sections = ['[Match]', '[Network]', '[Link]', '[Address]', '[Route]', '[connection]', '[ipv4]', '[ipv6]', '[bridge]', '[x y]'];
const pairs = [
  'Name=eth0',
  'Name=br0',
  'Name=eth*',
  'Kind=bridge',
  'Bridge=br1',
  'Address=192.0.2.7/24',
  'Gateway = 192.0.2.9',
  'DHCP=yes',
  'Destination=10.0.0.0/8',
  'type=ethernet',
  'type=bridge',
  'interface-name=eth0',
  'interface-name=br0',
  'method=auto',
  'address1=192.0.2.7/24,192.0.2.1',
  'X-Keep=1',
  'broken',
  '=',
  'a=b\\',
];
const shell = [
  'DEVICE=eth0',
  'DEVICE="br0"',
  'TYPE=Bridge',
  'BRIDGE=br1 # joins',
  "IPADDR='192.0.2.7'",
  'IPADDR0=192.0.2.8',
  'NETMASK=255.255.255.0',
  'PREFIX=24',
  'ONBOOT=no',
  'BOOTPROTO=dhcp',
  'X_KEEP="a b"',
  'reboot',
  'A="',
  'export MTU=1400',
];
const stanza = [
  'auto lo eth0',
  'auto br0',
  'iface lo inet loopback',
  'iface eth0 inet dhcp',
  'iface eth0 inet static',
  'iface eth0 inet6 auto',
  'iface br0 inet manual',
  'iface eth1 inet dhcp',
  '  address 192.0.2.7/24',
  '\taddress 192.0.2.7',
  '  netmask 255.255.255.0',
  '  gateway 192.0.2.1',
  '  bridge_ports eth0',
  '  bridge-stp on',
  '  x-keep 1',
  'mapping eth0',
  'source /etc/network/interfaces.d/*',
  '  up true \\',
  'x',
];
const yaml = [
  'network:',
  '  version: 2',
  '  ethernets:',
  '    eth0:',
  '      dhcp4: yes',
  '      dhcp4: true  # now',
  '    eth1: {dhcp4: true}',
  '    eth0: &a {optional: true}',
  '    eth0: *a',
  '      addresses: [192.0.2.7/24]',
  '      addresses:',
  '        - 192.0.2.7/24',
  '  bridges:',
  '    br0:',
  '      interfaces: [eth0]',
  '      parameters: {stp: false}',
  '      x-keep: 1',
  '  bridges: 7',
  '[',
  '- 1',
];

const dialects: { readonly backend: BackendName; readonly path: string; readonly lines: readonly string[] }[] = [
  { backend: 'netplan', path: '/etc/netplan/50-x.yaml', lines: yaml },
  { backend: 'networkmanager', path: '/etc/NetworkManager/system-connections/x.nmconnection', lines: [...sections, ...pairs] },
  { backend: 'networkd', path: '/etc/systemd/network/20-x.network', lines: [...sections, ...pairs] },
  { backend: 'ifupdown', path: '/etc/network/interfaces', lines: stanza },
  { backend: 'ifcfg', path: '/etc/sysconfig/network-scripts/ifcfg-eth0', lines: shell },
];

/** What `write` says to a file: the files after, or undefined when it refuses. Anything else it throws is a bug. */
function outcome(backend: BackendName, files: readonly HostFile[]): HostFile[] | undefined {
  try {
    const edit = backends.find(({ name }) => name === backend)?.write([bridge], files, { uuidOf });
    return edit === undefined || 'unsupported' in edit ? undefined : applied(files, edit);
  } catch (cause) {
    if (!(cause instanceof ViaductError)) throw cause;
    return undefined;
  }
}

/** Every reader, and the linter behind it; whatever is thrown besides the named error is a bug. */
function isUnderstood(backend: BackendName, files: readonly HostFile[]): boolean {
  try {
    readHost(new Map([[backend, files]]));
    return true;
  } catch (cause) {
    if (!(cause instanceof ViaductError)) throw cause;
    expect([cause.code, files.some(({ path }) => cause.message.startsWith(`${path}:`))]).toEqual(['spec-invalid', true]);
    return false;
  }
}

/** Comments and keys that mean nothing to us. In YAML a comment inside of what is replaced goes with it. */
function foreign(text: string, backend: BackendName): string[] {
  return text
    .split('\n')
    .filter((line) => (backend !== 'netplan' && /^\s*#/.test(line)) || /x-keep|x_keep/i.test(line))
    .map((line) => line.trim());
}

describe.each(dialects)('$backend', ({ backend, path, lines }) => {
  const text = fc
    .array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...lines) },
        { weight: 1, arbitrary: fc.constantFrom('', '# a comment', '   # another') },
        { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
      ),
      { maxLength: 14 },
    )
    .map((all) => all.join('\n'));

  test('whatever a file holds, it is understood and written, or refused and left', () => {
    fc.assert(
      fc.property(text, (before) => {
        const files = [{ path, text: before }];
        const after = outcome(backend, files);
        if (after === undefined) return;
        expect(definitionsIn(backend, after).get('br0')).toMatchObject({
          type: 'bridge',
          protocols: bridge.protocols,
          ports: [{ name: 'eth0' }],
        });
        const kept = after.flatMap((file) => foreign(file.text, backend));
        for (const line of foreign(before, backend)) expect(kept).toContain(line);
        expect(outcome(backend, after)).toEqual(after);
      }),
      { numRuns: 400 },
    );
  });

  test('some of these files are written', () => {
    expect(
      fc.sample(text, { numRuns: 300, seed: 7 }).filter((before) => outcome(backend, [{ path, text: before }]) !== undefined).length,
    ).toBeGreaterThan(10);
  });
});

/** A text with pieces cut out, doubled, moved, or put in. */
const damages = fc.array(
  fc.record({
    at: fc.nat(4000),
    length: fc.nat(40),
    put: fc.oneof(
      fc.constantFrom(
        '',
        '\n',
        '\t',
        ' ',
        ':',
        '{',
        '}',
        '[',
        ']',
        '"',
        "'",
        '#',
        '=',
        '\\',
        '\\\n',
        '&a',
        '*a',
        '<<: *a',
        '---',
        '__proto__: 1',
        '!!int x',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

const samples = join(import.meta.dirname, '../../golden/samples');
const sampleFiles = readdirSync(samples).flatMap((name) =>
  readdirSync(join(samples, name)).map((backend) => ({
    name,
    backend: backend as BackendName,
    files: filesBelow(join(samples, name, backend)),
  })),
);

describe.each(sampleFiles)('$backend: the sample $name', ({ backend, files }) => {
  test('damaged in any way it is read and written, or refused by name and left', () => {
    fc.assert(
      fc.property(fc.nat(files.length - 1), damages, (which, cuts) => {
        const damaged = files.map((file, at) => (at === which ? { ...file, text: cuts.reduce(damage, file.text) } : file));
        const after = outcome(backend, damaged);
        if (!isUnderstood(backend, damaged)) expect(after).toBeUndefined();
        else if (after !== undefined) expect(definitionsIn(backend, after).has('br0')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

function damage(text: string, { at, length, put }: { readonly at: number; readonly length: number; readonly put: string }): string {
  const start = at % (text.length + 1);
  return text.slice(0, start) + put + text.slice(start + length);
}

test('aliases that grow without end are refused, and not followed', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghij'
    .split('')
    .map((name, at) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghij'[at]}`).join(', ')}]\n`)
    .join('')}network: {version: 2, bridges: {br0: {interfaces: *j}}}\n`;
  const files = [{ path: '/etc/netplan/50-x.yaml', text: bomb }];
  expect(isUnderstood('netplan', files) ? outcome('netplan', files) : undefined).toBeUndefined();
});
