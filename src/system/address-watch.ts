import { readSighting } from '../formats/sightings.ts';
import type { Sighting } from '../model/sighting.ts';
import type { Mac } from '../model/units.ts';
import { addressFilter, frameBytes } from './kernel/frame-filter.ts';
import { watchReadable, type Watch } from './kernel/libc.ts';
import { openPacketSocket } from './kernel/packet-socket.ts';
import { macText } from './kernel/rtnetlink.ts';

/** So many frames of a link are read in one window of time; a LAN of a thousand machines says less. */
const framesPerWindow = 64;
const windowMs = 250;
/** Who fills more than half of that is not listened to for a while: the others are heard again. */
const muteMs = 10_000;
const mutedAtMost = 16;
/** Some eighty frames may wait. */
const receiveBuffer = 32 * 1024;

/**
 * Listens on a link to who has which address. It waits in the event loop, reads a bounded number of frames in any
 * second, and takes no part in passing them on. Under a flood it reads a sample; the rest is dropped by the kernel.
 *
 * @param outgoing Also what leaves by the link: of a macvtap that is what its guest says.
 */
export function watchAddresses(index: number, outgoing: boolean, onSighting: (sighting: Sighting) => void): Disposable {
  const socket = openPacketSocket(index, addressFilter(), { outgoing, receiveBuffer, frameBytes });
  const muted = new Map<Mac, NodeJS.Timeout>();
  let senders = new Map<string, number>();
  let left = framesPerWindow;
  let windowEnds = 0;
  let pause: NodeJS.Timeout | undefined;
  let watch: Watch | undefined;

  const filter = (): void => socket.filter(addressFilter([...muted.keys()]));
  const muteLoudest = (): void => {
    const [loudest] = [...senders].toSorted((a, b) => b[1] - a[1]);
    const mac = loudest && macText(Buffer.from(loudest[0], 'latin1'));
    if (loudest === undefined || mac === undefined || loudest[1] <= framesPerWindow / 2 || muted.size >= mutedAtMost) return;
    const end = (): void => {
      muted.delete(mac);
      filter();
    };
    muted.set(mac, setTimeout(end, muteMs).unref());
    filter();
  };
  const read = (): void => {
    const now = performance.now();
    if (now >= windowEnds) {
      windowEnds = now + windowMs;
      left = framesPerWindow;
      senders = new Map();
    }
    for (; left > 0; left -= 1) {
      const frame = socket.receive();
      if (frame === undefined) return;
      const sender = frame.toString('latin1', 6, 12);
      senders.set(sender, (senders.get(sender) ?? 0) + 1);
      const sighting = readSighting(frame);
      if (sighting !== undefined) onSighting(sighting);
    }
    muteLoudest();
    watch?.[Symbol.dispose]();
    pause = setTimeout(listen, windowEnds - now).unref();
  };
  const listen = (): void => {
    watch = watchReadable(socket.fd, read);
  };
  listen();
  return {
    [Symbol.dispose]: () => {
      watch?.[Symbol.dispose]();
      clearTimeout(pause);
      for (const timer of muted.values()) clearTimeout(timer);
      socket[Symbol.dispose]();
    },
  };
}
