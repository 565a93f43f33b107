import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { backends } from '../../hostconfig/index.ts';
import type { BackendName, HostFile } from '../../model/host-config.ts';

export type FilesByBackend = ReadonlyMap<BackendName, readonly HostFile[]>;

/** The files of every dialect, by their paths on the host; folders and files that are not there have none. */
export async function readFiles(root: string): Promise<FilesByBackend> {
  const found = new Map<BackendName, readonly HostFile[]>();
  for (const { name, places } of backends) {
    const files = await Promise.all(places.map((place) => filesAt(root, place)));
    found.set(name, files.flat());
  }
  return found;
}

async function filesAt(root: string, place: string): Promise<HostFile[]> {
  const paths = await stat(join(root, place)).then(
    async (entry) => (entry.isDirectory() ? (await readdir(join(root, place))).toSorted().map((name) => `${place}/${name}`) : [place]),
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return [];
      throw cause;
    },
  );
  const files = await Promise.all(
    paths.map(async (path) => ((await stat(join(root, path))).isFile() ? [{ path, text: await readFile(join(root, path), 'utf8') }] : [])),
  );
  return files.flat();
}

const units = [
  ['networkmanager', 'NetworkManager.service'],
  ['networkd', 'systemd-networkd.service'],
  ['ifupdown', 'networking.service'],
] as const;

/** Whose service runs on this host. systemd keeps a link for every unit that is up. */
export async function activeBackends(): Promise<BackendName[]> {
  const found = await Promise.all(
    units.map(async ([name, unit]) => ({
      name,
      runs: await lstat(`/run/systemd/units/invocation:${unit}`).then(
        () => true,
        () => false,
      ),
    })),
  );
  return found.filter(({ runs }) => runs).map(({ name }) => name);
}
