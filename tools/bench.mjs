// Bundles bench/ and runs it in namespaces of its own.
import { join } from 'node:path';

import { root, run } from './owner.mjs';

export async function bench(args) {
  const { rolldown } = await import('rolldown');
  const dir = join(root, 'node_modules/.viaduct');
  const bundle = await rolldown({
    cwd: root,
    input: { bench: './bench/main.ts' },
    platform: 'node',
    external: ['koffi', 'playwright-core'],
    transform: { target: 'node20.19' },
  });
  await bundle.write({ dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'bench-[name].mjs' });
  await bundle.close();
  return run([join(root, 'bin/viaduct'), 'lab', 'sandbox', '--', process.execPath, join(dir, 'bench.mjs'), ...args]);
}
