import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ViaductError } from '../../../src/model/errors.ts';
import { fuzz } from './fixtures/fuzz.ts';
import { opened, row, serve, serviceDouble } from './fixtures/wire.ts';

const uuid = 'b795d33e-f20d-4810-9df5-f7a1a0972be9';
/** `node scripts/fuzz-rpc.mjs` asks for a million. */
const count = Number(process.env['VIADUCT_FUZZ'] ?? 20_000);
const seed = Number(process.env['VIADUCT_FUZZ_SEED'] ?? 20_261_121);
const mebibyte = 1024 * 1024;

test(
  `${count} mutated packets crash nothing, leave nothing behind, and others go on talking`,
  async () => {
    const service = serviceDouble({
      'network.get': () => ({ name: 'demo', uuid, active: true }),
      '*': async () => {
        await sleep(0);
        throw new ViaductError('operation-invalid', 'not now');
      },
    });
    const server = await serve(service);
    const peaceful = await opened(server.path('virtnetworkd-sock'));
    const memory: number[] = [];
    const onBatch = async () => {
      expect(await peaceful.ask(row(152), { net: { name: 'demo', uuid } })).toEqual({ active: 1 });
      service.calls.length = 0;
      expect(server.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
      server.log.lines.length = 0;
      memory.push(process.memoryUsage().rss);
    };
    const onNetworks = await fuzz(server.path('virtnetworkd-sock'), count * 0.8, seed, { onBatch });
    const onInterfaces = await fuzz(server.path('virtinterfaced-sock-ro'), count * 0.2, seed + 1, { onBatch });
    const answers = onNetworks.answers + onInterfaces.answers;
    expect(answers).toBeGreaterThan(count / 4);
    const early = memory[Math.floor(memory.length / 5)]!;
    const late = Math.min(...memory.slice(-50));
    if (count > 100_000) {
      console.log(
        `${count} packets, ${answers} answers, ${onNetworks.connections + onInterfaces.connections} connections; memory ${mib(early)} → ${mib(late)} MiB`,
      );
    }
    expect(late - early).toBeLessThan(64 * mebibyte);
  },
  60_000 + count,
);

function mib(bytes: number): number {
  return Math.round(bytes / mebibyte);
}
