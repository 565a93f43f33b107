import { Attributes, AttributeWriter } from './attributes.ts';
import type { Message, NetlinkSocket, Reply } from './netlink.ts';
import { NetlinkError, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE } from './netlink.ts';
import { RTM_DELQDISC, RTM_GETQDISC, RTM_GETTCLASS, RTM_GETTFILTER, RTM_NEWQDISC, RTM_NEWTCLASS, RTM_NEWTFILTER } from './rtnetlink.ts';
import type { Shape } from './shape.ts';

// linux/pkt_sched.h, linux/rtnetlink.h
const TC_H_ROOT = 0xffff_ffff;
const TC_H_INGRESS = 0xffff_fff1;
const TCA_KIND = 1;
export const TCA_OPTIONS = 2;
/** 1:0, the shaper on a link's way out. */
export const rootHandle = 0x0001_0000;
/** 1:1, the only class in it. */
export const rootClass = 0x0001_0001;
const leafHandle = 0x0002_0000;
const ingressHandle = 0xffff_0000;
export const everyProtocol = 0x0300; // ETH_P_ALL, big-endian

/** Shapes what leaves by the link: one htb class that everything goes through. Fair among flows where sfq is there. */
export function shapeEgress(socket: NetlinkSocket, link: number, shape: Shape, fair: boolean): void {
  if (findQdisc(socket, link, TC_H_ROOT)?.handle !== rootHandle || classCount(socket, link) > 1)
    replaceRoot(socket, link, rootClass & 0xffff);
  newClass(socket, { link, parent: rootHandle, handle: rootClass }, shape);
  if (!fair || findQdisc(socket, link, rootClass)?.kind === 'sfq') return;
  const leaf = tcBody({ link, parent: rootClass, handle: leafHandle }, 'sfq', (options) => options.raw(sfqOptions()));
  socket.request({ type: RTM_NEWQDISC, flags: NLM_F_CREATE | NLM_F_REPLACE, body: leaf, call: 'RTM_NEWQDISC sfq' });
}

/** A new htb without classes; packets that no filter places go to class `rest`. */
export function replaceRoot(socket: NetlinkSocket, link: number, rest: number): void {
  clearEgress(socket, link);
  const body = tcBody({ link, parent: TC_H_ROOT, handle: rootHandle }, 'htb', (options) => options.bytes(TCA_HTB_INIT, htbGlobals(rest)));
  socket.request({ type: RTM_NEWQDISC, flags: NLM_F_CREATE | NLM_F_REPLACE, body, call: 'RTM_NEWQDISC htb' });
}

/** Makes a class of htb, or gives it another shape. */
export function newClass(socket: NetlinkSocket, where: Parameters<typeof tcHeader>[0], shape: Shape): void {
  const body = tcBody(where, 'htb', (options) => {
    options.bytes(TCA_HTB_PARMS, htbClass(shape));
    if (shape.rate > 0xffff_ffffn) options.u64(TCA_HTB_RATE64, shape.rate);
    if (shape.peak > 0xffff_ffffn) options.u64(TCA_HTB_CEIL64, shape.peak);
  });
  socket.request({ type: RTM_NEWTCLASS, flags: NLM_F_CREATE, body, call: 'RTM_NEWTCLASS htb' });
}

function classCount(socket: NetlinkSocket, link: number): number {
  return dump(socket, { type: RTM_GETTCLASS, flags: NLM_F_DUMP, body: tcHeader({ link }), call: 'RTM_GETTCLASS' }).length;
}

/** The shape of a link's way out, where it is one of ours. */
export function readEgress(socket: NetlinkSocket, link: number): Shape | undefined {
  const root = findQdisc(socket, link, TC_H_ROOT);
  if (root?.kind !== 'htb' || root.handle !== rootHandle) return undefined;
  const classes = dump(socket, { type: RTM_GETTCLASS, flags: NLM_F_DUMP, body: tcHeader({ link }), call: 'RTM_GETTCLASS' });
  const options = classes.find(({ body }) => body.readUInt32LE(8) === rootClass);
  return options && readHtbClass(new Attributes(options.body, 20).nested(TCA_OPTIONS));
}

