import { test } from 'node:test';

/**
 * One fact, proved in a virtual machine. Its name states the fact and carries the rows of test/rows.md that it proves.
 * Those of a file run one after the other, and the later ones also when an earlier one failed.
 */
export function proof(name: string, body: () => Promise<void>, { seconds = 180 }: { seconds?: number } = {}): void {
  void test(name, { timeout: seconds * 1000 }, body);
}
