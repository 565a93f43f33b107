import { ViaductError } from '../model/errors.ts';
import type { BackendName, Described, HostFile, HostFileChange } from '../model/host-config.ts';
import type { HostInterface, InterfacePart } from '../model/host-interface.ts';
import { digest } from '../model/digest.ts';
import { backends, type HostConfigBackend } from './index.ts';
import { linked, sameDraft } from './wanted.ts';

/** What shall be described, and what no longer. */
export interface FilesWish {
  readonly wanted: readonly HostInterface[];
  readonly removed: readonly string[];
}

/** How the files of one dialect change, and which interfaces that is about; what lies below is first. */
export interface FilesPlan {
  readonly changes: readonly HostFileChange[];
  readonly before: readonly Described[];
  readonly after: readonly Described[];
}

export function backendNamed(name: BackendName): HostConfigBackend {
  const found = backends.find((backend) => backend.name === name);
  if (found === undefined) throw new TypeError(`There is no back end ${name}.`);
  return found;
}

/**
 * How files have to change for a wish to come true. `files` are all of the dialect.
 *
 * @throws `operation-unsupported` where the dialect has no words for it; `spec-invalid` for a file that cannot be understood.
 */
export function planFiles(name: BackendName, { wanted, removed }: FilesWish, files: readonly HostFile[]): FilesPlan {
  const { read, write } = backendNamed(name);
  const edit = write(wanted, files, { removed, uuidOf });
  if ('unsupported' in edit) throw new ViaductError('operation-unsupported', edit.unsupported);
  const { changes } = edit;
  const [before, after] = [linked(read(files).drafts), linked(read(changed(files, changes)).drafts)];
  const touched = [...new Set([...before.keys(), ...after.keys()])].filter((one) => !sameDraft(before.get(one), after.get(one)));
  const described = (drafts: typeof before): Described[] =>
    touched
      .flatMap((one) => drafts.get(one) ?? [])
      .toSorted((a, b) => levels.indexOf(a.type) - levels.indexOf(b.type))
      .map(({ name: device, type, profile }) => ({ name: device, type, ...(profile?.uuid !== undefined && { uuid: profile.uuid }) }));
  return { changes, before: described(before), after: described(after) };
}

/** The names of interfaces and of all that lie below them. */
export function namesOf(wanted: readonly HostInterface[]): string[] {
  return [...new Set(wanted.flatMap(namesIn))];
}

const levels: readonly HostInterface['type'][] = ['ethernet', 'bond', 'vlan', 'bridge'];

function changed(files: readonly HostFile[], changes: readonly HostFileChange[]): HostFile[] {
  const now = new Map(files.map(({ path, text }) => [path, text]));
  for (const { path, after } of changes) {
    if (after === undefined) now.delete(path);
    else now.set(path, after);
  }
  return [...now].map(([path, text]) => ({ path, text }));
}

function namesIn(one: HostInterface | InterfacePart): string[] {
  const ports = 'ports' in one ? one.ports : [];
  return [one.name, ...('lower' in one ? [one.lower] : []), ...ports.flatMap(namesIn)];
}

/** A profile made twice from the same name has the same UUID (version 8: of our own making), so that a plan can be looked at again. */
function uuidOf(name: string): string {
  const digits = digest(`viaduct interface ${name}`) + digest(`${name} viaduct interface`);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