/** Lets traffic leave as the kernel would; another's shaper stays. */
export function clearEgress(socket: NetlinkSocket, link: number): void {
  if (findQdisc(socket, link, TC_H_ROOT)?.handle === rootHandle) deleteQdisc(socket, link, TC_H_ROOT);
}

/** Drops what comes in by the link above the rate. */
export function policeIngress(socket: NetlinkSocket, link: number, shape: Shape): void {
  filterIngress(socket, link, 'police', (options) => {
    options.bytes(TCA_POLICE_TBF, policeParameters(shape)).bytes(TCA_POLICE_RATE, rateTable(shape));
    if (shape.rate > 0xffff_ffffn) options.u64(TCA_POLICE_RATE64, shape.rate);
  });
}

/** Sends what comes in by the link out of another one, to be shaped there. */
export function redirectIngress(socket: NetlinkSocket, link: number, to: number): void {
  filterIngress(socket, link, 'mirred', (options) => options.bytes(TCA_MIRRED_PARMS, mirredParameters(to)));
}

/** What `policeIngress` or `redirectIngress` has set up; undefined when neither. */
export function readIngress(socket: NetlinkSocket, link: number): { readonly police: Shape } | { readonly redirect: number } | undefined {
  if (!hasIngress(socket, link)) return undefined;
  const filters = dump(socket, {
    type: RTM_GETTFILTER,
    flags: NLM_F_DUMP,
    body: tcHeader({ link, parent: ingressHandle }),
    call: 'RTM_GETTFILTER',
  });
  for (const { body } of filters) {
    const action = new Attributes(body, 20).nested(TCA_OPTIONS)?.nested(TCA_U32_ACT)?.nested(1);
    const options = action?.nested(TCA_ACT_OPTIONS);
    const redirect = options?.bytes(TCA_MIRRED_PARMS);
    const police = options?.bytes(TCA_POLICE_TBF);
    if (action?.text(TCA_ACT_KIND) === 'mirred' && redirect !== undefined) return { redirect: redirect.readUInt32LE(24) };
    if (action?.text(TCA_ACT_KIND) === 'police' && police !== undefined)
      return { police: readPolice(police, options?.u64(TCA_POLICE_RATE64)) };
  }
  return undefined;
}

export function clearIngress(socket: NetlinkSocket, link: number): void {
  if (hasIngress(socket, link)) deleteQdisc(socket, link, TC_H_INGRESS);
}

/** False when this kernel has no such qdisc. For a link that nobody uses. */
export function tryQdisc(socket: NetlinkSocket, link: number, kind: 'htb' | 'sfq'): boolean {
  const options = kind === 'sfq' ? sfqOptions() : new AttributeWriter().bytes(TCA_HTB_INIT, htbGlobals()).body();
  const body = tcBody({ link, parent: TC_H_ROOT, handle: rootHandle }, kind, (writer) => writer.raw(options));
  return socket.pipeline([{ type: RTM_NEWQDISC, flags: NLM_F_CREATE | NLM_F_REPLACE, body }])[0] === undefined;
}

/** One u32 filter that every packet matches, with one action, instead of whatever was there. */
function filterIngress(socket: NetlinkSocket, link: number, action: string, fill: (options: AttributeWriter) => void): void {
  clearIngress(socket, link);
  const qdisc = tcBody({ link, parent: TC_H_INGRESS, handle: ingressHandle }, 'ingress');
  socket.request({ type: RTM_NEWQDISC, flags: NLM_F_CREATE | NLM_F_EXCL, body: qdisc, call: 'RTM_NEWQDISC ingress' });
  const filter = tcBody({ link, parent: ingressHandle, info: (1 << 16) | everyProtocol }, 'u32', (options) =>
    options
      .bytes(TCA_U32_SEL, matchEverything())
      .nest(TCA_U32_ACT, (actions) => actions.nest(1, (first) => first.text(TCA_ACT_KIND, action).nest(TCA_ACT_OPTIONS, fill))),
  );
  try {
    socket.request({ type: RTM_NEWTFILTER, flags: NLM_F_CREATE | NLM_F_EXCL, body: filter, call: `RTM_NEWTFILTER ${action}` });
  } catch (error) {
    clearIngress(socket, link);
    throw error;
  }
}

