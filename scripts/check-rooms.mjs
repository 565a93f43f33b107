// Holds the rooms of src/ to what each may import (see ARCHITECTURE.md). Run by `npm run check`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const pure = ['model'];
const rooms = {
  model: [],
  formats: pure,
  hostconfig: pure,
  compile: [...pure, 'hostconfig'],
  plan: pure,
  explain: pure,
  system: [...pure, 'formats', 'node:'],
  service: [...pure, 'formats', 'hostconfig', 'compile', 'plan', 'explain', 'system', 'node:'],
  rpc: [...pure, 'formats', 'service', 'node:'],
  rest: [...pure, 'formats', 'service', 'node:'],
  lab: [...pure, 'formats', 'system', 'rest', 'node:'],
  cli: [...pure, 'formats', 'hostconfig', 'compile', 'plan', 'explain', 'rest', 'lab', 'node:'],
};
const src = resolve(import.meta.dirname, '../src');
const broken = [];
for (const file of readdirSync(src, { recursive: true }).filter((name) => name.endsWith('.ts') && name.includes('/'))) {
  const room = file.split('/')[0];
  for (const [, target] of readFileSync(join(src, file), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
    const to = target.startsWith('node:')
      ? 'node:'
      : target.startsWith('.')
        ? relative(src, resolve(src, dirname(file), target)).split('/')[0]
        : room;
    if (to !== room && !rooms[room]?.includes(to)) broken.push(`src/${file}: room ${room} may not import ${target}`);
  }
}
for (const line of broken) console.error(line);
process.exit(broken.length === 0 ? 0 : 1);
