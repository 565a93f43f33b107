import type { HelpKey, VerbName } from './i18n/help-en.ts';
import type { Session } from './session.ts';

/** What a shell may offer for a value. */
export type Completion =
  | 'network'
  | 'active-network'
  | 'inactive-network'
  | 'port'
  | 'interface'
  | 'nic-model'
  | 'file'
  | readonly string[];

/** One option of a verb. As in virsh a positional one may also be given by its name: `--network lab`. */
export interface Option {
  readonly type: 'flag' | 'text' | 'number' | 'words';
  readonly about: HelpKey;
  readonly positional?: true;
  readonly required?: true;
  /** One letter, where virsh has none to be compatible with. */
  readonly short?: string;
  readonly complete?: Completion;
}

export type Options = Readonly<Record<string, Option>>;

type Value<Given extends Option> = Given['type'] extends 'flag'
  ? boolean
  : Given['type'] extends 'words'
    ? readonly string[]
    : Given['type'] extends 'number'
      ? Given['required'] extends true
        ? number
        : number | undefined
      : Given['required'] extends true
        ? string
        : string | undefined;

/** What a verb is handed: its options under their names. */
export type Values<Given extends Options> = { readonly [Name in keyof Given]: Value<Given[Name]> };

/** 0 is done, 1 failed, 2 a wrong call, 4 `plan` or `diff` found changes. */
export type ExitStatus = 0 | 1 | 2 | 4;

export type Run<Given> = (session: Session, values: Given) => Promise<ExitStatus | void>;

/**
 * One command: what is typed, what it accepts, and where its code lies. Parsing, help, completion and the
 * reference page all come from this entry.
 */
export interface Verb {
  readonly name: VerbName;
  readonly about: HelpKey;
  readonly group: 'network' | 'port' | 'guest' | 'interface' | 'spec' | 'host' | 'viaduct';
  readonly options: Options;
  /** The code, loaded when it is called for. Typed where the entry is made. */
  readonly load: () => Promise<Run<never>>;
}

export function verb<const Given extends Options>(
  name: VerbName,
  group: Verb['group'],
  options: Given,
  load: () => Promise<Run<Values<Given>>>,
): Verb {
  return { name, about: `verb.${name}`, group, options, load };
}
