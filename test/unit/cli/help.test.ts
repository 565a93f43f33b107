import { describe, expect, it } from 'vitest';
import { en } from '../../../src/cli/i18n/en.ts';
import { errorsEn } from '../../../src/cli/i18n/errors-en.ts';
import { errorsZhCN } from '../../../src/cli/i18n/errors-zh-CN.ts';
import { helpEn } from '../../../src/cli/i18n/help-en.ts';
import { helpZhCN } from '../../../src/cli/i18n/help-zh-CN.ts';
import { chooseLanguage } from '../../../src/cli/i18n/translate.ts';
import { placeholders } from '../../../src/model/template.ts';
import { zhCN } from '../../../src/cli/i18n/zh-CN.ts';
import { verbs } from '../../../src/cli/verbs.ts';
import { statuses } from '../../../src/rest/errors.ts';
import { run } from './run.ts';

const chinese = { env: { LC_ALL: 'zh_CN.UTF-8' } };
const hasChinese = /\p{Script=Han}/u;

describe('both languages say everything', () => {
  it.each(Object.entries(en))('%s names the same values', (key, text) => {
    expect(placeholders(zhCN[key as keyof typeof zhCN]).toSorted()).toEqual(placeholders(text).toSorted());
  });

  it('and nothing is left in English', () => {
    // Abbreviations such as UUID and MAC are the same in both.
    const isEnglish = (text: string) => !hasChinese.test(text) && /[a-z]{3}/.test(text.replaceAll(/\{\{.*?\}\}/g, ''));
    const untranslated = [...Object.entries(zhCN), ...Object.entries(helpZhCN)].filter(([, text]) => isEnglish(text));
    expect(untranslated).toEqual([]);
    expect(Object.keys(helpZhCN).toSorted()).toEqual(Object.keys(helpEn).toSorted());
  });

  it('about every error, and always with a text that needs only the message', () => {
    const codes = Object.keys(statuses).toSorted();
    expect(Object.keys(errorsEn).toSorted()).toEqual(codes);
    expect(Object.keys(errorsZhCN).toSorted()).toEqual(codes);
    for (const [code, texts] of Object.entries(errorsZhCN))
      expect({ code, last: placeholders(texts.at(-1) ?? '') }).toEqual({ code, last: code === 'plan-stale' ? [] : ['message'] });
  });
});

it.each([
  [{ LC_ALL: 'zh_CN.UTF-8', LANG: 'en_US.UTF-8' }, 'zh-CN'],
  [{ LC_ALL: '', LC_MESSAGES: 'zh_CN', LANG: 'C' }, 'zh-CN'],
  [{ LANG: 'zh_TW.UTF-8' }, 'zh-CN'],
  [{ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'en'],
  [{ LANG: 'de_DE.UTF-8' }, 'en'],
  [{ LANG: 'zhx' }, 'en'],
  [{}, 'en'],
] as const)('the locale %o means %s', (env, language) => expect(chooseLanguage(env)).toBe(language));

describe.each(verbs)('$name', (verb) => {
  it('is explained in both languages, every option too', async () => {
    const english = (await run(['help', verb.name])).stdout;
    const translated = (
      await run(
        [
          verb.name === 'lab' || verb.name === 'render' ? 'help' : verb.name,
          ...(verb.name === 'lab' || verb.name === 'render' ? [verb.name] : ['--help']),
        ],
        chinese,
      )
    ).stdout;
    expect(translated).toMatch(hasChinese);
    for (const name of Object.keys(verb.options)) {
      expect(english).toContain(`--${name}`);
      expect(translated).toContain(`--${name}`);
    }
  });

  it('has code behind it, and its positional options come in the order they are read', async () => {
    expect(typeof (await verb.load())).toBe('function');
    const positional = Object.values(verb.options).filter((option) => option.positional === true);
    expect(positional.toSorted((one, other) => Number(other.required === true) - Number(one.required === true))).toEqual(positional);
  });
});

it('every explained verb exists', () => {
  const explained = Object.keys(helpEn).flatMap((key) => (key.startsWith('verb.') ? [key.slice('verb.'.length)] : []));
  expect(verbs.map(({ name }) => name).toSorted()).toEqual(explained.toSorted());
});

it('help has the layout of virsh', async () => {
  const { stdout } = await run(['help', 'net-autostart']);
  expect(stdout.startsWith('  NAME\n    net-autostart - ')).toBe(true);
  expect(stdout).toContain('\n  SYNOPSIS\n    net-autostart <network> [--disable]\n');
  expect(stdout).toContain('\n  OPTIONS\n    [--network] <string>   ');
});

it.each([['help'], ['--help'], ['-h']])('%s lists every verb', async (word) => {
  const { stdout, status } = await run([word]);
  expect(status).toBe(0);
  for (const { name } of verbs) expect(stdout).toContain(name === 'bridge-show' ? 'bridge show' : name);
});

it('help lists a group by its keyword', async () => {
  const { stdout } = await run(['help', 'interface']);
  expect(stdout).toContain('iface-list');
  expect(stdout).not.toContain('net-list');
});

it('a verb may be asked about by two words', async () => {
  expect((await run(['net', 'list', '--help'])).stdout).toBe((await run(['help', 'net-list'])).stdout);
});

it.each([['--version'], ['-v'], ['version']])('%s prints the version alone', async (word) => {
  expect((await run([word])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('a noun', () => {
  it.each(['bridge --help', 'bridge -h', 'bridge help', 'help bridge'])('lists its verbs: %s', async (line) => {
    const { status, stdout } = await run(line.split(' '));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ +bridge-create +\S/m);
    expect(stdout).toMatch(/^ +bridge show +\S/m);
    expect(stdout).not.toContain('net-list');
  });

  it('is explained by what it can go on with when it goes on with something else', async () => {
    const { status, stderr } = await run(['vlan', 'frobnicate']);
    expect(status).toBe(2);
    expect(stderr).toContain('"viaduct vlan" goes on with one of: create, delete, list.');
    expect((await run(['vlan', 'frobnicate'], chinese)).stderr).toContain('create, delete, list');
  });

  it('leaves the help of a verb alone, also where it stands for one', async () => {
    expect((await run(['leases', '--help'])).stdout).toContain('net-dhcp-leases');
    expect((await run(['bridge', 'create', '--help'])).stdout).toContain('SYNOPSIS');
  });
});

it('D3: tells iface-list, iface-mac and iface-name apart', async () => {
  const { stdout } = await run(['help', 'interface']);
  expect(stdout).toMatch(/^ +iface-list +list the interfaces of the host$/m);
  expect(stdout).toMatch(/^ +iface-mac +print the MAC address of the interface with a name$/m);
  expect(stdout).toMatch(/^ +iface-name +print the name of the interface with a MAC address$/m);
});
