import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PcapngWriter } from '../formats/pcapng.ts';
import { ViaductError } from '../model/errors.ts';

/** What passes a device, as pcapng, from the moment this resolves. Ends after `seconds`, after `bytes`, or with `signal`. */
export async function captureLink(
  link: string,
  { seconds, bytes, signal }: { readonly seconds: number; readonly bytes: number; readonly signal: AbortSignal },
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const child = spawn('tcpdump', ['-i', link, '-w', '-', '-U', '--immediate-mode', '-s', '65535', '-Z', 'root'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await Promise.race([once(child, 'spawn'), once(child, 'error').then(([cause]) => Promise.reject(missing(cause)))]);
  const end = (): void => void child.kill('SIGTERM');
  const timer = setTimeout(end, seconds * 1000);
  signal.addEventListener('abort', end, { once: true });
  child.stderr.resume();
  const writer = new PcapngWriter(link);
  let sent = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        child.stdout.on('data', (piece: Buffer) => {
          const blocks = writer.write(piece);
          sent += blocks.length;
          if (blocks.length > 0 && sent <= bytes) controller.enqueue(blocks);
          if (sent > bytes) end();
          else if ((controller.desiredSize ?? 0) <= 0) child.stdout.pause();
        });
        child.stdout.once('close', () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          if (!signal.aborted) controller.close();
        });
      },
      pull: () => void child.stdout.resume(),
      cancel: end,
    },
    { highWaterMark: 64 },
  );
}

function missing(cause: unknown): ViaductError {
  return new ViaductError('program-missing', 'The program "tcpdump" is not on this host.', { hint: 'Install the package tcpdump.', cause });
}
