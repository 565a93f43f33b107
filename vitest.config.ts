import { defineConfig } from 'vitest/config';

/** Kernel tests make namespaces and measure packets: one file after the other, in processes of their own. */
const onTheKernel = { pool: 'forks', fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], pool: 'threads', isolate: false } },
      { test: { name: 'netns', include: ['test/netns/**/*.test.ts'], ...onTheKernel } },
      { test: { name: 'console', include: ['test/console/**/*.test.ts'], ...onTheKernel, testTimeout: 120_000 } },
      { test: { name: 'virsh', include: ['test/virsh/**/*.test.ts'], ...onTheKernel, testTimeout: 120_000 } },
    ],
  },
});
