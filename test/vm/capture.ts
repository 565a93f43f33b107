import { once } from 'node:events';
import { createInterface } from 'node:readline';

import type { Space } from '../../src/lab/space.ts';
import { pause } from '../netns/harness.ts';

/** What passes a link while it is listened to: tcpdump's own lines. */
export interface Capture {
  /** How many lines say this. */
  count(what: RegExp): number;
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** Listens on a link until it is told to stop; resolves when it listens. `filter` is in tcpdump's language. */
export async function capture(space: Space, link: string, filter: string): Promise<Capture> {
  const child = space.start(['tcpdump', '-i', link, '-lne', '--immediate-mode', ...filter.split(' ')], ['ignore', 'pipe', 'pipe']);
  const lines: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => lines.push(line));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr!.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes('listening on')) resolve();
    });
    child.once('exit', () => reject(new Error(`tcpdump on ${link} ended: ${said}`)));
  });
  return {
    lines,
    count: (what) => lines.filter((line) => what.test(line)).length,
    async stop() {
      // tcpdump prints what it hears at once, but that takes its time on a busy machine.
      for (let known = -1; known !== lines.length; await pause(300)) known = lines.length;
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}
