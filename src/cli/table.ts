import { displayWidth, padEnd } from './width.ts';

export interface TableOptions {
  /** virsh leaves the header out with `--quiet`, and the columns are then as narrow as the rows. */
  readonly quiet: boolean;
  /** Colours one cell's text, padding excluded. */
  readonly paint?: (text: string, column: number) => string;
}

/** A table as virsh prints it: one space before, three between, a line of dashes under the header. */
export function virshTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { quiet, paint = (text) => text }: TableOptions,
): string {
  const lines = (quiet ? rows : [header, ...rows]).map((row) => row.map(visible));
  const widths = header.map((_, column) => Math.max(0, ...lines.map((row) => displayWidth(row[column] ?? ''))));
  const last = widths.length - 1;
  const format = (row: readonly string[], colour: (text: string, column: number) => string): string =>
    ` ${row.map((text, column) => colour(text, column) + (column === last ? '' : padEnd('', (widths[column] ?? 0) - displayWidth(text) + gap))).join('')}\n`;

  const [head, ...body] = quiet ? [undefined, ...lines] : lines;
  const rule = `${'-'.repeat(widths.reduce((sum, width) => sum + width + gap, 0))}\n`;
  return (head === undefined ? '' : format(head, (text) => text) + rule) + body.map((row) => format(row ?? [], paint)).join('');
}

const gap = 3;

/** Columns without lines, two spaces between, for what virsh has no table of. */
export function plainTable(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => row.map(visible));
  const columns = Math.max(0, ...lines.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...lines.map((row) => displayWidth(row[column] ?? ''))));
  return lines
    .map(
      (row) =>
        `${row
          .map((text, column) => padEnd(text, widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** A name from elsewhere must not move the cursor or colour the screen. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
