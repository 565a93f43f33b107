import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, TestHost, viaduct } from './harness.ts';

let host: TestHost;
beforeAll(async () => {
  host = await TestHost.create();
});
afterAll(() => host.close());

const labXml = (name: string, number: number, more = '') =>
  `<network><name>${name}</name><bridge name='virbr${number}' stp='off'/>${more}<ip address='10.9.${number}.1' prefix='24'><dhcp><range start='10.9.${number}.10' end='10.9.${number}.99'/></dhcp></ip></network>`;
const define = (name: string, number: number, more?: string) => host.withXml('net-define', labXml(name, number, more));

/** With another environment than `TestHost.cli` gives. */
const cliWith = (env: Record<string, string>, ...words: readonly string[]) =>
  host.host.run([viaduct, '--socket', host.socket, ...words], { env: { LC_ALL: 'C.UTF-8', ...env } });
/** On a terminal of its own, with what a user would type. */
const onTerminal = (env: Record<string, string>, input: string, words: string) =>
  host.host.run(['script', '-qec', `${viaduct} --socket ${host.socket} ${words}`, '/dev/null'], {
    env: { LC_ALL: 'C.UTF-8', TERM: 'xterm', ...env },
    input,
  });

describe('net-edit', () => {
  beforeAll(() => define('edited', 20));
  const drafts = () => readdirSync(host.folder).filter((name) => name.startsWith('viaduct-'));
  const edit = (editor: string, env: Record<string, string> = {}) =>
    cliWith({ EDITOR: editor, TMPDIR: host.folder, ...env }, 'net-edit', 'edited');
  const inactive = () => host.must('net-dumpxml', 'edited', '--inactive');

  it('S089: saves what the editor left, and removes its file', async () => {
    expect(await edit('sed -i s/10.9.20.99/10.9.20.88/')).toEqual({
      code: 0,
      stdout: 'Network edited XML configuration edited.\n\n',
      stderr: '',
    });
    expect(await inactive()).toContain("end='10.9.20.88'");
    expect(drafts()).toEqual([]);
  });

  it('says so when nothing was changed', async () => {
    expect(await edit('true')).toEqual({ code: 0, stdout: 'Network edited XML configuration not changed.\n\n', stderr: '' });
    expect(drafts()).toEqual([]);
  });

  it('prefers $VISUAL, and gives it the text as virsh prints it', async () => {
    const before = await inactive();
    await edit('false', { VISUAL: `cp -t ${host.folder}` });
    const copy = readdirSync(host.folder).find((name) => name === 'edit.xml');
    expect(readFileSync(join(host.folder, copy ?? ''), 'utf8')).toBe(before.replace(/\n\n$/, '\n'));
  });

  it.each([
    ['broken XML', 's,</network>,</netwrk>,', /Opening and ending tag mismatch/],
    ['another root element', 's,network>,domain>,', /expecting root element of 'network', not 'domain'/],
    ['an address outside its network', 's,10.9.20.10,10.9.21.10,', /10\.9\.21\.10/],
  ])('keeps the text and the definition after %s', async (_, change, cause) => {
    const before = await inactive();
    const { code, stderr } = await edit(`sed -i '${change}'`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: Failed to change network edited\nerror: /);
    expect(stderr).toMatch(cause);
    const file = /Your text is kept in (\S+)\./.exec(stderr)?.[1] ?? '';
    expect(readFileSync(file, 'utf8')).not.toBe(before);
    expect(await inactive()).toBe(before);
  });

  it('opens the same text again when the user wants to correct it', async () => {
    // The first run breaks the text, the second mends what it finds.
    const mend = host.file(
      'mend',
      '#!/bin/sh\nif grep -q "</netwrk>" "$1"; then sed -i "s,</netwrk>,</network>," "$1"; else sed -i "s,</network>,</netwrk>,; s,<dhcp>,<dhcp><range start=\\"10.9.20.5\\" end=\\"10.9.20.6\\"/>," "$1"; fi\n',
    );
    await host.host.must(['chmod', '+x', mend]);
    const again = await onTerminal({ EDITOR: mend }, 'x\n?\ny\n', 'net-edit edited');
    expect(again.stdout).toContain('Failed. Try again? [y,n,f,?]:');
    expect(again.stdout).toContain('y - yes, start the editor again');
    expect(again.stdout).toContain('Network edited XML configuration edited.');
    expect(await inactive()).toContain("<range start='10.9.20.5' end='10.9.20.6'/>");
  });

  it('throws the text away only when told to', async () => {
    const before = await inactive();
    const { code } = await onTerminal({ EDITOR: 'sed -i s,network,netwrk,', TMPDIR: host.folder }, 'n\n', 'net-edit edited');
    expect(code).toBe(1);
    expect(await inactive()).toBe(before);
  });

  it('does not overwrite what another user changed meanwhile', async () => {
    const editor = `${viaduct} --socket ${host.socket} net-desc edited --config changed meanwhile; sed -i s/10.9.20.1/10.9.20.2/`;
    const { code, stderr } = await edit(editor);
    expect(code).toBe(1);
    expect(stderr).toContain('error: The XML configuration was changed by another user meanwhile.\n');
    expect(await inactive()).toContain('changed meanwhile');
  });

  describe('with --live', () => {
    const editLive = (editor: string) => cliWith({ EDITOR: editor, TMPDIR: host.folder }, 'net-edit', 'edited', '--live');
    const running = () => host.must('net-dumpxml', 'edited');

    it('refuses a network that does not run, before anybody has edited anything', async () => {
      expect(await editLive('false')).toEqual({
        code: 1,
        stdout: '\n',
        stderr:
          'error: Failed to change network edited\nerror: The network is not running.\nhint: Leave --live out: the change is then used from its start on.\n',
      });
    });

    it('S089: what runs changes at once, together with the definition, and without it only the definition', async () => {
      await host.must('net-start', 'edited');
      await edit('sed -i s/10.9.20.88/10.9.20.77/');
      expect([await inactive(), await running()]).toEqual([
        expect.stringContaining("end='10.9.20.77'"),
        expect.stringContaining("end='10.9.20.88'"),
      ]);
      const { code, stdout } = await editLive('sed -i s/10.9.20.77/10.9.20.66/');
      expect([code, stdout]).toEqual([
        0,
        expect.stringContaining('Network edited XML configuration edited, and what runs changed with it.'),
      ]);
      expect([await inactive(), await running()]).toEqual([
        expect.stringContaining("end='10.9.20.66'"),
        expect.stringContaining("end='10.9.20.66'"),
      ]);
      await host.must('net-destroy', 'edited');
    });
  });

  it('says which editor failed, and that nothing was changed', async () => {
    const { code, stderr } = await edit('false');
    expect(code).toBe(1);
    expect(stderr).toBe('error: The editor "false" ended with status 1.\n');
  });
});

