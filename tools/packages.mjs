// `npm ci`, when what is installed is not what the lock file asks for.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root, run } from './owner.mjs';
import { giveUp, tell } from './tell.mjs';

export async function needPackages() {
  if (installed()) return;
  tell('Installing npm packages (the first time only) …', '正在安装 npm 软件包(仅首次需要)…');
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const status = await run([...npm, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], { owner: true }).catch(
    () => 127,
  );
  if (status !== 0) {
    giveUp(`\`npm ci\` failed with status ${status}; its own message stands above.`, `\`npm ci\` 失败,状态码 ${status};原因见上文。`);
  }
}

/** npm ends an installation by writing down what it installed: that list against the lock file. */
function installed() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(([path, entry]) => path === '' || !needed(entry) || present[path]?.version === entry.version);
  } catch {
    return false;
  }
}

/** Optional packages are prebuilt binaries; those of this machine have to be there. */
function needed({ optional, os, cpu, libc }) {
  if (!optional) return true;
  return libc === undefined && os?.includes(process.platform) === true && cpu?.includes(process.arch) === true;
}
