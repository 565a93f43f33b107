import type { Floor } from '../../model/host-state.ts';
import { Attributes } from './attributes.ts';
import type { NetlinkSocket, Reply } from './netlink.ts';
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL } from './netlink.ts';
import { RTM_GETTCLASS, RTM_GETTFILTER, RTM_NEWTFILTER } from './rtnetlink.ts';
import type { Shape } from './shape.ts';
import { shapeOf } from './shape.ts';
import { dump, everyProtocol, newClass, readHtbClass, replaceRoot, rootClass, rootHandle, TCA_OPTIONS, tcBody, tcHeader } from './tc.ts';

/**
 * Floors: of the one class that everything goes through, each floor is a child whose rate is promised; what
 * nobody is promised is shared in class :2. All of them may borrow up to the whole. Guests are told by the
 * MAC that a frame is for.
 */
const restClass = rootHandle | 2;

/** Replaces whatever shapes the link's way out: which class gets the rest is said when a qdisc is made. */
export function shapeFloors(socket: NetlinkSocket, link: number, whole: Shape, floors: readonly Floor[]): void {
  replaceRoot(socket, link, restClass & 0xffff);
  newClass(socket, { link, parent: rootHandle, handle: rootClass }, whole);
  const promised = floors.reduce((sum, { floor }) => sum + BigInt(floor), 0n) * 1000n;
  const rest = whole.rate - promised;
  newClass(socket, { link, parent: rootClass, handle: restClass }, withRate(whole, rest > leastRest ? rest : leastRest));
  for (const { mac, classId, floor } of floors) {
    const handle = rootHandle | classId;
    newClass(socket, { link, parent: rootClass, handle }, withRate(whole, BigInt(floor) * 1000n));
    const filter = tcBody({ link, parent: rootHandle, info: (1 << 16) | everyProtocol }, 'u32', (options) =>
      options.u32(TCA_U32_CLASSID, handle).bytes(TCA_U32_SEL, matchTo(mac)),
    );
    socket.request({ type: RTM_NEWTFILTER, flags: NLM_F_CREATE | NLM_F_EXCL, body: filter, call: 'RTM_NEWTFILTER u32' });
  }
}

/** The floors of a link, by class; empty where there are none. */
export function readFloors(socket: NetlinkSocket, link: number): Floor[] {
  const classes = dump(socket, { type: RTM_GETTCLASS, flags: NLM_F_DUMP, body: tcHeader({ link }), call: 'RTM_GETTCLASS' });
  const filters = dump(socket, {
    type: RTM_GETTFILTER,
    flags: NLM_F_DUMP,
    body: tcHeader({ link, parent: rootHandle }),
    call: 'RTM_GETTFILTER',
  });
  const macs = new Map(filters.flatMap(readFilter));
  return classes
    .flatMap(({ body }): Floor[] => {
      const handle = body.readUInt32LE(8);
      const shape =
        body.readUInt32LE(12) === rootClass && handle !== restClass
          ? readHtbClass(new Attributes(body, 20).nested(TCA_OPTIONS))
          : undefined;
      const mac = macs.get(handle);
      return shape === undefined || mac === undefined ? [] : [{ mac, classId: handle & 0xffff, floor: Number(shape.rate / 1000n) }];
    })
    .toSorted((a, b) => a.classId - b.classId);
}

/** Bytes per second that the others keep, whatever is promised. */
const leastRest = 1000n;

function withRate(whole: Shape, rate: bigint): Shape {
  const { bucket } = shapeOf({ average: Number(rate / 1000n) }) ?? whole;
  return { ...whole, rate, bucket };
}

const TCA_U32_CLASSID = 1;
const TCA_U32_SEL = 5;

/** struct tc_u32_sel with two keys, counted from the network header: the MAC's first two bytes, and its last four. */
function matchTo(mac: string): Buffer {
  const bytes = Buffer.from(mac.replaceAll(':', ''), 'hex');
  const selector = Buffer.alloc(16 + 2 * 16);
  selector.writeUInt8(1, 0); // TC_U32_TERMINAL
  selector.writeUInt8(2, 2);
  writeKey(selector, 16, Buffer.from([0, 0, 0xff, 0xff]), Buffer.concat([Buffer.alloc(2), bytes.subarray(0, 2)]), -16);
  writeKey(selector, 32, Buffer.alloc(4, 0xff), bytes.subarray(2), -12);
  return selector;
}

/** struct tc_u32_key: mask and value in network order, offset. */
function writeKey(selector: Buffer, at: number, mask: Buffer, value: Buffer, offset: number): void {
  mask.copy(selector, at);
  value.copy(selector, at + 4);
  selector.writeInt32LE(offset, at + 8);
}

function readFilter({ body }: Reply): [number, Floor['mac']][] {
  const options = new Attributes(body, 20).nested(TCA_OPTIONS);
  const [handle, selector] = [options?.u32(TCA_U32_CLASSID), options?.bytes(TCA_U32_SEL)];
  if (handle === undefined || selector === undefined || selector.length < 48) return [];
  const bytes = Buffer.concat([selector.subarray(22, 24), selector.subarray(36, 40)]);
  return [[handle, bytes.toString('hex').replaceAll(/(..)(?!$)/g, '$1:') as Floor['mac']]];
}
