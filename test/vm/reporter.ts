import { basename } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

/** What one line of a machine's output says. */
export interface Verdict {
  readonly proof: string;
  readonly name: string;
  readonly ms: number;
  /** Only where it failed. */
  readonly error?: string;
}

/** A reporter of node's test runner: one line of JSON for each proof, read by tools/vm.mjs. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const proof = basename(process.argv[1] ?? '', '.test.mjs');
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const verdict: Verdict = { proof, name: data.name, ms: Math.round(data.details.duration_ms) };
    yield `${JSON.stringify(type === 'test:pass' ? verdict : { ...verdict, error: words(data.details.error) })}\n`;
  }
}

/** The runner wraps what was thrown. */
function words(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? (cause.stack ?? cause.message) : typeof cause === 'string' ? cause : inspect(error);
}
