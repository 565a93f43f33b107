import { ViaductError } from '../model/errors.ts';
import type { BackendName, HostFile, WrittenInterface } from '../model/host-config.ts';

export interface ChoiceFacts {
  /** The interfaces that shall change, and those below them. */
  readonly names: readonly string[];
  readonly files: ReadonlyMap<BackendName, readonly HostFile[]>;
  readonly written: readonly WrittenInterface[];
  /** Whose service runs; undefined when nobody looked, as for the files of another host. */
  readonly active?: readonly BackendName[];
}

export interface Choice {
  readonly backend: BackendName;
  /** Why, a sentence each. */
  readonly evidence: readonly string[];
}

/** Without a file that names the interface: netplan is in front of the two it drives; ifupdown and ifcfg come with files only. */
const order: readonly BackendName[] = ['netplan', 'networkmanager', 'networkd', 'ifupdown', 'ifcfg'];

/**
 * Whose files an interface belongs in: those that name it, else those of the program that runs, else those that are there.
 *
 * @throws `operation-unsupported` when two programs claim the interfaces, or none is there.
 */
export function chooseBackend({ names, files, written, active }: ChoiceFacts): Choice {
  const naming = written.filter(({ definition }) => names.includes(definition.name));
  const evidence = naming.map(({ backend, file, line, definition }) => `${file}:${line} describes ${definition.name} for ${backend}.`);
  const [first, ...others] = [...new Set(naming.map(({ backend }) => backend))];
  const rival = others.find((other) => other !== first);
  if (rival !== undefined)
    throw new ViaductError('operation-unsupported', `${first} and ${rival} both describe ${names.join(', ')}`, {
      hint: `${evidence.join(' ')} Say which one it shall be with --backend.`,
    });
  if (first !== undefined) return { backend: first, evidence: [...evidence, ...rendererOf(first, files), ...runs(first, active)] };
  const nobody = `No file describes ${names.join(' or ')} yet.`;
  const present = order.filter((name) => (files.get(name) ?? []).length > 0);
  if (present.includes('netplan'))
    return { backend: 'netplan', evidence: [nobody, 'This host has netplan files.', ...rendererOf('netplan', files)] };
  const running = order.find((name) => active?.includes(name));
  if (running !== undefined) return { backend: running, evidence: [nobody, ...runs(running, active)] };
  const [only] = present;
  if (only !== undefined) return { backend: only, evidence: [nobody, `This host has files for ${only}.`] };
  throw new ViaductError('operation-unsupported', `${nobody} No program that would read one is known to run here`, {
    hint: 'Say which one it shall be with --backend.',
  });
}

function runs(name: BackendName, active: readonly BackendName[] | undefined): string[] {
  return active?.includes(name) === true ? [`The service of ${name} runs.`] : [];
}

function rendererOf(name: BackendName, files: ChoiceFacts['files']): string[] {
  const renderer =
    name === 'netplan'
      ? (files.get('netplan') ?? []).flatMap(({ text }) => /^[^#\n]*\brenderer:\s*["']?(\w+)/m.exec(text)?.[1] ?? []).at(-1)
      : undefined;
  return renderer === undefined ? [] : [`netplan hands it to ${renderer}.`];
}
