import { createSocket } from 'node:dgram';

/**
 * The smallest DHCPv6 client that gets an address (RFC 8415, sections 18.2.1 and 18.2.2): SOLICIT, take the
 * first ADVERTISE, REQUEST, read the REPLY. busybox as Debian builds it has none.
 */
export function requestAddress({
  link,
  clientId,
  timeoutMs,
}: {
  link: string;
  clientId: string;
  timeoutMs: number;
}): Promise<string | undefined> {
  const socket = createSocket({ type: 'udp6', reuseAddr: true });
  const client = option(options.clientId, Buffer.from(clientId.replaceAll(':', ''), 'hex'));
  let message = compose(messages.solicit, [client, association()]);
  return new Promise((resolve, reject) => {
    const settle = (address: string | undefined): void => {
      clearInterval(again);
      clearTimeout(deadline);
      socket.close();
      resolve(address);
    };
    const send = (): void => socket.send(message, serverPort, `ff02::1:2%${link}`);
    const again = setInterval(send, 1000);
    const deadline = setTimeout(() => settle(undefined), timeoutMs);
    socket.once('error', reject);
    socket.on('message', (packet) => {
      const received = readOptions(packet.subarray(4));
      const offered = received.get(options.association);
      const address = offered === undefined ? undefined : readOptions(offered.subarray(associationHeader)).get(options.address);
      if (address === undefined) return;
      if (packet[0] === messages.reply) return settle(text(address.subarray(0, 16)));
      message = compose(messages.request, [
        client,
        option(options.serverId, received.get(options.serverId) ?? Buffer.alloc(0)),
        association(option(options.address, address)),
      ]);
      send();
    });
    socket.bind(clientPort, send);
  });
}

const clientPort = 546;
const serverPort = 547;
const messages = { solicit: 1, request: 3, reply: 7 } as const;
const options = { clientId: 1, serverId: 2, association: 3, address: 5, elapsed: 8 } as const;
/** Bytes of IAID, T1 and T2 before the options of an association. */
const associationHeader = 12;

function compose(type: number, parts: readonly Buffer[]): Buffer {
  const transaction = Buffer.from([1, 2, 3]);
  return Buffer.concat([Buffer.from([type]), transaction, option(options.elapsed, Buffer.alloc(2)), ...parts]);
}

function option(code: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(code, 0);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** One identity association with the number 1. */
function association(inner: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(associationHeader);
  header.writeUInt32BE(1, 0);
  return option(options.association, Buffer.concat([header, inner]));
}

function readOptions(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    found.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, end));
    at = end;
  }
  return found;
}

/** In the short form, as everybody else prints it. */
function text(address: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