describe('net-event', () => {
  it('tells lifecycle events in the words of virsh, one with its time, and ends after the first', async () => {
    await define('told', 21);
    const listening = host.cli('net-event', '--event', 'lifecycle', '--timestamp');
    await eventually(
      'it has heard',
      async () => {
        await host.must('net-start', 'told');
        await host.must('net-destroy', 'told');
        return Promise.race([listening.then(() => true), new Promise<false>((resolve) => setTimeout(() => resolve(false), 100))]);
      },
      20_000,
    );
    const { code, stdout } = await listening;
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\+0000: event 'lifecycle' for network told: (Started|Stopped)\nevents received: 1\n\n$/,
    );
  });

  it('goes on with --loop until the timeout, for one network and one kind only', async () => {
    await define('heard', 22);
    const listening = host.cli('net-event', '--event', 'lifecycle', '--loop', '--network', 'heard', '--timeout', '4');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await host.must('net-start', 'told');
    await host.must('net-start', 'heard');
    await host.must('net-desc', 'heard', 'new text');
    await host.must('net-destroy', 'heard');
    await host.must('net-undefine', 'heard');
    const { code, stdout } = await listening;
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        ['Started', 'Stopped', 'Undefined'].map((what) => `event 'lifecycle' for network heard: ${what}\n`).join('') +
        'event loop timed out\nevents received: 3\n\n',
    });
  });

  it('ends with what it heard when it is interrupted', async () => {
    const { code, stdout } = await host.host.run(
      ['timeout', '--signal=INT', '5', viaduct, '--socket', host.socket, 'net-event', '--event', 'all', '--loop'],
      { env: { LC_ALL: 'C.UTF-8' } },
    );
    expect({ code, stdout }).toEqual({ code: 124, stdout: 'event loop interrupted\nevents received: 0\n\n' });
  });

  it('prints one JSON object a line', async () => {
    const listening = host.cli('net-event', '--event', 'all', '--loop', '--timeout', '3', '--json');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await host.must('net-desc', 'told', '--title', 'Title');
    const events = (await listening).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'network-metadata', what: 'title' }));
  });
});

