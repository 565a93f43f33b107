import { groupId, isMember } from '../service/accounts.ts';

/** Groups whose members may use the daemon, the first that exists: our own, then libvirt's. */
const ourGroups = ['viaduct', 'libvirt'] as const;

/** True for root and for members of the first of our groups that exists. */
export function belongs(uid: number): boolean {
  const ours = ourGroup();
  return uid === 0 || (ours !== undefined && isMember(uid, ours));
}

/** The same of a process, whose groups the kernel tells. */
export function mayAdminister({
  uid,
  gid,
  groups = [],
}: {
  readonly uid: number;
  readonly gid: number;
  readonly groups?: readonly number[];
}): boolean {
  const ours = ourGroup();
  return uid === 0 || uid === process.getuid?.() || (ours !== undefined && (gid === ours || groups.includes(ours)));
}

/** Undefined where none exists: then only root is one of us. */
function ourGroup(): number | undefined {
  for (const name of ourGroups) {
    const gid = groupId(name);
    if (gid !== undefined) return gid;
  }
  return undefined;
}