interface Qdisc {
  readonly kind: string | undefined;
  readonly handle: number;
}

function findQdisc(socket: NetlinkSocket, link: number, parent: number): Qdisc | undefined {
  const found = qdiscs(socket, link).find(({ body }) => body.readInt32LE(4) === link && body.readUInt32LE(12) === parent);
  return found && { kind: new Attributes(found.body, 20).text(TCA_KIND), handle: found.body.readUInt32LE(8) };
}

function hasIngress(socket: NetlinkSocket, link: number): boolean {
  return findQdisc(socket, link, TC_H_INGRESS)?.kind === 'ingress';
}

function qdiscs(socket: NetlinkSocket, link: number): Reply[] {
  return dump(socket, { type: RTM_GETQDISC, flags: NLM_F_DUMP, body: tcHeader({ link }), call: 'RTM_GETQDISC' });
}

function deleteQdisc(socket: NetlinkSocket, link: number, parent: number): void {
  try {
    socket.request({ type: RTM_DELQDISC, body: tcHeader({ link, parent }), call: 'RTM_DELQDISC' });
  } catch (error) {
    if (!(error instanceof NetlinkError && ['ENOENT', 'EINVAL', 'ENODEV'].includes(error.code))) throw error;
  }
}

export function dump(socket: NetlinkSocket, message: Message): Reply[] {
  try {
    return socket.request(message);
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODEV') return [];
    throw error;
  }
}

/** struct tcmsg. */
export function tcHeader({
  link,
  parent = 0,
  handle = 0,
  info = 0,
}: {
  link: number;
  parent?: number;
  handle?: number;
  info?: number;
}): Buffer {
  const header = Buffer.alloc(20);
  header.writeInt32LE(link, 4);
  header.writeUInt32LE(handle, 8);
  header.writeUInt32LE(parent, 12);
  header.writeUInt32LE(info, 16);
  return header;
}

export function tcBody(where: Parameters<typeof tcHeader>[0], kind: string, options?: (options: AttributeWriter) => void): Buffer {
  const writer = new AttributeWriter(tcHeader(where)).text(TCA_KIND, kind);
  if (options !== undefined) writer.plainNest(TCA_OPTIONS, options);
  return writer.body();
}

const TCA_HTB_PARMS = 1;
const TCA_HTB_INIT = 2;
const TCA_HTB_RATE64 = 6;
const TCA_HTB_CEIL64 = 7;
const TC_LINKLAYER_ETHERNET = 1;

/** struct tc_htb_glob: version 3, default quantum divisor, the class for what no filter places. */
function htbGlobals(rest = 1): Buffer {
  const globals = Buffer.alloc(20);
  globals.writeUInt32LE(3, 0);
  globals.writeUInt32LE(10, 4);
  globals.writeUInt32LE(rest, 8);
  return globals;
}

/** struct tc_htb_opt. The link layer is stated, so no rate tables are needed. The quantum is held where the kernel does not complain of it. */
function htbClass({ rate, peak, bucket, peakBucket }: Shape): Buffer {
  const options = Buffer.alloc(44);
  writeRate(options, 0, rate, 0);
  writeRate(options, 12, peak, 0);
  options.writeUInt32LE(bucket, 24);
  options.writeUInt32LE(peakBucket, 28);
  options.writeUInt32LE(Math.min(Math.max(Number(rate / 10n), 1600), 200_000), 32);
  return options;
}

