import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';

/** `root`, `ann`; the number of a user that this host has no name for. */
export function userName(uid: number): string {
  try {
    return fields(readFileSync('/etc/passwd', 'utf8')).find(([, , found]) => found === String(uid))?.[0] ?? String(uid);
  } catch {
    return String(uid);
  }
}

/** Undefined when the host has no such group. */
export async function groupId(name: string): Promise<number | undefined> {
  const gid = fields(await readFile('/etc/group', 'utf8').catch(() => '')).find(([found]) => found === name)?.[2];
  return gid === undefined ? undefined : Number(gid);
}

function fields(table: string): readonly (readonly string[])[] {
  return table.split('\n').map((line) => line.split(':'));
}
