import { readFileSync } from 'node:fs';

/** `root`, `ann`; the number of a user that this host has no name for. */
export function userName(uid: number): string {
  return accountOf(uid)?.[0] ?? String(uid);
}

/** Undefined when the host has no such group. */
export function groupId(name: string): number | undefined {
  const gid = table('/etc/group').find(([found]) => found === name)?.[2];
  return gid === undefined ? undefined : Number(gid);
}

/** By what the host's own tables say of the user. */
export function isMember(uid: number, gid: number): boolean {
  const account = accountOf(uid);
  if (account === undefined) return false;
  const members = table('/etc/group').find(([, , found]) => found === String(gid))?.[3] ?? '';
  return account[3] === String(gid) || members.split(',').includes(account[0] ?? '');
}

function accountOf(uid: number): readonly string[] | undefined {
  return table('/etc/passwd').find(([, , found]) => found === String(uid));
}

function table(path: string): readonly (readonly string[])[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
}
