// Sends mutated frames to the libvirt door: `node scripts/fuzz-rpc.mjs [COUNT] [SEED]`, a million by default.
// Fails when anything crashes, a call goes unanswered, another client notices, or memory grows.
import { spawnSync } from 'node:child_process';

const [count = '1000000', seed = String(Date.now() % 1_000_000_007)] = process.argv.slice(2);
console.log(`${count} packets, seed ${seed}`);
const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'unit', 'test/unit/rpc/fuzz.test.ts'], {
  cwd: new URL('..', import.meta.url),
  stdio: 'inherit',
  env: { ...process.env, VIADUCT_FUZZ: count, VIADUCT_FUZZ_SEED: seed },
});
process.exit(status ?? 1);
