import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { cpioArchive } from '../../../src/lab/cpio.ts';

const entries = [
  { path: 'dev', mode: 0o755 },
  { path: 'dev/console', mode: 0o600, device: { major: 5, minor: 1 } },
  { path: 'init', mode: 0o755, data: Buffer.from('#!/bin/sh\n') },
];

test('another program reads the archive as it was meant', () => {
  const listed = execFileSync('busybox', ['cpio', '-tv'], {
    input: cpioArchive(entries),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = listed
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' '));
  expect(lines).toEqual([
    expect.stringMatching(/^drwxr-xr-x .* dev$/),
    expect.stringMatching(/^crw------- .* dev\/console$/),
    expect.stringMatching(/^-rwxr-xr-x .* 10 .* init$/),
  ]);
});

test('names and contents begin at multiples of four, as the kernel wants them', () => {
  const archive = cpioArchive(entries);
  expect(archive.length % 4).toBe(0);
  for (let at = archive.indexOf('070701'); at !== -1; at = archive.indexOf('070701', at + 1)) expect(at % 4).toBe(0);
});
