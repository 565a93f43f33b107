/**
 * The program `lab-agent`: runs inside a namespace of the lab, listens and connects there when asked. One
 * request per line of standard input, `{id, op, args}`; one answer per line of standard output, `{id, answer}`.
 * It ends with its input.
 */
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

import type { AgentCalls, Answer } from './agent-calls.ts';
import { requestAddress } from './dhcp6.ts';

const plain = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '');
const failure = (error: unknown): { ok: false; error: string } => ({
  ok: false,
  error: (error as { code?: string }).code ?? String(error),
});

const calls: AgentCalls = {
  /** Says at once whom it sees, then echoes. */
  listenTcp: ({ port }) =>
    new Promise((resolve, reject) => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.write(`${plain(socket.remoteAddress)} ${socket.remotePort}\n`);
        socket.pipe(socket);
      });
      server.once('error', reject).listen({ port, host: '::' }, () => resolve());
    }),

  /** Answers whom it sees to the address it was asked at: a socket per address. */
  async listenUdp({ port, addresses }) {
    for (const address of addresses) {
      const type = address.includes(':') ? 'udp6' : 'udp4';
      const socket = createSocket({ type, ipv6Only: type === 'udp6', reuseAddr: true });
      socket.on('message', (text, from) => {
        heard.add(text.toString());
        socket.send(`${from.address} ${from.port}`, from.port, from.address);
      });
      await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(port, address, resolve));
      socket.on('error', () => undefined);
    }
  },

  listenHttp: ({ port }) =>
    new Promise((resolve, reject) => {
      const server = createHttpServer((request, response) => {
        response.setHeader('content-type', 'text/plain; charset=utf-8');
        response.end(`Hello ${plain(request.socket.remoteAddress)}, you have reached the outside.\n`);
      });
      server.once('error', reject).listen({ port, host: '::' }, () => resolve());
    }),

  heard: async ({ token }) => ({ yes: heard.has(token) }),

  tcp: ({ to, port, from, sourcePort, timeoutMs = 1500 }) =>
    new Promise((resolve) => {
      const began = performance.now();
      const socket = connect({
        host: to,
        port,
        ...(from === undefined ? {} : { localAddress: from }),
        ...(sourcePort === undefined ? {} : { localPort: sourcePort }),
      });
      let text = '';
      const settle = (answer: Answer<'tcp'>): void => {
        clearTimeout(timer);
        socket.destroy();
        resolve(answer);
      };
      const timer = setTimeout(() => settle({ ok: false, error: 'ETIMEDOUT' }), timeoutMs);
      socket.on('error', (error) => settle(failure(error)));
      socket.on('data', (data) => {
        text += data.toString();
        const seen = /^(\S+) (\d+)\n/.exec(text);
        if (seen) settle({ ok: true, seen: seen[1] ?? '', seenPort: Number(seen[2]), ms: performance.now() - began });
      });
    }),

  udp: ({ to, port, from, sourcePort = 0, token = 'hello', timeoutMs = 1200 }) =>
    new Promise((resolve) => {
      const began = performance.now();
      const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4');
      const timers: NodeJS.Timeout[] = [];
      const settle = (answer: Answer<'udp'>): void => {
        for (const timer of timers) clearTimeout(timer);
        socket
          .removeAllListeners()
          .on('error', () => undefined)
          .close();
        resolve(answer);
      };
      socket.on('error', (error) => settle(failure(error)));
      socket.on('message', (message) => {
        const [seen = '', seenPort] = message.toString().split(' ');
        settle({ ok: true, seen, seenPort: Number(seenPort), ms: performance.now() - began });
      });
      socket.bind(sourcePort, from, () => {
        if (from !== undefined) socket.setMulticastInterface(from);
        socket.connect(port, to, (error?: Error) => {
          if (error) return settle(failure(error));
          for (const delay of [0, timeoutMs / 2]) timers.push(setTimeout(() => socket.send(token), delay));
          timers.push(setTimeout(() => settle({ ok: false, error: 'ETIMEDOUT' }), timeoutMs));
        });
      });
    }),

  async resolve({ server, name, type = 'A' }) {
    const resolver = new Resolver({ timeout: 1500, tries: 2 });
    resolver.setServers([server.includes(':') ? `[${server}]` : server]);
    try {
      const records: unknown = type === 'PTR' ? await resolver.reverse(name) : await resolver.resolve(name, type);
      return { ok: true, records: (Array.isArray(records) ? records : [records]) as unknown[] };
    } catch (error) {
      return failure(error);
    }
  },

  async dhcp6({ clientId, timeoutMs = 6000 }) {
    const address = await requestAddress({ link: 'eth0', clientId, timeoutMs });
    return address === undefined ? {} : { address };
  },

  /** Keeps one TCP connection busy: a line every few milliseconds that has to come back. */
  startFlow: ({ to, port, everyMs }) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: to, port });
      socket.setNoDelay(true);
      const flow = {
        sent: 0,
        received: 0,
        lastAt: performance.now(),
        longestGapMs: 0,
        broken: '',
        stop: (): void => void socket.destroy(),
      };
      socket.once('error', reject);
      socket.once('connect', () => {
        const timer = setInterval(() => {
          flow.sent += 1;
          socket.write('.');
        }, everyMs);
        socket.on('data', (data) => {
          const now = performance.now();
          flow.received += data.toString().replace(/^\S+ \d+\n/, '').length;
          flow.longestGapMs = Math.max(flow.longestGapMs, now - flow.lastAt);
          flow.lastAt = now;
        });
        socket.on('error', (error) => (flow.broken = String(error)));
        socket.on('close', () => {
          clearInterval(timer);
          flow.broken ||= 'closed';
        });
        flow.stop = () => {
          clearInterval(timer);
          void socket
            .removeAllListeners()
            .on('error', () => undefined)
            .destroy();
        };
        flows.push(flow);
        resolve({ flow: flows.length - 1 });
      });
    }),

  async stopFlow({ flow: number }) {
    const flow = flows[number];
    if (flow === undefined) throw new RangeError(`no flow ${number}`);
    flow.longestGapMs = Math.max(flow.longestGapMs, performance.now() - flow.lastAt);
    flow.stop();
    const { sent, received, longestGapMs, broken } = flow;
    return { sent, received, longestGapMs, ...(broken === '' ? {} : { broken }) };
  },
};

const heard = new Set<string>();
const flows: { sent: number; received: number; lastAt: number; longestGapMs: number; broken: string; stop: () => void }[] = [];

async function serve(line: string): Promise<void> {
  const { id, op, args } = JSON.parse(line) as { id: number; op: keyof AgentCalls; args: never };
  try {
    process.stdout.write(`${JSON.stringify({ id, answer: await calls[op](args) })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ id, failed: String(error) })}\n`);
  }
}

createInterface({ input: process.stdin })
  .on('line', (line) => void serve(line))
  .on('close', () => process.exit(0));
