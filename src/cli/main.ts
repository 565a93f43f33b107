import { connect } from '../rest/client.ts';
import { readArguments, refuseMissing, type Given } from './arguments.ts';
import { wantsColor } from './colors.ts';
import { UsageError } from './failure.ts';
import { readGlobals, type Globals } from './globals.ts';
import { chooseLanguage, loadTranslator, type Translator } from './i18n/translate.ts';
import { report } from './report.ts';
import type { Session, Terminal } from './session.ts';
import type { ExitStatus, Verb } from './verb.ts';
import { actionsOf, findVerb, isProgram, nounNames, topicOf, verbs, type ProgramName } from './verbs.ts';

export const defaultSocket = '/run/viaduct/viaduct.sock';

/** Commands that are programs of their own: they get their words as they were typed. */
export type Programs = Readonly<Record<ProgramName, (words: readonly string[]) => Promise<number>>>;

/** One command line, from its words to its exit status. */
export async function runCommand(args: readonly string[], terminal: Terminal, programs: Programs): Promise<number> {
  const translator = await loadTranslator(chooseLanguage(terminal.env));
  const machine = args.includes('--json');
  try {
    const globals = readGlobals(args, translator.t);
    if (globals.version) return await showVersion(globals, terminal);
    const [first, ...rest] = globals.words;
    if (first === '__complete') return await showCompletions(globals, terminal);
    if (isProgram(first) && !(first === 'daemon' && asksForHelp(rest))) return await programs[first](rest);
    if (globals.help) return await showHelp(translator, terminal, undefined);
    return await runVerb(globals, translator, terminal);
  } catch (error) {
    return report({ terminal, translator, json: machine }, error);
  }
}

async function runVerb(globals: Globals, translator: Translator, terminal: Terminal): Promise<ExitStatus> {
  const { t } = translator;
  const topic = topicOf(globals.words);
  if (topic !== undefined) return showTopic(translator, terminal, topic);
  const { verb, rest } = await chooseVerb(globals.words, t);
  const given = readArguments(verb.name, verb.options, rest, t);
  if (given['help'] === true) return showHelp(translator, terminal, verb);
  refuseMissing(verb.name, verb.options, given, t);
  const session = openSession(globals, given, translator, terminal);
  if (globals.connect !== undefined && !session.quiet && !session.json && terminal.interactive)
    terminal.stderr(`${t('note.connect', { uri: globals.connect })}\n`);
  const started = performance.now();
  let status: ExitStatus;
  try {
    const run = await verb.load();
    status = (await run(session, given as never)) ?? 0;
  } catch (error) {
    status = report(session, error);
  } finally {
    session.client[Symbol.dispose]();
  }
  if (globals.timing) session.print(`\n${t('timing.line', { ms: (performance.now() - started).toFixed(3) })}`);
  // virsh puts an empty line after every command but a mistyped one; scripts count on it.
  const likeVirsh = verb.group === 'network' || verb.group === 'interface' || verb.group === 'guest';
  if (likeVirsh && !session.quiet && !session.json && status !== 2) terminal.stdout('\n');
  return status;
}

async function chooseVerb(words: readonly string[], t: Translator['t']): Promise<{ verb: Verb; rest: readonly string[] }> {
  const found = findVerb(words.length === 0 ? ['status'] : words);
  if (found !== undefined) return found;
  const { suggest } = await import('./verbs/suggest.ts');
  const [first = '', second = ''] = words;
  const typed = nounNames.includes(first) ? `${first} ${second}` : first;
  const meant = suggest(
    typed.replace(' ', '-'),
    verbs.map(({ name }) => name),
  );
  throw new UsageError(t('usage.unknown-verb', { verb: typed }), wayOut(first, meant, t));
}

/** What to try instead: words that are near, else what the noun goes on with, else the list of all. */
function wayOut(noun: string, meant: readonly string[], t: Translator['t']): string {
  if (meant.length > 0) return t('usage.did-you-mean', { verbs: meant.map((name) => `"viaduct ${name}"`).join(', ') });
  const own = actionsOf(noun);
  return own.length > 0 ? t('usage.noun-verbs', { noun, verbs: own.join(', ') }) : t('usage.all-verbs');
}

function openSession(globals: Globals, given: Given, translator: Translator, terminal: Terminal): Session {
  const socketPath = textOf(given['socket']) ?? socketOf(globals, terminal);
  const json = globals.json || given['json'] === true;
  const quiet = globals.quiet || given['quiet'] === true;
  const color = given['no-color'] === true ? 'never' : (textOf(given['color']) ?? globals.color);
  return {
    client: connect({ socketPath }),
    socketPath,
    terminal,
    translator,
    t: translator.t,
    json,
    quiet,
    color: wantsColor(color, terminal.env, terminal.colors),
    print: (line) => terminal.stdout(`${line}\n`),
    tell: (line) => {
      if (!quiet && !json) terminal.stdout(`${line}\n`);
    },
    printJson: (value) => {
      if (json) terminal.stdout(`${JSON.stringify(value)}\n`);
    },
  };
}

function socketOf(globals: Globals, { env }: Terminal): string {
  return globals.socket ?? (env['VIADUCT_SOCKET'] || defaultSocket);
}

function textOf(value: Given[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asksForHelp(words: readonly string[]): boolean {
  return words.includes('--help') || words.includes('-h');
}

async function showHelp(translator: Translator, terminal: Terminal, verb: Verb | undefined): Promise<ExitStatus> {
  const { helpFor } = await import('./verbs/help.ts');
  await helpFor({ translator, terminal }, verb);
  return 0;
}

/** What `viaduct help TOPIC` says. */
async function showTopic(translator: Translator, terminal: Terminal, topic: string): Promise<ExitStatus> {
  const { helpAbout } = await import('./verbs/help.ts');
  await helpAbout({ translator, terminal }, topic);
  return 0;
}

async function showVersion({ json }: Globals, terminal: Terminal): Promise<ExitStatus> {
  const { version } = await import('../model/version.ts');
  terminal.stdout(json ? `${JSON.stringify({ version })}\n` : `${version}\n`);
  return 0;
}

async function showCompletions(globals: Globals, terminal: Terminal): Promise<ExitStatus> {
  const { complete } = await import('./verbs/complete.ts');
  const client = connect({ socketPath: socketOf(globals, terminal) });
  const candidates = await complete(globals.words.slice(1), client);
  client[Symbol.dispose]();
  terminal.stdout(candidates.map((candidate) => `${candidate}\n`).join(''));
  return 0;
}