describe('descriptions and metadata', () => {
  beforeAll(() => define('described', 23));

  it('net-desc shows, sets and removes both texts', async () => {
    expect(await host.must('net-desc', 'described')).toBe('No description for network: described\n\n');
    expect(await host.must('net-desc', 'described', '--title')).toBe('No title for network: described\n\n');
    expect(await host.must('net-desc', 'described', 'for', 'the', 'lab')).toBe('Network description updated successfully\n\n');
    expect(await host.must('net-desc', 'described', '--title', '实验室')).toBe('Network title updated successfully\n\n');
    expect(await host.must('net-desc', 'described')).toBe('for the lab\n\n');
    expect(await host.must('net-desc', 'described', '--title')).toBe('实验室\n\n');
    expect(await host.must('net-list', '--inactive', '--title')).toContain(' described   inactive   no          yes          实验室\n');
    await host.must('net-desc', 'described', '');
    expect(await host.must('net-desc', 'described')).toBe('No description for network: described\n\n');
  });

  it('net-desc --edit takes the text from the editor', async () => {
    const { stdout } = await cliWith({ EDITOR: 'printf "two\\nlines\\n" >' }, 'net-desc', 'described', '--edit');
    expect(stdout).toBe('Network description updated successfully\n\n');
    expect(await host.must('net-desc', 'described')).toBe('two\nlines\n\n');
  });

  it('net-metadata sets, shows and removes an element of another namespace', async () => {
    const uri = 'urn:example:app';
    expect((await host.cli('net-metadata', 'described', uri)).stderr).toContain(
      'error: metadata not found: Requested metadata element is not present\n',
    );
    expect(await host.must('net-metadata', 'described', uri, '--key', 'app', '--set', "<owner name='ann'/>")).toBe('Metadata modified\n\n');
    expect(await host.must('net-metadata', 'described', uri)).toBe('<owner name="ann"/>\n\n');
    expect(await host.must('net-dumpxml', 'described')).toContain('<app:owner xmlns:app="urn:example:app" name="ann"/>');
    expect(await host.must('net-metadata', 'described', uri, '--remove')).toBe('Metadata removed\n\n');
    expect((await host.cli('net-metadata', 'described', uri)).code).toBe(1);
  });

  it('a live text of a stopped network is refused', async () => {
    expect(await host.cli('net-desc', 'described', '--live', 'text')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^error: Failed to change the metadata of network described\nerror: Requested operation is not valid: network is not running\n/,
      ) as string,
    });
  });
});

