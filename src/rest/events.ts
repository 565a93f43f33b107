import { EventEmitter, once } from 'node:events';
import type { Context as HonoContext } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ViaductEvent } from '../model/event.ts';
import type { Service } from '../service/service.ts';

/** A reader that is this many events behind is cut off; it asks again and reads the state anew. */
const patience = 10_000;
/** So that both sides notice a line that broke without a word. */
const heartbeatMs = 15_000;

/** `GET /api/events?network=NAME`: server-sent events, each one a {@link ViaductEvent} as JSON, until the reader goes. */
export function streamEvents(service: Service, context: HonoContext): Response {
  const wanted = context.req.query('network');
  return streamSSE(context, async (stream) => {
    const waiting: ViaductEvent[] = [];
    const bell = new EventEmitter();
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const subscription = service.subscribe((event) => {
      if (wanted !== undefined && !concerns(event, wanted)) return;
      if (waiting.push(event) > patience) gone.abort();
      bell.emit('event');
    });
    const heartbeat = setInterval(() => void stream.write(': still here\n\n'), heartbeatMs);
    try {
      await stream.write(': listening\n\n');
      while (!gone.signal.aborted) {
        const event = waiting.shift();
        if (event !== undefined) await stream.writeSSE({ data: JSON.stringify(event) });
        else await once(bell, 'event', { signal: gone.signal }).catch(() => undefined);
      }
    } finally {
      clearInterval(heartbeat);
      subscription[Symbol.dispose]();
    }
  });
}

function concerns(event: ViaductEvent, wanted: string): boolean {
  return 'network' in event && (event.network.name === wanted || event.network.uuid === wanted);
}
