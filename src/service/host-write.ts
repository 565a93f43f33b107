import { setTimeout } from 'node:timers/promises';
import { planFiles, type FilesWish } from '../hostconfig/plan.ts';
import type { BackendName, FilesChange, KeptFile } from '../model/host-config.ts';
import { hostState, type HostObject } from '../model/host-state.ts';
import type { IfName } from '../model/units.ts';
import { diffState } from '../plan/diff.ts';
import { planChanges } from '../plan/plan.ts';
import { changedMeanwhile, keepFile, putFile, stateOf, tidyBeside } from '../system/host-files.ts';
import { enterFiles, leaveFiles } from '../system/host-tools.ts';
import type { System } from '../system/system.ts';
import { tryAll } from './apply.ts';
import { change } from './change.ts';
import type { Context, Log } from './context.ts';
import type { Home } from './dialects.ts';
import type { Way } from './checkpoint.ts';
import { answeringGateways, expectAnswers, expectKernel, expectSession } from './host-checks.ts';
import { confirmCheckpoint, moveDeadline, openCheckpoint } from './interface-edits.ts';
import { crashPoint } from './knobs.ts';
import type { HostChange } from './operation-types.ts';

export interface Write extends FilesWish {
  /** What the change is called by. */
  readonly name: string;
}

/** While the files are written and the back end works, nobody is asked to confirm anything: so long it may take, milliseconds. */
const workingMs = 300_000;
/** What the back end has not brought back by then is put back without it. */
const bringsBackMs = 10_000;

/**
 * Changes interfaces in the host's own files, and has the program that reads them bring it about. Silence takes it back, as
 * in {@link changeGuarded}: what that needs is on the disk before the first file is touched.
 *
 * @throws and has taken everything back when the back end fails, when the kernel does not come to be as asked for, or when a
 * gateway that answered before answers no more.
 */
export async function writeGuarded(context: Context, home: Home, wish: Write, { seconds, dryRun, session }: Way): Promise<HostChange> {
  const { changes, before, after } = planFiles(home.backend, wish, home.files);
  const files = changes.map(keepFile);
  const told = toldOf(wish.name, home.backend, files);
  if (dryRun || files.length === 0) return told;
  const written = await asWritten(context.system, { backend: home.backend, files, before, after });
  return carryOut(context, written, wish, { seconds, session }, told);
}

/** The other way round: what was confirmed last becomes again what it was. */
export async function undoWritten(
  context: Context,
  { backend, files, before, after }: FilesChange,
  { seconds, session }: Way,
): Promise<HostChange> {
  const reversed = files.map(({ before: was, after: is, ...file }): KeptFile => ({ ...file, ...texts(is, was) }));
  for (const file of reversed) if (stateOf(file) !== 'before') throw changedMeanwhile(file.path);
  const stays = new Set(before.map(({ name }) => name));
  const removed = after.flatMap(({ name }) => (stays.has(name) ? [] : [name]));
  const name = removed[0] ?? before[0]?.name ?? backend;
  const written = await asWritten(context.system, { backend, files: reversed, before: after, after: before });
  return carryOut(context, written, { wanted: [], removed }, { seconds, session }, toldOf(name, backend, reversed));
}

async function asWritten(system: System, change: Omit<FilesChange, 'made' | 'had'>): Promise<FilesChange> {
  const present = await system.linkNames();
  const names = [...new Set([...change.before, ...change.after].map(({ name }) => name))];
  const had = await Promise.all(names.flatMap((name) => (present.has(name as IfName) ? [system.belongings(name as IfName)] : [])));
  const made = change.after.flatMap(({ name, type }) => (type === 'ethernet' || present.has(name as IfName) ? [] : [name]));
  return { ...change, made, had: had.flat() };
}

function toldOf(name: string, backend: BackendName, files: readonly KeptFile[]): HostChange {
  const changes = files.map(({ path, before, after }) => ({ path, ...texts(before, after) }));
  const steps = changes.map(
    ({ path, before, after }) => `${after === undefined ? 'remove' : before === undefined ? 'write' : 'change'} ${path}`,
  );
  return { name, steps, moved: [], files: { backend, changes } };
}

