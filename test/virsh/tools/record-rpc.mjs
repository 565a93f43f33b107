// record-rpc.mjs SOCKET FILE: stands between the clients of a libvirt daemon and the daemon, and writes down what both
// say: one line of JSON for each packet, except keepalive. A packet that was there before, byte for byte, is written as
// its number among the different ones. Who wants a title in the file appends one: {"title": …}.
import { appendFileSync, renameSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const [socket, file] = process.argv.slice(2);
const keepalive = 0x6b656570;
renameSync(socket, `${socket}.daemon`);
const seen = new Map();
let connections = 0;
createServer((client) => {
  const connection = connections++;
  const daemon = connect(`${socket}.daemon`);
  pass(client, daemon, connection, 'client');
  pass(daemon, client, connection, 'server');
}).listen(socket);

function pass(from, to, connection, speaker) {
  let bytes = Buffer.alloc(0);
  from.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 8 && bytes.length >= bytes.readUInt32BE(0)) {
      const length = bytes.readUInt32BE(0);
      if (bytes.readUInt32BE(4) !== keepalive) {
        appendFileSync(file, `${JSON.stringify({ connection, [speaker]: noted(bytes.toString('hex', 0, length)) })}\n`);
      }
      bytes = bytes.subarray(length);
    }
    to.write(chunk);
  });
  from.on('close', () => to.end());
  from.on('error', () => to.destroy());
}

function noted(packet) {
  const number = seen.get(packet);
  if (number === undefined) seen.set(packet, seen.size);
  return number ?? packet;
}
