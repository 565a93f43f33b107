import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDoor, type Door } from '../rest/door.ts';
import { run } from './run.ts';

let door: Door;
let env: Record<string, string>;
beforeAll(async () => {
  door = await openDoor(({ name }) =>
    name.endsWith('.list') || name === 'network.leases'
      ? []
      : { name: 'lab', uuid: 'u', xml: '<network/>\n', steps: [], definitions: [], value: '' },
  );
  env = { VIADUCT_SOCKET: door.socketPath };
});
afterAll(() => door[Symbol.asyncDispose]());

const xml = '<network><name>lab</name></network>';

describe('what is typed becomes one call with this input', () => {
  it.each([
    [
      'net-list',
      'network.list',
      { active: true, inactive: false, persistent: false, transient: false, autostart: false, noAutostart: false },
    ],
    ['net-list --all --persistent', 'network.list', { active: true, inactive: true, persistent: true }],
    ['net-list --inactive --no-autostart', 'network.list', { active: false, inactive: true, noAutostart: true }],
    ['net list --all', 'network.list', { active: true, inactive: true }],
    ['net ls', 'network.list', { active: true }],
    ['network ls', 'network.list', { active: true }],
    ['net show lab', 'network.get', { network: 'lab' }],
    ['net-start lab', 'network.start', { network: 'lab' }],
    ['net-start --network lab', 'network.start', { network: 'lab' }],
    ['net-start --network=lab', 'network.start', { network: 'lab' }],
    ['net start lab', 'network.start', { network: 'lab' }],
    ['net stop lab', 'network.destroy', { network: 'lab' }],
    ['net rm lab', 'network.undefine', { network: 'lab' }],
    ['net-start -- --odd', 'network.start', { network: '--odd' }],
    ['-c qemu:///system -q net-start lab', 'network.start', { network: 'lab' }],
    ['--connect=network:///system net-start lab', 'network.start', { network: 'lab' }],
    ['net-autostart lab', 'network.autostart', { network: 'lab', autostart: true }],
    ['net-autostart --disable lab', 'network.autostart', { network: 'lab', autostart: false }],
    ['net-dumpxml lab --inactive', 'network.xml', { network: 'lab', inactive: true }],
    ['net-define lab.xml', 'network.define', { xml, validate: false }],
    ['net-define --file lab.xml --validate', 'network.define', { xml, validate: true }],
    ['net-create -', 'network.create', { xml: '<from-input/>' }],
    ['net new lab.xml', 'network.define', { xml }],
    ['net-dhcp-leases lab --mac 52:54:00:00:00:01', 'network.leases', { network: 'lab', mac: '52:54:00:00:00:01' }],
    ['lease ls lab', 'network.leases', { network: 'lab' }],
    ['leases lab', 'network.leases', undefined],
    [
      'net-update lab add ip-dhcp-host <host/> --live --config',
      'network.update',
      { network: 'lab', command: 'add-last', section: 'ip-dhcp-host', xml: '<host/>', live: true, config: true },
    ],
    [
      'net-update lab modify dns-txt lab.xml --parent-index -1',
      'network.update',
      { command: 'modify', section: 'dns-txt', xml, parentIndex: -1 },
    ],
    [
      'net-update --xml <a/> --section bridge --command delete --network lab --current',
      'network.update',
      { network: 'lab', command: 'delete', section: 'bridge', xml: '<a/>' },
    ],
    ['net-desc lab', 'network.metadata', { network: 'lab', what: 'description' }],
    ['net-desc lab --title A new title', 'network.setMetadata', { network: 'lab', what: 'title', value: 'A new title' }],
    ['net-desc lab --config new text', 'network.setMetadata', { what: 'description', value: 'new text', config: true }],
    ['net-metadata lab urn:x', 'network.metadata', { network: 'lab', what: 'element', uri: 'urn:x' }],
    ['net-metadata lab urn:x --set <x/> --key x --live', 'network.setMetadata', { uri: 'urn:x', value: '<x/>', key: 'x', live: true }],
    ['net-metadata lab urn:x --remove', 'network.setMetadata', { uri: 'urn:x' }],
    ['net-port-list lab', 'port.list', { network: 'lab' }],
    ['net-port-create lab lab.xml --validate', 'port.createXml', { network: 'lab', xml, validate: true }],
    ['net-port-dumpxml lab --port u', 'port.xml', { network: 'lab', port: 'u' }],
    ['net-port-delete lab u', 'port.delete', { network: 'lab', port: 'u' }],
    ['iface-list --all', 'interface.list', { active: true, inactive: true }],
    ['host ls', 'interface.list', { active: true, inactive: false }],
    ['iface-mac eth0', 'interface.get', { interface: 'eth0' }],
    ['iface-name 52:54:0:0:0:1', 'interface.get', { interface: '52:54:00:00:00:01' }],
    ['bridge show --brctl', 'bridge.list', {}],
    ['br ls', 'bridge.list', {}],
    ['plan lab.xml --prune', 'spec.plan', { text: xml, prune: true }],
    ['apply lab.xml -y', 'spec.apply', { text: xml, prune: false }],
    ['apply lab.xml --dry-run', 'spec.plan', { text: xml }],
  ] as const)('%s', async (line, name, input) => {
    door.calls.length = 0;
    const { stderr } = await run(line.split(' '), {
      env,
      files: { 'lab.xml': xml },
      input: '<from-input/>',
    });
    if (input === undefined) expect(door.calls).toEqual([]);
    else expect({ calls: door.calls, stderr }).toMatchObject({ calls: [{ name, input }], stderr: '' });
  });
});

