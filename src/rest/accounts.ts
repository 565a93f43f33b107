import { readFileSync } from 'node:fs';

/** Groups whose members may use the daemon, the first that exists: our own, then libvirt's. */
const ourGroups = ['viaduct', 'libvirt'] as const;

/** Group for the socket; undefined where none exists: then only root connects. */
export function socketGroup(): number | undefined {
  const groups = table('/etc/group');
  for (const name of ourGroups) {
    const gid = groups.find(([found]) => found === name)?.[2];
    if (gid !== undefined) return Number(gid);
  }
  return undefined;
}

/** `root`, `ann`; the number of a user that has no name. */
export function userName(uid: number): string {
  return table('/etc/passwd').find(([, , found]) => found === String(uid))?.[0] ?? String(uid);
}

/** True for root and for members of the first of our groups that exists: those who may open the socket. */
export function belongs(uid: number): boolean {
  if (uid === 0) return true;
  const gid = socketGroup();
  const account = table('/etc/passwd').find(([, , found]) => found === String(uid));
  if (gid === undefined || account === undefined) return false;
  const members = table('/etc/group').find(([, , found]) => found === String(gid))?.[3] ?? '';
  return account[3] === String(gid) || members.split(',').includes(account[0] ?? '');
}

/** The same of a process, whose groups the kernel tells. */
export function mayAdminister({ uid, gid, groups = [] }: { readonly uid: number; readonly gid: number; readonly groups?: readonly number[] }): boolean {
  const ours = socketGroup();
  return uid === 0 || uid === process.getuid?.() || (ours !== undefined && (gid === ours || groups.includes(ours)));
}

function table(path: string): readonly (readonly string[])[] {
  try {
    return readFileSync(path, 'utf8').split('\n').map((line) => line.split(':'));
  } catch {
    return [];
  }
}
