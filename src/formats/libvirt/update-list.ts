import { ViaductError } from '../../model/errors.ts';
import type { UpdateCommand } from '../../model/update.ts';

/** What libvirt says, per kind of entry, when an update of a list cannot be. */
export interface ListWords {
  readonly exists: string;
  readonly absent: string;
  /** Absent where the first of several is meant. */
  readonly several?: string;
  /** Why entries cannot be changed in place; absent where they can. */
  readonly unmodifiable?: string;
}

/**
 * Adds, replaces or removes one entry of a list.
 *
 * @param same Which entries of the list the given one stands for.
 */
export function editList<Entry>(
  list: readonly Entry[],
  command: UpdateCommand,
  entry: Entry,
  same: (candidate: Entry) => boolean,
  words: ListWords,
): readonly Entry[] {
  const found = list.filter(same);
  if (command === 'add-first' || command === 'add-last') {
    if (found.length > 0) throw refused(words.exists);
    return command === 'add-first' ? [entry, ...list] : [...list, entry];
  }
  if (command === 'modify' && words.unmodifiable !== undefined) {
    throw new ViaductError('operation-unsupported', words.unmodifiable, { hint: 'Delete the entry and add the new one.' });
  }
  if (found.length === 0) throw refused(words.absent);
  if (found.length > 1 && words.several !== undefined) throw refused(words.several);
  return list.toSpliced(list.findIndex(same), 1, ...(command === 'modify' ? [entry] : []));
}

function refused(message: string): ViaductError {
  return new ViaductError('operation-invalid', message);
}