export function readHtbClass(options: Attributes | undefined): Shape | undefined {
  const parameters = options?.bytes(TCA_HTB_PARMS);
  if (options === undefined || parameters === undefined) return undefined;
  return {
    rate: options.u64(TCA_HTB_RATE64) ?? BigInt(parameters.readUInt32LE(8)),
    peak: options.u64(TCA_HTB_CEIL64) ?? BigInt(parameters.readUInt32LE(20)),
    bucket: parameters.readUInt32LE(24),
    peakBucket: parameters.readUInt32LE(28),
  };
}

/** struct tc_ratespec: cell size, link layer, overhead, alignment, smallest packet, rate. */
function writeRate(target: Buffer, at: number, rate: bigint, cellLog: number): void {
  target.writeUInt8(cellLog, at);
  target.writeUInt8(TC_LINKLAYER_ETHERNET, at + 1);
  target.writeUInt32LE(Number(rate > 0xffff_ffffn ? 0xffff_ffffn : rate), at + 8);
}

/** struct tc_sfq_qopt: default quantum, a new hash every 10 s. */
function sfqOptions(): Buffer {
  const options = Buffer.alloc(20);
  options.writeInt32LE(10, 4);
  return options;
}

const TCA_U32_SEL = 5;
const TCA_U32_ACT = 7;
const TCA_ACT_KIND = 1;
const TCA_ACT_OPTIONS = 2;

/** struct tc_u32_sel with one struct tc_u32_key of no bits, and the word that a match ends the search. */
function matchEverything(): Buffer {
  const selector = Buffer.alloc(16 + 16);
  selector.writeUInt8(1, 0);
  selector.writeUInt8(1, 2);
  return selector;
}

const TCA_MIRRED_PARMS = 2;
const TC_ACT_STOLEN = 4;
const TCA_EGRESS_REDIR = 1;

/** struct tc_mirred: index, capabilities, verdict, two counts, what to do, where to. */
function mirredParameters(link: number): Buffer {
  const parameters = Buffer.alloc(28);
  parameters.writeInt32LE(TC_ACT_STOLEN, 8);
  parameters.writeInt32LE(TCA_EGRESS_REDIR, 20);
  parameters.writeUInt32LE(link, 24);
  return parameters;
}

const TCA_POLICE_TBF = 1;
const TCA_POLICE_RATE = 2;
const TCA_POLICE_RATE64 = 8;
const TC_POLICE_SHOT = 2;
/** Cells of 512 bytes: the table reaches beyond the largest segment that offloading makes. */
const policeCellLog = 9;

/** struct tc_police: index, verdict above the rate, limit, burst, largest packet, rate, no peak. */
function policeParameters({ rate, bucket }: Shape): Buffer {
  const parameters = Buffer.alloc(56);
  parameters.writeInt32LE(TC_POLICE_SHOT, 4);
  parameters.writeUInt32LE(bucket, 12);
  parameters.writeUInt32LE(128 * 1024, 16);
  writeRate(parameters, 20, rate, policeCellLog);
  return parameters;
}

function readPolice(parameters: Buffer, rate64: bigint | undefined): Shape {
  const rate = rate64 ?? BigInt(parameters.readUInt32LE(28));
  const bucket = parameters.readUInt32LE(12);
  return { rate, peak: rate, bucket, peakBucket: bucket };
}

/** 256 times: how long a packet of that many cells takes, in ticks. The police action wants it, though it no longer reads it. */
function rateTable({ rate }: Shape): Buffer {
  const table = Buffer.alloc(1024);
  for (let cell = 0; cell < 256; cell++) {
    const time = (BigInt(cell + 1) << BigInt(policeCellLog)) * 1_000_000_000n;
    const inTicks = time / rate / 64n;
    table.writeUInt32LE(Number(inTicks > 0xffff_ffffn ? 0xffff_ffffn : inTicks), cell * 4);
  }
  return table;
}
