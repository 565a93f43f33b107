import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { formatInterface, parseInterface } from '../../src/formats/libvirt/interface.ts';
import { formatNetwork, parseNetwork } from '../../src/formats/libvirt/network.ts';
import { applyUpdate } from '../../src/formats/libvirt/update.ts';
import { printedInterfaces, refusedInterfaces } from '../unit/formats/interface-documents.ts';
import { printed } from '../unit/formats/printed-networks.ts';
import { refusals } from '../unit/formats/refused-networks.ts';
import { edited, refusedEdits, subject } from '../unit/formats/updates.ts';

/**
 * Our tables against libvirt itself: virsh's built-in test driver has libvirt's own parser and printer, and
 * needs no daemon. Seen with libvirt 9.0.
 */
const folder = mkdtempSync(join(tmpdir(), 'viaduct-virsh-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What virsh says to some commands, and its errors without virsh's own sentence and libvirt's prefixes. */
function virsh(commands: string, documents: Readonly<Record<string, string>> = {}): { printed: string; error: string | undefined } {
  for (const [name, text] of Object.entries(documents)) writeFileSync(join(folder, name), text);
  const { stdout, stderr } = spawnSync('virsh', ['-q', '-c', 'test:///default', commands], { cwd: folder, encoding: 'utf8' });
  const [, error] = stderr.split(/^error: /m).slice(1);
  return {
    printed: stdout,
    error: error
      ?.replace(/^(XML error|unsupported configuration|internal error|Requested operation is not valid|Operation not supported): /, '')
      .trim(),
  };
}

const withoutUuid = (xml: string) => xml.replace(/ *<uuid>.*<\/uuid>\n/, '');

test.each(printed.filter(({ newer }) => newer !== true))('libvirt prints a network with $what as we do', ({ xml }) => {
  const { printed: theirs } = virsh('net-define n.xml; net-dumpxml lab', { 'n.xml': xml });
  expect(withoutUuid(theirs)).toBe(formatNetwork(parseNetwork(xml)));
});

test.each(refusals.filter(({ oursOnly }) => oursOnly !== true))(
  'libvirt refuses a network with $what in the same words',
  ({ xml, says }) => {
    expect(virsh('net-define n.xml', { 'n.xml': xml }).error).toContain(says);
  },
);

test.each(refusals.filter(({ oursOnly }) => oursOnly === true))(
  'libvirt 9.0 still lets a network with $what pass its parser',
  ({ xml }) => {
    expect(virsh('net-define n.xml', { 'n.xml': xml }).error ?? '').not.toMatch(/network_definition/);
  },
);

test.each(printedInterfaces)('libvirt prints $what as we do', ({ xml }) => {
  const { printed: theirs } = virsh('iface-define i.xml; iface-dumpxml x0', { 'i.xml': xml });
  expect(`${theirs.trimEnd()}\n`).toBe(formatInterface(parseInterface(xml)));
});

test.each(refusedInterfaces.filter(({ oursOnly }) => oursOnly !== true))('libvirt refuses $what too', ({ xml, says }) => {
  expect(virsh('iface-define i.xml', { 'i.xml': xml }).error).toContain(says);
});

test.each(edited.filter(({ newer }) => newer !== true))(
  'libvirt makes the same of: $what',
  ({ command, section, xml, parentIndex = -1, on = 'addresses' }) => {
    const update = `net-update lab ${command} ${section} f.xml --parent-index ${parentIndex}`;
    const { printed: theirs } = virsh(`net-define n.xml; ${update}; net-dumpxml lab`, { 'n.xml': subject[on], 'f.xml': xml });
    const ours = withoutUuid(formatNetwork(applyUpdate(parseNetwork(subject[on]), { command, section, xml, parentIndex })));
    expect(withoutUuid(theirs.slice(theirs.indexOf('<network')))).toBe(ours);
  },
);

test.each(refusedEdits.filter(({ newer }) => newer !== true))(
  'libvirt refuses in the same words: $what',
  ({ command, section, xml, parentIndex = -1, on = 'addresses' }) => {
    const update = `net-update lab ${command} ${section} f.xml --parent-index ${parentIndex}`;
    const { error } = virsh(`net-define n.xml; ${update}`, { 'n.xml': subject[on], 'f.xml': xml });
    expect(() => applyUpdate(parseNetwork(subject[on]), { command, section, xml, parentIndex })).toThrow(
      expect.objectContaining({ name: 'ViaductError', message: error }),
    );
  },
);
