// Prints every row of test/rows.md with the tests that carry its number, as `npm run rows` or with --json.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const rows = [
  ...readFileSync(join(root, 'test/rows.md'), 'utf8').matchAll(/^(?:## (?<section>.*)|- (?<number>[SD]\d+) (?<title>.*))$/gm),
].map(({ groups }) => groups);

const proofs = new Map();
for (const name of readdirSync(join(root, 'test'), { recursive: true })
  .filter((path) => path.endsWith('.test.ts'))
  .toSorted()) {
  const text = readFileSync(join(root, 'test', name), 'utf8');
  for (const [, , test] of text.matchAll(/(['"`])((?:(?!\1).)*\b(?:S\d{3}|D\d{1,2})\b(?:(?!\1).)*)\1/g)) {
    // D9 is D09 as well.
    for (const [, letter, digits] of test.matchAll(/\b(S(?=\d{3}\b)|D(?=\d{1,2}\b))(\d+)/g)) {
      const number = letter + digits.padStart(letter === 'S' ? 3 : 2, '0');
      proofs.set(number, [...(proofs.get(number) ?? []), `test/${name}: ${test}`]);
    }
  }
}

const known = rows.filter(({ number }) => number !== undefined);
const proved = known.filter(({ number }) => proofs.has(number)).length;
if (process.argv.includes('--json')) {
  console.log(
    JSON.stringify(
      known.map(({ number, title }) => ({ number, title, tests: proofs.get(number) ?? [] })),
      null,
      2,
    ),
  );
} else {
  for (const { section, number, title } of rows) {
    if (section !== undefined) console.log(`\n${section}`);
    else
      console.log(
        [`${proofs.has(number) ? '✓' : '·'} ${number} ${title}${proofs.has(number) ? '' : ' (open)'}`, ...(proofs.get(number) ?? [])].join(
          '\n      ',
        ),
      );
  }
  console.log(`\n${proved} of ${known.length} rows are proved by a test.`);
}
const strangers = [...proofs.keys()].filter((number) => !known.some((row) => row.number === number));
if (strangers.length > 0) {
  console.error(`Tests name rows that do not exist: ${strangers.join(', ')}`);
  process.exit(1);
}
