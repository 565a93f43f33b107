// `npm run bench [-- GROUP…]`: prints a table of figures beside their goals, then the same as JSON.
import { cpus, release } from 'node:os';

import Table from 'cli-table3';

import { controlPlane } from './control-plane.ts';
import { dataPlane } from './dataplane.ts';
import { meetsGoal, type Figure } from './figure.ts';
import { flatness } from './flatness.ts';
import { footprint } from './footprint.ts';
import { leases } from './leases.ts';
import { plug } from './plug.ts';
import { portFlatness } from './port-flatness.ts';
import { rpc } from './rpc.ts';

const groups: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  console: async () => (await import('./console.ts')).consoleFigures(),
  'control-plane': () => controlPlane(),
  'data-plane': dataPlane,
  flatness: () => flatness(),
  footprint: () => footprint(),
  leases,
  plug,
  'port-flatness': () => portFlatness(),
  rpc,
};

const wanted = process.argv.slice(2);
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(groups)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`${name} …\n`);
  figures.push(...(await measure()));
}

const table = new Table({
  head: ['', 'measured', 'goal', '', 'beside'],
  style: { head: [], border: [] },
  colAligns: ['left', 'right', 'right', 'left', 'left'],
});
for (const figure of figures) {
  const { name, value, unit, goal, beside = '' } = figure;
  const wish = goal === undefined ? '' : 'atMost' in goal ? `≤ ${print(goal.atMost)}` : `≥ ${print(goal.atLeast)}`;
  table.push([
    name,
    `${print(value)} ${unit}`,
    wish,
    { true: 'ok', false: 'MISSED', undefined: '' }[String(meetsGoal(figure)) as 'true'],
    beside,
  ]);
}
console.log(table.toString());
console.log(
  JSON.stringify({ at: new Date().toISOString(), machine: { cpus: cpus().length, kernel: release(), node: process.version }, figures }),
);
process.exit(0);

function print(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}
