import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import type { Caller } from '../service/context.ts';
import type { Service } from '../service/service.ts';
import { describeError, statuses } from './errors.ts';
import { apiRoot } from './paths.ts';

/** What hands an open tap over; from where the system is. */
export interface TapDoor {
  open(tap: { readonly name: string; readonly multiQueue: boolean; readonly vnetHeader: boolean }): number;
  /** Over a Unix socket, attached to these bytes (SCM_RIGHTS). */
  send(socket: Socket, fd: number, bytes: Buffer): Promise<void>;
  close(fd: number): void;
}

/** Of the upgrade: what the connection becomes. */
export const descriptorProtocol = 'viaduct-descriptor';

/** `POST /api/v1/ports/PORT/descriptor` with `Upgrade: viaduct-descriptor`; `?header=no` for a tap without vnet header. */
const place = new RegExp(`^${apiRoot}/ports/([^/?]+)/descriptor(\\?header=no)?$`);

/**
 * Answers `101`, then one byte that carries the descriptor of the port's tap, and ends. Whoever gets it is at
 * the other end of the wire; a refusal is an ordinary answer with the usual body.
 */
export async function handOver(service: Service, taps: TapDoor, caller: Caller, request: IncomingMessage, socket: Duplex): Promise<void> {
  const [, port, bare] = place.exec(request.url ?? '') ?? [];
  let fd: number | undefined;
  try {
    if (port === undefined || request.headers.upgrade !== descriptorProtocol || !(socket instanceof Socket))
      return void socket.end(answer(404, '{}'));
    const { link, multiQueue } = await service.runOperation(caller, 'port.open', { port: decodeURIComponent(port) });
    fd = taps.open({ name: link, multiQueue, vnetHeader: bare === undefined });
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${descriptorProtocol}\r\n\r\n`);
    await taps.send(socket, fd, Buffer.from('+'));
    socket.end();
  } catch (error) {
    const body = describeError(error);
    socket.end(answer(statuses[body.error.code], JSON.stringify(body)));
  } finally {
    if (fd !== undefined) taps.close(fd);
  }
}

function answer(status: number, body: string): string {
  return `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}
