import { common, typeName } from '../arguments.ts';
import { UsageError } from '../failure.ts';
import type { HelpKey } from '../i18n/help-en.ts';
import type { Translator } from '../i18n/translate.ts';
import type { Session } from '../session.ts';
import type { Option, Verb } from '../verb.ts';
import { findVerb, verbs, verbsOf } from '../verbs.ts';
import { padEnd } from '../width.ts';

type Texts = Readonly<Record<HelpKey, string>>;

interface Topic {
  readonly command: string | undefined;
  /** Of a noun: `help bridge create`. */
  readonly verb: string | undefined;
}

export async function help(session: Session, { command, verb }: Topic): Promise<void> {
  if (command !== undefined) return helpAbout(session, verb === undefined ? command : `${command} ${verb}`);
  session.terminal.stdout(overview(await loadHelp(session.translator), groups));
}

/** About a keyword, a noun with all its verbs, or a single verb. */
export async function helpAbout({ translator, terminal }: Pick<Session, 'translator' | 'terminal'>, topic: string): Promise<void> {
  const { t } = translator;
  const texts = await loadHelp(translator);
  const group = groups.find((candidate) => candidate === topic);
  if (group !== undefined) return terminal.stdout(overview(texts, [group]));
  const ofNoun = verbsOf(topic);
  if (ofNoun.length > 1) return terminal.stdout(`${lines(ofNoun, texts)}\n`);
  const found = findVerb(topic.split(' '));
  if (found === undefined) throw new UsageError(t('usage.help-topic', { topic }), t('usage.all-verbs'));
  terminal.stdout(explainVerb(found.verb, texts));
}

/** `--help` behind a verb. */
export async function helpFor(session: Pick<Session, 'translator' | 'terminal'>, verb: Verb | undefined): Promise<void> {
  const texts = await loadHelp(session.translator);
  session.terminal.stdout(verb === undefined ? overview(texts, groups) : explainVerb(verb, texts));
}

const groups = ['network', 'port', 'guest', 'interface', 'host', 'spec', 'viaduct'] as const;

export async function loadHelp({ language }: Translator): Promise<Texts> {
  if (language === 'zh-CN') return (await import('../i18n/help-zh-CN.ts')).helpZhCN;
  return (await import('../i18n/help-en.ts')).helpEn;
}

function overview(texts: Texts, wanted: readonly Verb['group'][]): string {
  const sections = wanted.map((group) => {
    const ofGroup = verbs.filter((verb) => verb.group === group);
    return ` ${texts[`help.group.${group}`]}:\n${lines(ofGroup, texts)}`;
  });
  if (wanted.length === 1) return `${sections.join('')}\n`;
  return `${texts['help.usage']}\n\n${sections.join('\n')}\n${optionLines(texts['help.common'], common, texts)}\n${texts['help.noun-form']}\n${texts['help.more']}\n${texts['help.exit']}\n`;
}

function lines(some: readonly Verb[], texts: Texts): string {
  return some.map(({ name, about }) => `    ${padEnd(spoken(name), 30)} ${texts[about]}\n`).join('');
}

/** In the layout of `virsh help VERB`. */
export function explainVerb({ name, about, options }: Verb, texts: Texts): string {
  const given = Object.entries(options);
  return [
    `  ${texts['help.name']}\n    ${spoken(name)} - ${texts[about]}\n`,
    `  ${texts['help.synopsis']}\n    ${[spoken(name), ...given.map(([option, entry]) => synopsis(option, entry))].join(' ')}\n`,
    ...(given.length === 0 ? [] : [optionLines(`  ${texts['help.options']}`, options, texts)]),
    optionLines(`  ${texts['help.common']}`, common, texts),
  ].join('\n');
}

/** Verbs of ours that go by two words. */
function spoken(name: string): string {
  return name === 'bridge-show' ? 'bridge show' : name;
}

function synopsis(name: string, option: Option): string {
  if (option.positional === true && option.type === 'words') return `[<${name}>]...`;
  if (option.positional === true) return option.required === true ? `<${name}>` : `[<${name}>]`;
  if (option.type === 'flag') return `[--${name}]`;
  return `[--${name} <${typeName(option)}>]`;
}

function optionLines(title: string, options: Readonly<Record<string, Option>>, texts: Texts): string {
  const lines = Object.entries(options).map(([name, option]) => {
    const short = option.short === undefined ? '' : `-${option.short} | `;
    const left =
      option.type === 'flag'
        ? `${short}--${name}`
        : option.positional === true
          ? `[--${name}] <${typeName(option)}>`
          : `--${name} <${typeName(option)}>`;
    return `    ${padEnd(left, 22)} ${texts[option.about]}\n`;
  });
  return `${title}\n${lines.join('')}`;
}
