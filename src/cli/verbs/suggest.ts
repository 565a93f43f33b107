/** Words that were probably meant: at most two letters added, dropped, changed or swapped. */
export function suggest(typed: string, words: readonly string[]): readonly string[] {
  return words
    .map((word) => ({ word, distance: distance(typed, word) }))
    .filter(({ word, distance: letters }) => letters <= Math.min(2, Math.floor(word.length / 3)))
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, 3)
    .map(({ word }) => word);
}

/** Damerau–Levenshtein (optimal string alignment). */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= from.length; row++) {
    const line = [row];
    rows.push(line);
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      line.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapped ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(from.length, to.length);
}