describe('a mistyped command asks the daemon nothing, says what is wrong, and has exit status 2', () => {
  it.each([
    ['net-lst', 'error: unknown command: \'net-lst\'\nhint: Did you mean "viaduct net-list"?\n'],
    ['nte-list', 'error: unknown command: \'nte-list\'\nhint: Did you mean "viaduct net-list"?\n'],
    ['net lsit', 'error: unknown command: \'net lsit\'\nhint: Did you mean "viaduct net-list"'],
    ['frobnicate', 'error: unknown command: \'frobnicate\'\nhint: "viaduct help" lists all commands.\n'],
    ['toString', 'error: unknown command: \'toString\'\nhint: "viaduct help" lists all commands.\n'],
    ['net-start', "error: command 'net-start' requires <network> option\n"],
    [
      'net-update lab',
      "error: command 'net-update' requires <command> option\nerror: command 'net-update' requires <section> option\nerror: command 'net-update' requires <xml> option\n",
    ],
    ['net-start a b', "error: unexpected data 'b'\n"],
    ['net-start --network a b', "error: unexpected data 'b'\n"],
    ['net-start --network', 'error: expected syntax: --network <string>\n'],
    ['net-start --network a --network b', 'error: option --network already seen\n'],
    ['net-list --foo', "error: command 'net-list' doesn't support option --foo\n"],
    ['net-list -x', "error: command 'net-list' doesn't support option -x\n"],
    ['net-list --constructor', "error: command 'net-list' doesn't support option --constructor\n"],
    ['net-list --all=yes', "error: invalid '=' after option --all\n"],
    ['net-list --name --uuid', 'error: Only one argument from --table, --name and --uuid may be specified.\n'],
    [
      'net-update lab add bridge <a/> --parent-index x',
      "error: Numeric value 'x' for <parent-index> option is malformed or out of range\n",
    ],
    ['net-update lab frob bridge <a/>', "error: unrecognized command name 'frob'\n"],
    ['net-update lab add frob <a/>', "error: unrecognized section name 'frob'\n"],
    ['net-update lab add bridge <a/> --live --current', 'error: Options --current and --live are mutually exclusive\n'],
    ['net-event', 'error: either --list or --event <type> is required\n'],
    ['net-event --event frob', 'error: unknown event type frob\n'],
    ['net-metadata lab urn:x --set <x/>', 'error: Metadata is set with --key too: the prefix of its namespace.\n'],
    ['net-metadata lab urn:x --remove --edit', 'error: Options --edit and --remove are mutually exclusive\n'],
    ['--frob net-list', "error: unsupported option '--frob'. See --help.\n"],
    ['-c', 'error: expected syntax: --connect <string>\n'],
    ['completion tcsh', 'error: There is a completion for bash, zsh and fish.\n'],
    ['help frob', "error: command or command group 'frob' doesn't exist\n"],
  ])('%s', async (line, said) => {
    door.calls.length = 0;
    const { status, stdout, stderr } = await run(line.split(' '), { env });
    expect({ status, stdout, calls: door.calls.length }).toEqual({ status: 2, stdout: '', calls: 0 });
    expect(stderr.startsWith(said)).toBe(true);
  });

  it('as JSON too', async () => {
    const { status, stderr } = await run(['net-start', '--json'], { env });
    expect(status).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'usage', message: "command 'net-start' requires <network> option" } });
  });
});

it('a file that is not there fails with the words of libc, exit status 1', async () => {
  expect(await run(['net-define', '/nowhere.xml'], { env })).toMatchObject({
    status: 1,
    stderr: "error: Failed to open file '/nowhere.xml': No such file or directory\n",
  });
});

it('programs of their own get their words untouched', async () => {
  expect((await run(['lab', 'up', '--check'])).stdout).toBe('lab: up --check\n');
  expect((await run(['daemon', '--state-dir', '/x'])).stdout).toBe('daemon: --state-dir /x\n');
  expect((await run(['render', 'xml', '--help'])).stdout).toBe('render: xml --help\n');
});
