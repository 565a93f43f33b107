import type { HttpBindings } from '@hono/node-server';
import type { Context as HonoContext } from 'hono';
import { ViaductError } from '../model/errors.ts';
import type { Caller } from '../service/context.ts';
import type { Service } from '../service/service.ts';

/** What passes a device, as pcapng. Ends after `seconds`, after `bytes`, or with `signal`. */
export type Capture = (
  link: string,
  bounds: { readonly seconds: number; readonly bytes: number; readonly signal: AbortSignal },
) => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;

const longestSeconds = 120;
const mostBytes = 64 * 1024 * 1024;

/** `GET /api/v1/captures/vnet0?seconds=10`: a file for Wireshark. Sees what guests say, so the right to write is asked for. */
export async function streamCapture(
  service: Service,
  capture: Capture,
  caller: Caller,
  context: HonoContext<{ Bindings: HttpBindings }>,
): Promise<Response> {
  const link = context.req.param('link') ?? '';
  const seconds = Number(context.req.query('seconds') ?? 10);
  if (!caller.mayWrite)
    throw new ViaductError('read-only', 'Only who may change networks may listen to them.', {
      hint: 'Become a member of the group "viaduct" or "libvirt".',
    });
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > longestSeconds) {
    throw new ViaductError('invalid-argument', `A capture lasts 1 to ${longestSeconds} seconds, not ${context.req.query('seconds')}.`);
  }
  const { counters } = await service.runOperation(caller, 'topology.get', {});
  if (!Object.hasOwn(counters, link)) throw new ViaductError('interface-not-found', `This host has no device "${link}".`);
  const gone = new AbortController();
  context.env.outgoing.once('close', () => gone.abort());
  const stream = await capture(link, { seconds, bytes: mostBytes, signal: gone.signal });
  return context.body(stream, 200, {
    'content-type': 'application/x-pcapng',
    'content-disposition': `attachment; filename="${link.replaceAll(/[^\w.-]/g, '_')}.pcapng"`,
    'cache-control': 'no-store',
  });
}
