import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { exchanges, hasRoot, transcript, viaduct } from './space.ts';
import type { Exchange } from './space.ts';

/**
 * Unmodified virsh and python3-libvirt against Viaduct, held to what they print against libvirtd 9.0 of Debian 12
 * for the same steps (recorded by scripts/test-virsh-record.sh).
 */
const scenarios = ['networks', 'updates', 'ports', 'events', 'interfaces', 'connection', 'odd', 'api'];

/** What a command is about, as the tutorials' rows say it. */
const rows: readonly (readonly [RegExp, string])[] = [
  [/iface-list/, 'S077: iface-list'],
  [/iface-mac/, 'S078: iface-mac'],
  [/iface-name/, 'S079: iface-name'],
  [/iface-edit/, 'S080: iface-edit'],
  [/iface-dumpxml/, 'S081: iface-dumpxml'],
  [/iface-destroy/, 'S082: iface-destroy'],
  [/iface-(define|start)/, 'S083: iface-define and iface-start'],
  [/iface-bridge/, 'S107: iface-bridge'],
  [/net-list/, 'S084: net-list'],
  [/net-info/, 'S085: net-info'],
  [/net-dumpxml/, 'S086: net-dumpxml'],
  [/net-(uuid|name)/, 'S087: net-uuid and net-name'],
  [/net-create/, 'S088: net-create of a transient network'],
  [/net-edit/, 'S089: net-edit, used from the next start on'],
  [/net-(define|autostart|start)/, 'S091: net-define, net-autostart and net-start'],
  [/ip-dhcp-host|guest two/, 'S095: reservations, live'],
];

const onOthersBridge =
  'sed s/virbr1/br9/ demo.xml >other.xml; virsh -c network:///system "net-define other.xml; net-start demo"; ip -br link show br9 | cut -c1-19';
const onTakenSubnet =
  'ip address add 192.168.150.9/24 dev eth9; virsh -c network:///system net-start demo; ip address del 192.168.150.9/24 dev eth9';

function notUtf8(): string {
  return 'error: Failed to define network from document.xml\nerror: at line 1: Input is not proper UTF-8, indicate encoding !\nBytes: 0xE9 0x3C 0x2F 0x6E\n\n[exit 1]\n';
}

/** Where Viaduct says something else, and why. */
const differences: Readonly<Record<string, (theirs: string) => string>> = {
  // libvirt prints a line that it does not have, under a message about the end of the text.
  'virsh -c network:///system net-define bad-syntax.xml': (theirs) => theirs.replace('(null)\n^\n', ''),
  'virsh -c network:///system net-define empty.xml': (theirs) => theirs.replace('(null)\n^\n', ''),
  // The same refusal, and the way out.
  'virsh -c network:///system net-define same-bridge.xml': (theirs) =>
    theirs.replace('already in use.', 'already in use. Network "demo" has it; leave the name out to get a free one.'),
  // It would be the folder of all definitions.
  "define '<network><name>..</name></network>'": () =>
    "error: Failed to define network from document.xml\nerror: invalid name: '..' names no file\n\n[exit 1]\n",
  // The same refusal of bytes that are no UTF-8, without the line they are in.
  "define '<network><name>caf\\xe9</name></network>'": notUtf8,
  [String.raw`define "<?xml version='1.0' encoding='ISO-8859-1'?><network><name>caf\xe9</name></network>"`]: notUtf8,
  // libvirt reads the text without what an entity would put into it.
  [String.raw`define "<!DOCTYPE network [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><network><name>&a;</name></network>"`]: (theirs) =>
    theirs.replace('missing name information', "(network_definition):1: Entity 'a' is not allowed"),
  [onOthersBridge]: (theirs) =>
    theirs.replace(
      'File exists',
      "File exists. A device named br9 is there and is not Viaduct's. It was left alone: choose another name, or remove it.",
    ),
  [onTakenSubnet]: (theirs) => theirs.replace('interface eth9', 'interface eth9. Choose another subnet, for example 192.168.122.0/24.'),
  // libvirt's network daemon cannot say; ours has no guests, and virt-manager wants to hear that.
  'virsh -c network:///system list --all': () => ' Id   Name   State\n--------------------\n\n',
  'api.py': (theirs) => theirs.replace(/^listAllDomains .*$/m, 'listAllDomains = []'),
};

/** What Debian's libvirt cannot do at all: held to what was looked at by hand. */
const ownScenarios = ['interface-changes'];

const told = [
  ...scenarios.map((name) => ({ name, scenario: name, folder: 'recorded' })),
  ...ownScenarios.map((name) => ({ name, scenario: `own/${name}`, folder: 'expected' })),
];

for (const { name, scenario, folder } of told) {
  describe.skipIf(!hasRoot || (name === 'api' && !existsSync('/usr/lib/python3/dist-packages/libvirt.py')))(name, () => {
    let ours: readonly Exchange[] = [];
    beforeAll(async () => {
      ours = exchanges(await transcript(viaduct, scenario));
    }, 300_000);
    const recorded = exchanges(readFileSync(join(import.meta.dirname, folder, `${name}.txt`), 'utf8'));
    recorded.forEach(({ command, output }, index) => {
      const row = rows.find(([pattern]) => pattern.test(command))?.[1];
      test(`${row === undefined ? '' : `${row}: `}${command}`, () => {
        const difference = differences[command];
        expect(ours[index]).toEqual({ command, output: difference === undefined ? output : difference(output) });
      });
    });
  });
}
