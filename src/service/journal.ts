import type { HostObject } from '../model/host-state.ts';
import { readText } from '../system/files.ts';
import type { Log } from './context.ts';
import type { FileWrite } from './file-writes.ts';

/** What a daemon was about to do. Objects may exist on the host; writes, when present, are decided and must be finished: the host is then as they say. */
export interface Journal {
  readonly objects: readonly HostObject[];
  /** Of cards of the host, and perhaps missing now. */
  readonly taken?: readonly HostObject[];
  readonly writes?: readonly FileWrite[];
}

/** The journal is renamed into place, so it is whole or absent; one that cannot be read is not ours to guess about. */
export function readJournal(path: string, log: Log): Journal {
  const text = readText(path);
  if (text === undefined) return { objects: [] };
  try {
    return JSON.parse(text) as Journal;
  } catch (cause) {
    log.error({ err: cause, path }, 'The journal cannot be read and is passed over.');
    return { objects: [] };
  }
}
