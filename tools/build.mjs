// Bundles src/ into dist/: the programs, with every lazily imported part as a chunk of its own; and the console into
// dist/console. `node tools/build.mjs` builds always; `needBuild` only what has a newer source.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { root, run } from './owner.mjs';
import { giveUp, tell } from './tell.mjs';

const dist = join(root, 'dist');
const parts = {
  programs: {
    stampFile: join(dist, '.stamp'),
    folders: ['src'],
    files: ['package.json', 'package-lock.json', 'tools/build.mjs'],
    build: buildPrograms,
  },
  // The console runs some of the daemon's pure code; of the rest it takes only types, which leave nothing in the bundle.
  console: {
    stampFile: join(dist, '.console-stamp'),
    folders: ['console/src', 'console/public', 'src/model', 'src/explain', 'src/cli/i18n'],
    files: ['src/cli/verbs/text-diff.ts', 'console/index.html', 'console/vite.config.ts', 'package-lock.json'],
    build: buildConsole,
  },
};
const entries = {
  viaduct: 'src/viaduct.ts',
  index: 'src/index.ts',
  'lab-agent': 'src/lab/agent.ts',
  'bridge-helper': 'src/bridge-helper.ts',
};

/** What a listing on the command line runs, in one file: each file more costs it a millisecond. */
const startup =
  /src\/(cli\/([^/]*|entries\/.*|i18n\/(en|errors-en|translate)|verbs\/network-list)|rest\/(client|exchange|paths)|model\/(errors|update))\.ts$/;

/** Bundled CommonJS packages ask for these; an ES module has neither. Making them costs a command 5 ms. */
const commonJs = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url));
`;
const commonJsWhereAsked = {
  name: 'common-js',
  renderChunk: (code) => (/\brequire\b\s*[(.)]|\b__(?:filename|dirname)\b/.test(code) ? commonJs + code : null),
};

/**
 * V8 keeps a source with one letter beyond Latin-1 at two bytes a letter, for as long as the program runs: 2 MB of the
 * daemon's memory. Escapes say the same in strings, templates and patterns. What is mostly such letters, the Chinese
 * catalogue, stays as it is.
 */
const asciiOnly = {
  name: 'ascii-only',
  renderChunk: (code) => {
    const foreign = code.match(/[^\0-\x7f]/g)?.length ?? 0;
    if (foreign === 0 || foreign > code.length / 50) return null;
    return code.replaceAll(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  },
};

/**
 * libxml2's WebAssembly comes as text inside its module, where it stays in memory beside the bytes that are made of it:
 * 2.5 MB. Here it becomes the file that it is.
 */
const wasmBeside = {
  name: 'wasm-beside',
  transform(code, id) {
    if (!id.endsWith('libxml2raw.mjs')) return null;
    const [whole, text] = /\w+\('(\0asm(?:[^'\\]|\\.)*)'\)/s.exec(code) ?? [];
    if (whole === undefined) throw new Error('libxml2-wasm holds its WebAssembly in another way than before: see tools/build.mjs');
    const letters = new Function(`return '${text}'`)();
    // It writes a zero as the letter U+0100.
    this.emitFile({ type: 'asset', fileName: 'libxml2.wasm', source: Uint8Array.from(letters, (letter) => letter.charCodeAt(0) & 0xff) });
    return code.replace(whole, () => "fs.readFileSync(new URL('libxml2.wasm',import.meta.url))");
  },
};

/** Builds in a process of the checkout's owner when dist/ does not belong to the sources as they are. */
export async function needBuild() {
  if (isBuilt()) return;
  tell('Building …', '正在构建…');
  const status = await run([process.execPath, fileURLToPath(import.meta.url), '--stale'], { owner: true });
  if (status !== 0) giveUp('The build failed; the reason stands above.', '构建失败,原因见上文。');
}

export function isBuilt() {
  return Object.values(parts).every(isFresh);
}

function isFresh(part) {
  return existsSync(part.stampFile) && readFileSync(part.stampFile, 'utf8') === stamp(part);
}

/** Path, size and time of every source: cheap, and different after any edit, checkout or update. */
function stamp({ folders, files }) {
  const hash = createHash('sha256');
  const add = (path) => {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  };
  for (const folder of folders)
    for (const name of readdirSync(join(root, folder), { recursive: true }).toSorted()) if (/\.\w+$/.test(name)) add(join(folder, name));
  for (const path of files) add(path);
  return hash.digest('hex');
}

async function build(onlyStale) {
  for (const part of Object.values(parts)) {
    if (onlyStale && isFresh(part)) continue;
    const before = stamp(part);
    const fresh = join(root, `dist.${process.pid}`);
    try {
      await part.build(fresh);
      writeFileSync(part.stampFile, before);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }
}

async function buildPrograms(fresh) {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    external: ['koffi'],
    transform: { target: 'node20.19' },
    plugins: [wasmBeside, commonJsWhereAsked, asciiOnly],
    logLevel: 'warn',
  });
  const codeSplitting = { groups: [{ name: 'startup', test: startup }] };
  await bundle.write({
    dir: fresh,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting,
    sourcemap: false,
  });
  await bundle.close();
  replace(fresh);
}

/** Its page, which comes last, names its files by content: pages that are open find theirs for another hour. */
async function buildConsole(fresh) {
  const { build: viteBuild } = await import('vite');
  await viteBuild({ configFile: join(root, 'console/vite.config.ts'), logLevel: 'warn', build: { outDir: fresh } });
  const place = join(dist, 'console');
  const assets = join(place, 'assets');
  mkdirSync(assets, { recursive: true });
  const names = readdirSync(join(fresh, 'assets'));
  for (const name of names) renameSync(join(fresh, 'assets', name), join(assets, name));
  for (const name of readdirSync(fresh).filter((one) => one !== 'assets')) renameSync(join(fresh, name), join(place, name));
  for (const name of readdirSync(assets)) if (!names.includes(name) && isOld(join(assets, name))) rmSync(join(assets, name));
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
    if (name.endsWith('.js') && !files.includes(name) && isOld(path)) rmSync(path);
  }
}

function isOld(path) {
  return statSync(path).mtimeMs < Date.now() - 3_600_000;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build(process.argv.includes('--stale')).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
