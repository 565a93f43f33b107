// Debian's own ifupdown for the tests, unpacked and not installed: this machine's network is none of its business.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { root, run } from './owner.mjs';
import { distribution } from './programs.mjs';

const folder = join(root, 'node_modules/.viaduct/ifupdown');
const packages = ['ifupdown', 'bridge-utils'];

/** Resolves to true where it is there afterwards. test/netns/ifupdown-host.ts finds it. */
export async function wantIfupdown() {
  if (existsSync(folder)) return true;
  if (distribution() !== 'debian') return false;
  const work = `${folder}.new`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const download = `apt-get -qq download ${packages.join(' ')}`;
  const fetch = `cd "$0"; ${download} || { apt-get -qq update && ${download}; }; for one in *.deb; do dpkg-deb -x "$one" .; done; rm ./*.deb`;
  if ((await run(['sh', '-ec', fetch, work], { stdio: 'ignore' })) !== 0) return false;
  renameSync(work, folder);
  return true;
}
