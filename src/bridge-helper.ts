import { closeSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { parseArgs } from 'node:util';
import { ViaductError } from './model/errors.ts';
import { connect } from './rest/client.ts';
import { passDescriptor, receiveDescriptor } from './system/peer.ts';

/**
 * Stands in for QEMU's own bridge helper: `-netdev bridge,id=n,br=virbr5,helper=viaduct-bridge-helper`. Plugs
 * the calling QEMU into the network on that bridge, or the one of that name, for as long as it runs, and gives
 * it the open tap. It needs no rights of its own: the daemon decides by who runs it.
 */
const { values } = parseArgs({
  options: { 'use-vnet': { type: 'boolean' }, br: { type: 'string' }, fd: { type: 'string' }, socket: { type: 'string' } },
});
const socketPath = values.socket ?? process.env['VIADUCT_SOCKET'] ?? '/run/viaduct/viaduct.sock';

try {
  process.exitCode = await plugIn(values.br ?? '', Number(values.fd ?? 'NaN'));
} catch (error) {
  const hint = error instanceof ViaductError ? error.hint : undefined;
  process.stderr.write(
    `viaduct-bridge-helper: ${error instanceof Error ? error.message : String(error)}${hint === undefined ? '' : ` ${hint}`}\n`,
  );
  process.exitCode = 1;
}

async function plugIn(bridge: string, over: number): Promise<number> {
  if (!Number.isInteger(over) || bridge === '') throw new Error('QEMU runs this, with --br=BRIDGE --fd=NUMBER.');
  using client = connect({ socketPath });
  const networks = await client.call('network.list', {});
  const network = networks.find((one) => one.bridge === bridge) ?? networks.find(({ name }) => name === bridge);
  const guest = guestName();
  const port = await client.call('port.create', {
    network: network?.name ?? bridge,
    for: 'qemu',
    holder: process.ppid,
    ...(guest !== undefined && { owner: { name: guest } }),
  });
  try {
    const fd = await openDescriptor(port.uuid);
    passDescriptor(over, fd, Buffer.alloc(1));
    closeSync(fd);
    return 0;
  } catch (error) {
    await client.call('port.delete', { port: port.uuid });
    throw error;
  }
}

/** The descriptor arrives beside the bytes of an upgraded connection, which Node must not read. */
async function openDescriptor(port: string): Promise<number> {
  const path = `/api/v1/ports/${port}/descriptor${values['use-vnet'] === true ? '' : '?header=no'}`;
  const socket = createConnection(socketPath).pause();
  await new Promise<void>((resolve, reject) => void socket.once('connect', resolve).once('error', reject));
  socket.write(`POST ${path} HTTP/1.1\r\nHost: viaduct\r\nConnection: Upgrade\r\nUpgrade: viaduct-descriptor\r\n\r\n`);
  const { text, fd } = await receiveDescriptor(socket, (seen) => seen.includes('\r\n\r\n'));
  socket.destroy();
  if (fd !== undefined) return fd;
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  throw new Error(/"message":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? 'The daemon handed nothing over.');
}

/** What QEMU calls its guest: `-name web` or `-name guest=web,…`. */
function guestName(): string | undefined {
  const words = readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8').split('\0');
  const given = words[words.indexOf('-name') + 1];
  return words.includes('-name') ? given?.split(',')[0]?.replace(/^guest=/, '') : undefined;
}
