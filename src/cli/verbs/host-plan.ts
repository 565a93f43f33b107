import { parseInterface } from '../../formats/libvirt/interface.ts';
import { backends, chooseBackend, readHost, type Choice } from '../../hostconfig/index.ts';
import { namesOf, planFiles, type FilesWish } from '../../hostconfig/plan.ts';
import type { HostInterface } from '../../model/host-interface.ts';
import { attempt, type Session } from '../session.ts';
import type { ExitStatus } from '../verb.ts';
import { oneOf } from './choice.ts';
import { readInputFile } from './files.ts';
import { activeBackends, readFiles, type FilesByBackend } from './host-files.ts';
import { placed } from './plan.ts';
import { fileDiff } from './text-diff.ts';

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
        ? choose({ wanted, removed: remove }, files, root === '/' ? await activeBackends() : undefined)
        : { backend: asked, evidence: [t('host.asked')] };
    return { choice: chosen, edit: planFiles(chosen.backend, { wanted, removed: remove }, files.get(chosen.backend) ?? []) };
  });
  const changes = edit.changes.map((change) => ({ ...change, mode: change.mode.toString(8).padStart(4, '0') }));
  if (session.json) session.printJson({ ...choice, changes });
  else {
    session.tell(`${t('host.chosen', { backend: choice.backend })} ${choice.evidence.join(' ')}`);
    for (const change of edit.changes) terminal.stdout(fileDiff(change.path, change.before, change.after));
  }
  if (changes.length > 0) return 4;
  session.tell(t('host.as-asked'));
  return 0;
}

function choose({ wanted, removed }: FilesWish, files: FilesByBackend, active: Choice['backend'][] | undefined): Choice {
  const names = [...new Set([...removed, ...namesOf(wanted)])];
  return chooseBackend({ names, files, written: readHost(files).interfaces, ...(active !== undefined && { active }) });
}
