interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Lines of context around a change. */
const context = 3;

/** What turns `before` into `after`, in the unified format of diff(1); empty when they are equal. */
export function unifiedDiff(before: string, after: string, beforeName: string, afterName: string): string {
  const lines = compare(split(before), split(after));
  const hunks = hunksOf(lines);
  if (hunks.length === 0) return '';
  return `--- ${beforeName}\n+++ ${afterName}\n${hunks.join('')}`;
}

function split(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Longest common subsequence by dynamic programming; definitions are hundreds of lines, not millions. */
function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      common[row * width + column] =
        before[row] === after[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old = '', fresh = ''] = [before[row], after[column]];
    if (row < before.length && column < after.length && old === fresh) {
      lines.push({ sign: ' ', text: old });
      row += 1;
      column += 1;
    } else if (row < before.length && (column === after.length || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: '-', text: old });
      row += 1;
    } else {
      lines.push({ sign: '+', text: fresh });
      column += 1;
    }
  }
  return lines;
}

function hunksOf(lines: readonly Line[]): readonly string[] {
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== ' '));
  const hunks: string[] = [];
  for (let start = near.indexOf(true); start !== -1;) {
    const stop = near.indexOf(false, start);
    const end = stop === -1 ? lines.length : stop;
    hunks.push(format(lines, start, end));
    start = stop === -1 ? -1 : near.indexOf(true, stop);
  }
  return hunks;
}

function format(lines: readonly Line[], start: number, end: number): string {
  const hunk = lines.slice(start, end);
  const range = (without: '+' | '-'): string => {
    const counted = (part: readonly Line[]): number => part.filter(({ sign }) => sign !== without).length;
    const length = counted(hunk);
    return `${counted(lines.slice(0, start)) + (length === 0 ? 0 : 1)},${length}`;
  };
  return `@@ -${range('+')} +${range('-')} @@\n${hunk.map(({ sign, text }) => `${sign}${text}\n`).join('')}`;
}

/** The difference of a file that may be new, or go. */
export function fileDiff(path: string, before: string | undefined, after: string | undefined): string {
  return unifiedDiff(before ?? '', after ?? '', before === undefined ? '/dev/null' : path, after === undefined ? '/dev/null' : path);
}
