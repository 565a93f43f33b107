import { describe, expect, it } from 'vitest';
import { fill } from '../../../src/model/template.ts';
import { plainTable, virshTable } from '../../../src/cli/table.ts';
import { utcTime } from '../../../src/cli/time.ts';
import { suggest } from '../../../src/cli/verbs/suggest.ts';
import { unifiedDiff } from '../../../src/cli/verbs/text-diff.ts';
import { displayWidth } from '../../../src/cli/width.ts';

it.each([
  ['virbr0', 6],
  ['网络', 4],
  ['한글', 4],
  ['カナ', 4],
  ['ﾊﾝｶｸ', 4],
  ['：', 2],
  ['é', 1],
  ['e\u0301', 1],
  ['🚀', 2],
  ['a\u200bb', 2],
  ['', 0],
])('%o takes %i columns', (text, width) => expect(displayWidth(text)).toBe(width));

describe('tables', () => {
  it('an empty one is its header and a line of dashes', () => {
    expect(virshTable(['Name', 'State'], [], { quiet: false })).toBe(' Name   State\n---------------\n');
    expect(virshTable(['Name', 'State'], [], { quiet: true })).toBe('');
  });

  it('without lines, columns are two spaces apart and lines have no blanks at their end', () => {
    expect(
      plainTable([
        ['a', 'bb', ''],
        ['网络', 'c', 'd'],
      ]),
    ).toBe('a     bb\n网络  c   d\n');
  });
});

const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];

describe('differences are shown as diff -u shows them', () => {
  const lines = (...words: string[]) => words.map((word) => `${word}\n`).join('');

  it.each([
    ['equal texts', lines('a', 'b'), lines('a', 'b'), ''],
    ['a changed line', lines('a', 'b', 'c'), lines('a', 'x', 'c'), '--- old\n+++ new\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n'],
    ['a new text', '', lines('a', 'b'), '--- old\n+++ new\n@@ -0,0 +1,2 @@\n+a\n+b\n'],
    ['a removed text', lines('a'), '', '--- old\n+++ new\n@@ -1,1 +0,0 @@\n-a\n'],
    [
      'two places far apart',
      lines(...letters),
      lines('A', ...letters.slice(1, -1), 'L'),
      '--- old\n+++ new\n@@ -1,4 +1,4 @@\n-a\n+A\n b\n c\n d\n@@ -9,4 +9,4 @@\n i\n j\n k\n-l\n+L\n',
    ],
  ])('%s', (_, before, after, shown) => expect(unifiedDiff(before, after, 'old', 'new')).toBe(shown));
});

it.each([
  ['net-strat', ['net-start', 'net-port'], ['net-start']],
  ['nte-list', ['net-list'], ['net-list']],
  ['net-lis', ['net-list', 'net-info'], ['net-list']],
  ['plan', ['plan', 'apply'], ['plan']],
  ['xyz', ['net-list', 'plan'], []],
])('%s is taken for %o among %o', (typed, words, meant) => expect(suggest(typed, words)).toEqual(meant));

it('values may contain what looks like a placeholder or a pattern', () => {
  expect(fill('{{a}} {{b}}', { a: '{{b}}', b: '$&' })).toBe('{{b}} $&');
});

it('events are stamped in UTC to the millisecond', () =>
  expect(utcTime(Date.UTC(2026, 10, 21, 1, 2, 3, 4))).toBe('2026-11-21 01:02:03.004+0000'));