describe('specifications', () => {
  const spec = (bridge: string) => `apiVersion: viaduct/v1
network: planned
bridge: ${bridge}
`;

  it('plan changes nothing and says what apply would do; apply does it, and then there is nothing left', async () => {
    const file = host.file('planned.xml', labXml('planned', 24));
    const planned = await host.cli('plan', file);
    expect(planned).toMatchObject({ code: 4, stderr: '' });
    expect(planned.stdout).toContain('create bridge virbr24');
    expect(planned.stdout).toContain(`Apply them with: viaduct apply ${file}\n`);
    expect((await host.cli('net-info', 'planned')).code).toBe(1);
    expect((await host.cli('apply', file, '--dry-run')).code).toBe(4);

    expect((await host.cli('diff', file)).stdout).toMatch(/^--- planned\n\+\+\+ .*planned\.xml\n@@ -0,0 \+1,\d+ @@\n\+<network>\n/);
    const applied = await host.cli('apply', file);
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    expect(applied.stdout).toMatch(/Applied: \d+ steps, 2 definitions\.\n$/);
    expect(await host.host.sh('ip -br link show virbr24')).toContain('virbr24');

    expect(await host.cli('plan', file)).toEqual({ code: 0, stdout: 'Nothing to do: the host is as described.\n', stderr: '' });
    expect(await host.cli('apply', file)).toEqual({ code: 0, stdout: 'Nothing to do: the host is as described.\n', stderr: '' });
    expect(await host.cli('diff', file)).toEqual({ code: 0, stdout: 'No differences.\n', stderr: '' });
  });

  it('diff shows the lines that a file would change, with exit status 4', async () => {
    const file = host.file('changed.xml', labXml('planned', 24).replace('10.9.24.99', '10.9.24.98'));
    const { code, stdout } = await host.cli('diff', file);
    expect(code).toBe(4);
    expect(stdout).toMatch(
      /\n-\s+<range start='10\.9\.24\.10' end='10\.9\.24\.99'\/>\n\+\s+<range start='10\.9\.24\.10' end='10\.9\.24\.98'\/>\n/,
    );
    expect(JSON.parse((await host.cli('diff', file, '--json')).stdout)).toEqual([{ network: 'planned', diff: stdout }]);
  });

  it('diff without a file finds a host that is as defined', async () => {
    expect(await host.cli('diff')).toEqual({ code: 0, stdout: 'No differences.\n', stderr: '' });
  });

  it('a terminal asks first, and no is no', async () => {
    const file = host.file('asked.xml', labXml('asked', 25));
    const refused = await onTerminal({}, 'n\n', `apply ${file}`);
    expect(refused.stdout).toContain('Apply this? [y/N]');
    expect(refused.code).toBe(1);
    expect((await host.cli('net-info', 'asked')).code).toBe(1);
    expect((await onTerminal({}, 'y\n', `apply ${file}`)).code).toBe(0);
    expect((await host.cli('net-info', 'asked')).code).toBe(0);
  });

  it('reads standard input', async () => {
    const { code } = await host.host.run([viaduct, '--socket', host.socket, 'apply', '-'], { input: labXml('piped', 26) });
    expect(code).toBe(0);
    expect(await host.must('net-list', '--name')).toContain('piped\n');
  });

  it('a mistake is shown with file, line and column, and nothing is changed', async () => {
    const before = await host.must('net-list', '--all');
    const file = host.file('mistaken.yaml', spec('[1'));
    const { code, stderr } = await host.cli('apply', file);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^error: Failed to apply ${file}\\nerror: ${file}:\\d+:\\d+: `));
    expect(await host.must('net-list', '--all')).toBe(before);
  });
});

describe('in Chinese', () => {
  const chinese = (...words: readonly string[]) => cliWith({ LC_ALL: 'zh_CN.UTF-8' }, ...words);

  it('tables keep their layout, with wide names too', async () => {
    await define('实验网络', 27);
    await host.must('net-start', '实验网络');
    const { stdout } = await chinese('net-list', '--all', '--autostart');
    expect(stdout).toBe(' 名称   状态   自动启动   持久\n--------------------------------\n\n');
    const named = (await chinese('net-list')).stdout.split('\n').find((line) => line.includes('实验网络'));
    expect(named).toMatch(/^ 实验网络 +活动   否         是$/);
  });

  it('what is done and what fails is said in Chinese', async () => {
    expect((await chinese('net-destroy', '实验网络')).stdout).toBe('网络 实验网络 已停止\n\n');
    expect(await chinese('net-start', '没有')).toEqual({
      code: 1,
      stdout: '\n',
      stderr: '错误：找不到网络“没有”\n错误：没有名称或 UUID 为“没有”的网络\n提示：用“viaduct net-list --all”列出所有网络。\n',
    });
    expect((await chinese('net-start')).stderr).toBe(
      '错误：命令“net-start”需要 <network> 选项\n提示：“viaduct help net-start”说明它的用法。\n',
    );
    expect((await chinese('help')).stdout).toContain('列出网络');
    expect((await chinese()).stdout).toContain('网络：共');
  });
});

describe('bad input is refused with the reason and exit status 1, and nothing is changed', () => {
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${'bcdefghij'
    .split('')
    .map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghij'[index]};`.repeat(10)}">`)
    .join('')}]><network><name>&j;</name></network>`;
  it.each([
    ['no XML at all', 'hello', /Start tag expected/],
    ['an empty file', '', /./],
    ['an entity bomb', bomb, /./],
    ['a name with a slash', labXml('a/b', 40), /invalid char in name: \//],
    ['an unknown forward mode', labXml('x', 40, "<forward mode='teleport'/>"), /teleport/],
    ['a bridge of the host', labXml('x', 40).replace('virbr40', 'eth0'), /eth0|in use|exists/i],
    ['a range outside its subnet', labXml('x', 40).replace("end='10.9.40.99'", "end='10.9.41.99'"), /10\.9\.41\.99/],
    ['a subnet that another network has', labXml('x', 40).replaceAll('10.9.40.', '10.9.24.'), /10\.9\.24|planned|in use/],
  ])('%s', async (_, xml, cause) => {
    const before = await host.must('net-list', '--all');
    const bridges = await host.host.sh('ip -br link show type bridge');
    const { code, stdout, stderr } = await host.cli('net-create', host.file('bad.xml', xml));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '\n' });
    expect(stderr).toMatch(/^error: Failed to create network from \S+\nerror: \S/);
    expect(stderr).toMatch(cause);
    expect(await host.must('net-list', '--all')).toBe(before);
    expect(await host.host.sh('ip -br link show type bridge')).toBe(bridges);
  });
});

describe('the program', () => {
  it('shows its status when it is called alone', async () => {
    const stdout = await host.must();
    expect(stdout.split('\n').length - 1).toBeLessThanOrEqual(10);
    expect(stdout).toMatch(/^Viaduct \d+\.\d+\.\d+, up for .*\nNetworks: \d+ active of \d+\n/);
  });

  it('finds its socket in the environment too', async () => {
    const { code } = await host.host.run([viaduct, 'net-list'], { env: { VIADUCT_SOCKET: host.socket } });
    expect(code).toBe(0);
  });

  it('completes names of networks that exist now', async () => {
    expect(await host.must('__complete', 'net-destroy', 'pi')).toBe('piped\n');
  });

  it('answers in JSON that does not depend on the language', async () => {
    const english = await host.must('net-info', 'piped', '--json');
    expect((await cliWith({ LC_ALL: 'zh_CN.UTF-8' }, 'net-info', 'piped', '--json')).stdout).toBe(english);
    expect(JSON.parse(english)).toMatchObject({ name: 'piped', active: true, bridge: 'virbr26', addresses: ['10.9.26.1/24'] });
  });

  it('does not mind a reader that has seen enough', async () => {
    const { stderr, code } = await host.host.run([
      'sh',
      '-c',
      `for i in 1 2 3 4 5; do ${viaduct} --socket ${host.socket} help | head -1; done`,
    ]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  });

  it('says what to do where no daemon runs', async () => {
    const { code, stderr } = await host.host.run([viaduct, '--socket', '/nowhere', 'net-list'], { env: { LC_ALL: 'C' } });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'error: failed to connect to the daemon\nerror: No daemon answers on /nowhere.\nhint: Start it with "sudo viaduct daemon", or name its socket with --socket or VIADUCT_SOCKET.\n',
    });
  });

  it.runIf(existsSync('/usr/bin/setpriv'))('tells a user without rights so', async () => {
    await host.host.sh(`chmod 755 ${host.folder}`);
    const { code, stderr } = await host.host.run(
      ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', viaduct, '--socket', host.socket, 'net-list'],
      { env: { LC_ALL: 'C' } },
    );
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: Failed to list networks\nerror: access denied: User 'nobody' may not do this: no network is granted to him.\nhint: Use sudo, or become a member of the group "viaduct" or "libvirt".\n`,
    });
  });
});

describe('net history, net undo', () => {
  it('shows who changed a network, says what taking it back does, and takes it back', async () => {
    await define('regretted', 60);
    await host.must('net-autostart', 'regretted');
    const [, , newest = ''] = (await host.must('net', 'history', 'regretted')).split('\n');
    expect(newest).toMatch(/root\s+regretted\s+starts with the host/);
    const [, change = ''] = /^ (\d+)/.exec(newest) ?? [];
    const planned = await host.cli('net', 'undo', change, '--dry-run');
    expect(planned).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('no longer start network "regretted" with the host') as string,
    });
    expect(await host.must('net', 'undo', change)).toContain(`Change ${change} of network regretted was taken back`);
    expect(await host.must('net-info', 'regretted')).toMatch(/Autostart: +no/);
    expect(await host.cli('net', 'undo', change)).toMatchObject({ code: 1, stderr: expect.stringContaining('already') as string });
  });
});
