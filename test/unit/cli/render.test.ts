import { expect, test } from 'vitest';
import { runRender } from '../../../src/cli/verbs/render.ts';
import { address, lab } from '../formats/documents.ts';
import { subject } from '../formats/updates.ts';

async function render(
  argv: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const status = await runRender(argv, {
    stdin: () => Promise.resolve(files['-'] ?? ''),
    readFile: (path) =>
      files[path] === undefined ? Promise.reject(new Error(`ENOENT: no such file, open '${path}'`)) : Promise.resolve(files[path]),
    stdout: (text) => (out += text),
    stderr: (text) => (err += text),
  });
  return { status, out, err };
}

test('render xml makes nothing up', async () => {
  expect(await render(['xml', '-'], { '-': lab(`<forward/>${address}`) })).toEqual({
    status: 0,
    out: "<network>\n  <name>lab</name>\n  <forward mode='nat'/>\n  <bridge stp='on' delay='0'/>\n  <ip address='192.168.77.1' netmask='255.255.255.0'>\n  </ip>\n</network>\n",
    err: '',
  });
});

test('render update applies a fragment, with or without a parent index', async () => {
  const files = { n: subject.addresses, f: "<host mac='52:54:00:00:00:07' ip='192.168.77.7'/>" };
  const call = ['update', '--xml', 'n', '--command', 'add-last', '--section', 'ip-dhcp-host'];
  for (const index of [[], ['--parent-index', '1'], ['--parent-index', '-1'], ['--parent-index=-1']]) {
    const { status, out } = await render([...call, ...index, 'f'], files);
    expect({ status, has: out.includes("<host mac='52:54:00:00:00:07' ip='192.168.77.7'/>") }).toEqual({ status: 0, has: true });
  }
});

test('a refusal is a sentence with a hint, and no stack', async () => {
  expect(await render(['xml', 'n'], { n: lab("<forward mode='nat'/>") })).toEqual({
    status: 1,
    out: '',
    err: "error: nat forwarding requested, but no IP address provided for network 'lab'\nhint: Add an <ip address='…'>, or leave <forward> out for an isolated network.\n",
  });
});

test('a file that is not there is an error', async () => {
  const { status, err } = await render(['interface', 'nowhere'], {});
  expect(status).toBe(1);
  expect(err).toMatch(/^error: ENOENT/);
});

test.each([
  [[]],
  [['xml']],
  [['xml', 'a', 'b']],
  [['poem', 'a']],
  [['update', 'f']],
  [['update', '--xml', 'n', '--command', 'swap', '--section', 'dns-txt', 'f']],
])('a wrong call %j is answered by the usage', async (argv) => {
  const { status, err } = await render(argv, { a: '', b: '' });
  expect(status).toBe(2);
  expect(err).toMatch(/^usage: viaduct render/);
});