function texts(before: string | undefined, after: string | undefined): Pick<KeptFile, 'before' | 'after'> {
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

async function carryOut(
  asked: Context,
  written: FilesChange,
  wish: FilesWish,
  { seconds, session }: Pick<Way, 'seconds'> & { readonly session: Way['session'] | undefined },
  told: HostChange,
): Promise<HostChange> {
  // What has begun is finished or taken back, however long the caller's patience lasts.
  const context = { ...asked, signal: new AbortController().signal };
  const backup = await context.store.backUp(written.files);
  const answered = seconds === 0 ? [] : await answeringGateways(context.system);
  const working = Date.now() + workingMs;
  await change(context, (catalog) => openCheckpoint(catalog, working, written));
  crashPoint('files:intended');
  try {
    await context.checkpoints.arm(working);
    await bringAbout(written, 'after');
    const stillThere = await expectKernel(context.system, wish);
    await expectAnswers(context.system, answered, stillThere);
    if (seconds > 0) await expectSession(context.system, session);
  } catch (cause) {
    await context.checkpoints.goBack(context);
    throw cause;
  }
  const moved = await movedAddresses(context.system, written.had);
  if (seconds === 0) {
    await change(context, (catalog) => confirmCheckpoint(catalog, Date.now()));
    return { ...told, moved, backup };
  }
  const deadline = Date.now() + seconds * 1000;
  await change(context, (catalog) => moveDeadline(catalog, deadline));
  context.checkpoints.extend(deadline);
  return { ...told, moved, backup, confirmWithin: seconds };
}

/** Files, then the program that reads them. Repeating it changes nothing more. */
async function bringAbout({ backend, files, before, after }: FilesChange, wanted: 'before' | 'after'): Promise<void> {
  const [from, to] = wanted === 'after' ? [before, after] : [after, before];
  await leaveFiles(backend, from);
  crashPoint('files:left');
  for (const [index, file] of files.entries()) {
    if (stateOf(file) === (wanted === 'after' ? 'before' : 'after')) await putFile(file, wanted);
    else if (wanted === 'after') throw changedMeanwhile(file.path);
    crashPoint(`files:${index + 1}`);
  }
  const names = new Set(to.map(({ name }) => name));
  await enterFiles(
    backend,
    to,
    from.filter(({ name }) => !names.has(name)),
  );
  crashPoint('files:entered');
}

/**
 * Back to what it was: the files byte for byte, the back end by its own program, and what that does not bring back by hand. A
 * file that somebody else changed meanwhile is left as it is, and named in the log. May be repeated, after any crash.
 */
export async function takeFilesBack({ system, log }: { readonly system: System; readonly log: Log }, written: FilesChange): Promise<void> {
  const { files, had, made } = written;
  for (const file of files) {
    tidyBeside(file);
    if (stateOf(file) === 'other')
      log.error({ path: file.path }, `${file.path} was changed by somebody else meanwhile, and is left as it is.`);
  }
  try {
    await bringAbout(written, 'before');
  } catch (cause) {
    log.error(
      { err: cause, backend: written.backend },
      'The back end fails over the files as they were; its interfaces are put back without it.',
    );
  }
  await putBack(system, had, made);
}

/** The back end goes first; after a while the rest is done here. */
async function putBack(system: System, had: readonly HostObject[], made: readonly string[]): Promise<void> {
  const desired = hostState(had);
  for (let waited = 0; ; waited += 250) {
    const [names, observed] = [await system.linkNames(), await system.observe(desired.values())];
    const left = made.filter((name) => names.has(name as IfName));
    const missing = diffState(desired, observed);
    if (missing.length === 0 && left.length === 0) return;
    if (waited >= bringsBackMs) {
      for (const name of left) await system.removeLink(name as IfName);
      await tryAll(system, planChanges(diffState(desired, await system.observe(desired.values()))).steps);
      return;
    }
    await setTimeout(250);
  }
}

/** Addresses that are not where they were. */
async function movedAddresses(system: System, had: readonly HostObject[]): Promise<readonly string[]> {
  const addresses = had.filter((object) => object.kind === 'address');
  const gone = diffState(hostState(addresses), await system.observe(addresses));
  return gone.flatMap(({ object }) => (object.kind === 'address' ? [object.address] : []));
}
