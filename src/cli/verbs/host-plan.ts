import { createHash } from 'node:crypto';
import { parseInterface } from '../../formats/libvirt/interface.ts';
import { backends, chooseBackend, readHost, type Choice } from '../../hostconfig/index.ts';
import { ViaductError } from '../../model/errors.ts';
import type { HostEdit, HostFileChange } from '../../model/host-config.ts';
import type { HostInterface } from '../../model/host-interface.ts';
import { attempt, type Session } from '../session.ts';
import type { ExitStatus } from '../verb.ts';
import { oneOf } from './choice.ts';
import { readInputFile } from './files.ts';
import { activeBackends, readFiles, type FilesByBackend } from './host-files.ts';
import { placed } from './plan.ts';
import { unifiedDiff } from './text-diff.ts';

interface PlanHostOptions {
  readonly file: string;
  readonly and: readonly string[];
  readonly remove: readonly string[];
  readonly backend: string | undefined;
  readonly root: string | undefined;
}

/** `host plan`: how the host's own files would have to change. Needs no daemon and changes nothing. */
export async function planHost(session: Session, { file, and, remove, backend, root = '/' }: PlanHostOptions): Promise<ExitStatus> {
  const { t, terminal } = session;
  const asked =
    backend === undefined
      ? undefined
      : oneOf(
          session,
          'backend',
          backend,
          backends.map(({ name }) => name),
        );
  const wanted: HostInterface[] = [];
  for (const path of [file, ...and]) {
    const xml = await readInputFile(session, path);
    wanted.push(await placed(session, path, t('failed.plan', { file: path }), async () => parseInterface(xml)));
  }
  const { choice, edit } = await attempt(t('failed.plan', { file }), async () => {
    const files = await readFiles(root);
    const chosen =
      asked === undefined
        ? choose(wanted, remove, files, root === '/' ? await activeBackends() : undefined)
        : { backend: asked, evidence: [t('host.asked')] };
    return { choice: chosen, edit: write(chosen, wanted, remove, files) };
  });
  const changes = edit.changes.map((change) => ({ ...change, mode: change.mode.toString(8).padStart(4, '0') }));
  if (session.json) session.printJson({ ...choice, changes });
  else {
    session.tell(`${t('host.chosen', { backend: choice.backend })} ${choice.evidence.join(' ')}`);
    for (const change of edit.changes) terminal.stdout(diffOf(change));
  }
  if (changes.length > 0) return 4;
  session.tell(t('host.as-asked'));
  return 0;
}

function choose(
  wanted: readonly HostInterface[],
  removed: readonly string[],
  files: FilesByBackend,
  active: Choice['backend'][] | undefined,
): Choice {
  const names = new Set([...removed, ...wanted.flatMap(namesIn)]);
  return chooseBackend({ names: [...names], files, written: readHost(files).interfaces, ...(active !== undefined && { active }) });
}

/** The interface and all that lie below it. */
function namesIn(one: HostInterface): string[] {
  const below = (part: {
    readonly name: string;
    readonly lower?: string;
    readonly ports?: readonly { readonly name: string }[];
  }): string[] => [part.name, ...(part.lower === undefined ? [] : [part.lower]), ...(part.ports ?? []).flatMap(below)];
  return below(one);
}

function write(
  { backend }: Choice,
  wanted: readonly HostInterface[],
  removed: readonly string[],
  files: FilesByBackend,
): Extract<HostEdit, { changes: unknown }> {
  const edit = backends.find(({ name }) => name === backend)?.write(wanted, files.get(backend) ?? [], { removed, uuidOf });
  if (edit !== undefined && 'changes' in edit) return edit;
  throw new ViaductError('operation-unsupported', edit?.unsupported ?? backend);
}

/** A profile made twice from the same name has the same UUID (version 5 in shape), so that a plan can be looked at again. */
function uuidOf(name: string): string {
  const digits = createHash('sha1').update(`viaduct interface ${name}`).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-5${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

function diffOf({ path, before, after }: HostFileChange): string {
  return unifiedDiff(before ?? '', after ?? '', before === undefined ? '/dev/null' : path, after === undefined ? '/dev/null' : path);
}
