import { mkdir } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalog } from '../model/catalog.ts';
import type { KeptFile } from '../model/host-config.ts';
import type { HostObject } from '../model/host-state.ts';
import { readText, replaceFile } from '../system/files.ts';
import type { Log, Store } from './context.ts';
import { backUp } from './backups.ts';
import { readJournal, type Journal } from './journal.ts';
import { crashPoint } from './knobs.ts';
import { filesBetween } from './network-files.ts';
import { writeFiles, type StoreFolders } from './store-files.ts';
import { loadCatalog } from './store-load.ts';

const autostartedMarker = 'autostarted';

/**
 * The catalog in memory and on disk, with one writer. A change makes two promises: `intend` says what may
 * come to be on the host, `commit` writes what is now so. Where that is several files the journal holds
 * them all first, and the next start finishes what a killed daemon began.
 */
export class DiskStore implements Store {
  readonly #folders: StoreFolders;
  #catalog: Catalog;
  /** What a daemon that died may have left on the host. */
  readonly unfinished: readonly HostObject[];
  /** And what it may have taken from cards of the host. */
  readonly taken: readonly HostObject[];
  /** The folder of definitions did not exist before. */
  readonly isNew: boolean;
  #intended: readonly HostObject[];
  #taken: readonly HostObject[];

  private constructor(folders: StoreFolders, catalog: Catalog, { objects, taken = [] }: Journal, isNew: boolean) {
    this.#folders = folders;
    this.#catalog = catalog;
    this.unfinished = objects;
    this.taken = taken;
    this.isNew = isNew;
    this.#intended = objects;
    this.#taken = taken;
  }

  /** `boot` names the host's boot: what ran in an earlier one is forgotten. */
  static async open(folders: StoreFolders, boot: string, log: Log): Promise<DiskStore> {
    const isNew = (await mkdir(join(folders.stateDir, 'networks/autostart'), { recursive: true, mode: 0o700 })) !== undefined;
    await mkdir(join(folders.stateDir, 'interfaces'), { recursive: true, mode: 0o700 });
    const rebooted = await forgetEarlierBoot(folders.runDir, boot);
    for (const folder of ['live', 'guests', 'ports', 'interfaces'])
      await mkdir(join(folders.runDir, folder), { recursive: true, mode: 0o700 });
    const journal = readJournal(journalPath(folders), log);
    await writeFiles(folders, journal.writes ?? []);
    const { asRead, complete } = await loadCatalog(folders, log, { rebooted });
    await writeFiles(folders, filesBetween(asRead, complete));
    return new DiskStore(folders, complete, journal.writes === undefined ? journal : { objects: [] }, isNew);
  }

  catalog(): Catalog {
    return this.#catalog;
  }

  intend(_after: Catalog, objects: readonly HostObject[], taken: readonly HostObject[] = []): Promise<void> {
    this.#intended = [...this.#intended, ...objects];
    this.#taken = [...this.#taken, ...taken];
    this.#journal({ objects: this.#intended, ...(this.#taken.length > 0 && { taken: this.#taken }) });
    crashPoint('intended');
    return Promise.resolve();
  }

  async commit(after: Catalog): Promise<void> {
    const writes = filesBetween(this.#catalog, after);
    // Of what the host had before nothing but the journal tells whether it was given back or is left over.
    const lends = after.interfaces !== this.#catalog.interfaces || after.bridgeFilterOff !== this.#catalog.bridgeFilterOff;
    if (writes.length > 1 || lends) this.#journal({ objects: this.#intended, writes });
    crashPoint('committing');
    try {
      await writeFiles(this.#folders, writes);
    } catch (cause) {
      // What is not written is as it was, and what is, is written back: as good as a full disk allows.
      await writeFiles(this.#folders, filesBetween(after, this.#catalog)).catch(() => undefined);
      await this.abandon();
      throw cause;
    }
    this.#catalog = after;
    await this.abandon();
    crashPoint('committed');
  }

  abandon(): Promise<void> {
    this.#intended = [];
    this.#taken = [];
    rmSync(journalPath(this.#folders), { force: true });
    return Promise.resolve();
  }

  backUp(files: readonly KeptFile[]): Promise<string> {
    return backUp(join(this.#folders.stateDir, 'backups'), files);
  }

  /** Networks are started once for each boot, not at each start of the daemon. */
  isAutostarted(): boolean {
    return readText(join(this.#folders.runDir, autostartedMarker)) !== undefined;
  }

  markAutostarted(): void {
    replaceFile(join(this.#folders.runDir, autostartedMarker), '');
  }

  #journal(journal: Journal): void {
    replaceFile(journalPath(this.#folders), JSON.stringify(journal));
  }
}

function journalPath({ runDir }: StoreFolders): string {
  return join(runDir, 'journal.json');
}

/** True when there was one. */
async function forgetEarlierBoot(runDir: string, boot: string): Promise<boolean> {
  await mkdir(runDir, { recursive: true, mode: 0o755 });
  const marker = join(runDir, 'boot');
  if (readText(marker) === boot) return false;
  for (const stale of ['live', 'guests', 'ports', 'interfaces', 'journal.json', autostartedMarker])
    rmSync(join(runDir, stale), { recursive: true, force: true });
  replaceFile(marker, boot);
  return true;
}
