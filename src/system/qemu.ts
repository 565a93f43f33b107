import { readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import type { IfName } from '../model/units.ts';

/** A card of a guest that QEMU runs, and a line to QEMU; the line is free again when this is disposed of. */
export interface GuestCard extends Disposable {
  /** Pulls the guest's cable, or plugs it in again: the guest sees it, as on a real card. */
  setCarrier(up: boolean): Promise<void>;
}

/** A monitor talks to one client at a time, and says hello at once to the one it takes. */
const helloWithinMs = 1000;
const answerWithinMs = 3000;
/** More than a monitor says while a cable is out. */
const mostBytes = 65_536;

/**
 * The card behind a tap whose QEMU was started with `ifname=` and a monitor on a Unix socket (`-qmp unix:…`, or
 * `-mon` on a `-chardev`). Undefined where there is none, or somebody else talks to it.
 */
export async function guestCard(link: IfName): Promise<GuestCard | undefined> {
  for (const process of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const found = ofProcess(process, link);
    if (found !== undefined) return openCard(found.monitor, found.id);
  }
  return undefined;
}

/** Anybody can write such a command line; only who may use the tap has it open. */
function ofProcess(process: string, link: string): ReturnType<typeof cardIn> {
  try {
    const found = cardIn(readFileSync(`/proc/${process}/cmdline`, 'utf8').split('\0'), link);
    const descriptors = `/proc/${process}/fdinfo`;
    const isOpen = () => readdirSync(descriptors).some((fd) => readFileSync(`${descriptors}/${fd}`, 'utf8').includes(`\niff:\t${link}\n`));
    return found !== undefined && isOpen() ? found : undefined;
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

/** What a command line of QEMU says of the card on a tap. Pure. */
export function cardIn(argv: readonly string[], link: string): { readonly monitor: string; readonly id: string } | undefined {
  const options = argv.flatMap((word, index) => (index > 0 ? [{ option: argv[index - 1]!.replace(/^--?/, ''), ...valuesOf(word) }] : []));
  const id = options
    .find(({ option, first, values }) => option === 'netdev' && first === 'tap' && values.get('ifname') === link)
    ?.values.get('id');
  const chardev = options.find(({ option, values }) => option === 'mon' && values.get('mode') === 'control')?.values.get('chardev');
  const monitor =
    options.find(({ option, first }) => option === 'qmp' && first.startsWith('unix:'))?.first.slice('unix:'.length) ??
    options
      .find(
        ({ option, first, values }) => option === 'chardev' && first === 'socket' && chardev !== undefined && values.get('id') === chardev,
      )
      ?.values.get('path');
  return id !== undefined && monitor?.startsWith('/') === true ? { monitor, id } : undefined;
}

/** `first,key=value,…` with a doubled comma for a comma. */
function valuesOf(word: string): { readonly first: string; readonly values: ReadonlyMap<string, string> } {
  const parts = word.split(/(?<!,),(?!,)/).map((part) => part.replaceAll(',,', ','));
  return { first: parts[0] ?? '', values: new Map(parts.map((part) => [part.replace(/=.*/s, ''), part.replace(/^[^=]*=?/s, '')])) };
}

async function openCard(path: string, id: string): Promise<GuestCard | undefined> {
  const socket = createConnection(path);
  socket.on('error', () => undefined); // It is closed then, too.
  socket.on('data', () => socket.bytesRead > mostBytes && socket.destroy());
  const reader = createInterface({ input: socket });
  socket.once('close', () => reader.close()); // By itself it only sees an end.
  const lines = reader[Symbol.asyncIterator]();
  /** Events of the guest come in between. */
  const hear = async (wanted: string, withinMs: number): Promise<void> => {
    socket.setTimeout(withinMs, () => socket.destroy());
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('QEMU said nothing.');
      const said: unknown = JSON.parse(value);
      if (typeof said === 'object' && said !== null && 'error' in said) throw new Error(`QEMU refused: ${value}`);
      if (typeof said === 'object' && said !== null && wanted in said) break;
    }
    socket.setTimeout(0);
  };
  const ask = async (execute: string, more: object): Promise<void> => {
    socket.write(`${JSON.stringify({ execute, arguments: more })}\n`);
    await hear('return', answerWithinMs);
  };
  try {
    await hear('QMP', helloWithinMs);
    await ask('qmp_capabilities', {});
  } catch {
    socket.destroy();
    return undefined;
  }
  return { setCarrier: (up) => ask('set_link', { name: id, up }), [Symbol.dispose]: () => socket.destroy() };
}
