// Bundles src/ into dist/: the programs, with every lazily imported part as a chunk of its own.
// `node tools/build.mjs` builds always; `needBuild` only when a source is newer.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { root, run } from './owner.mjs';
import { giveUp, tell } from './tell.mjs';

const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');
const entries = { viaduct: 'src/viaduct.ts', 'lab-agent': 'src/lab/agent.ts' };

/** Bundled CommonJS packages ask for these; an ES module has neither. */
const banner = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url));`;

/** Builds in a process of the checkout's owner when dist/ does not belong to the sources as they are. */
export async function needBuild() {
  if (isBuilt()) return;
  tell('Building …', '正在构建…');
  const status = await run([process.execPath, fileURLToPath(import.meta.url)], { owner: true });
  if (status !== 0) giveUp('The build failed; the reason stands above.', '构建失败,原因见上文。');
}

export function isBuilt() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp();
}

/** Path, size and time of every source: cheap, and different after any edit, checkout or update. */
function stamp() {
  const hash = createHash('sha256');
  const add = (path) => {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  };
  for (const name of readdirSync(join(root, 'src'), { recursive: true }).toSorted()) if (name.endsWith('.ts')) add(join('src', name));
  for (const path of ['package.json', 'package-lock.json', 'tools/build.mjs']) add(path);
  return hash.digest('hex');
}

async function build() {
  const before = stamp();
  const { rolldown } = await import('rolldown');
  const fresh = join(root, `dist.${process.pid}`);
  try {
    const bundle = await rolldown({ cwd: root, input: entries, platform: 'node', external: ['koffi'], transform: { target: 'node20.19' }, logLevel: 'warn' });
    await bundle.write({ dir: fresh, format: 'esm', banner, entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', sourcemap: false });
    await bundle.close();
    replace(fresh);
    writeFileSync(stampFile, before);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/**
 * Moves the new files in one by one, entries last, and removes chunks only when they are an hour old:
 * a daemon that runs from the build before may still load them.
 */
function replace(fresh) {
  mkdirSync(dist, { recursive: true });
  const files = readdirSync(fresh);
  const isEntry = (name) => Object.hasOwn(entries, basename(name, '.js'));
  for (const name of files.toSorted((one, other) => isEntry(one) - isEntry(other))) renameSync(join(fresh, name), join(dist, name));
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    if (name.endsWith('.js') && !files.includes(name) && statSync(path).mtimeMs < Date.now() - 3_600_000) rmSync(path);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
