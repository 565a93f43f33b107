import { ViaductError } from '../model/errors.ts';
import type { BackendName, HostEdit, HostFile, HostWish } from '../model/host-config.ts';
import type { HostInterface } from '../model/host-interface.ts';
import type { Reading } from './reading.ts';
import { Unsupported } from './unsupported.ts';
import { changesTo, linked, sameDraft, type Changes } from './wanted.ts';

/** The files of one dialect while they are being changed. */
export class Book {
  readonly #before: ReadonlyMap<string, string>;
  readonly #now: Map<string, string>;

  constructor(files: readonly HostFile[]) {
    this.#before = new Map(files.map(({ path, text }) => [path, text]));
    this.#now = new Map(this.#before);
  }

  get files(): readonly HostFile[] {
    return [...this.#now].map(([path, text]) => ({ path, text }));
  }

  has(path: string): boolean {
    return this.#now.has(path);
  }

  /** A file that is not there is empty. */
  edit(path: string, change: (text: string) => string): void {
    this.#now.set(path, change(this.#now.get(path) ?? ''));
  }

  remove(path: string): void {
    this.#now.delete(path);
  }

  changed(mode: number): Extract<HostEdit, { changes: unknown }> {
    const paths = [...new Set([...this.#before.keys(), ...this.#now.keys()])];
    return {
      changes: paths.flatMap((path) => {
        const [before, after] = [this.#before.get(path), this.#now.get(path)];
        return before === after ? [] : [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }), mode }];
      }),
    };
  }
}

/** What a dialect adds to its reader in order to write. */
export interface Dialect {
  readonly name: BackendName;
  readonly read: (files: readonly HostFile[]) => Reading;
  readonly edit: (changes: Changes, book: Book, wish: HostWish) => void;
  readonly mode: number;
}

/**
 * Changes files so that they describe `wanted`, and reads them again: what would not read back as it was asked for is refused.
 *
 * @throws `spec-invalid` for a file that cannot be understood; it is never overwritten.
 */
export function writeIn(
  { name, read, edit, mode }: Dialect,
  wanted: readonly HostInterface[],
  files: readonly HostFile[],
  wish: HostWish,
): HostEdit {
  try {
    const changes = changesTo(read(files).drafts, wanted, wish.removed ?? []);
    const book = new Book(files);
    edit(changes, book, wish);
    const found = linked(read(book.files).drafts);
    const wrong = changes.changes.find((change) => !sameDraft(change.after, found.get(change.name)));
    if (wrong !== undefined)
      throw new ViaductError(
        'spec-invalid',
        `${wrong.before?.file ?? name}: ${wrong.name} is written in a way that Viaduct cannot change safely`,
        { hint: 'Change it by hand.' },
      );
    return book.changed(mode);
  } catch (cause) {
    if (cause instanceof Unsupported) return { unsupported: cause.message };
    throw cause;
  }
}

/** The one value there has to be; more than one file, or profile, is for its owner to sort out. */
export function only<Thing extends { readonly path: string }>(name: string, things: readonly Thing[]): Thing | undefined {
  const paths = [...new Set(things.map(({ path }) => path))];
  if (paths.length > 1) throw new Unsupported(`${name} is described in ${paths.length} files, ${paths.join(' and ')}: make it one first.`);
  return things[0];
}

export function notUnderstood(path: string, line: number, text: string): ViaductError {
  return new ViaductError('spec-invalid', `${path}:${line}: cannot understand "${text.trim()}"`, {
    hint: 'The file is left as it is. Correct the line, or change the file by hand.',
  });
}
