import koffi from 'koffi';
import { constants } from 'node:os';

/**
 * The calls of the C library that Node does not offer, bound once.
 *
 * Rules: only on the main thread (koffi 3 in a worker can keep the process from ending), structures are
 * packed by hand into Buffers (`addressOf`), and `ssize_t` is `long`, because koffi has no such name.
 */
const library = koffi.load(null);
const send = library.func('long send(int fd, const void *data, size_t length, int flags)');

export const libc = {
  socket: library.func('int socket(int domain, int type, int protocol)') as (domain: number, type: number, protocol: number) => number,
  bind: library.func('int bind(int fd, const void *address, int length)') as (fd: number, address: Buffer, length: number) => number,
  getsockname: library.func('int getsockname(int fd, void *address, void *length)') as (
    fd: number,
    address: Buffer,
    length: Buffer,
  ) => number,
  setsockopt: library.func('int setsockopt(int fd, int level, int name, const void *value, int length)') as (
    fd: number,
    level: number,
    name: number,
    value: Buffer,
    length: number,
  ) => number,
  getsockopt: library.func('int getsockopt(int fd, int level, int name, void *value, void *length)') as (
    fd: number,
    level: number,
    name: number,
    value: Buffer,
    length: Buffer,
  ) => number,
  send: send as (fd: number, data: Buffer, length: number, flags: number) => number,
  sendto: library.func('long sendto(int fd, const void *data, size_t length, int flags, const void *address, int addressLength)') as (
    fd: number,
    data: Buffer,
    length: number,
    flags: number,
    address: Buffer,
    addressLength: number,
  ) => number,
  recv: library.func('long recv(int fd, void *data, size_t length, int flags)') as (
    fd: number,
    data: Buffer,
    length: number,
    flags: number,
  ) => number,
  sendmsg: library.func('long sendmsg(int fd, const void *message, int flags)') as (fd: number, message: Buffer, flags: number) => number,
  recvmsg: library.func('long recvmsg(int fd, void *message, int flags)') as (fd: number, message: Buffer, flags: number) => number,
  poll: library.func('int poll(void *fds, unsigned long count, int timeoutMs)') as (
    fds: Buffer,
    count: number,
    timeoutMs: number,
  ) => number,
  flock: library.func('int flock(int fd, int operation)') as (fd: number, operation: number) => number,
  setns: library.func('int setns(int fd, int kind)') as (fd: number, kind: number) => number,
  unshare: library.func('int unshare(int kind)') as (kind: number) => number,
  ioctl: library.func('int ioctl(int fd, unsigned long request, void *argument)') as (
    fd: number,
    request: number,
    argument: Buffer,
  ) => number,
  syscall: library.func('long syscall(long number, long first, long second, long third, long fourth)') as (
    number: number,
    first: number,
    second: number,
    third: number,
    fourth: number,
  ) => number,
};

const ioctlByValue = library.func('int ioctl(int fd, unsigned long request, long argument)') as (
  fd: number,
  request: number,
  argument: number,
) => number;
const strerror = library.func('str strerror(int errno)') as (errno: number) => string;

const errnoNames = new Map<number, string>();
for (const [name, value] of Object.entries(constants.errno)) {
  if (!errnoNames.has(value)) errnoNames.set(value, name);
}
errnoNames.set(constants.errno.EAGAIN, 'EAGAIN');
errnoNames.set(constants.errno.EOPNOTSUPP, 'EOPNOTSUPP');
// Kernel-internal; nfnetlink lets it out when the rule set's generation has changed.
errnoNames.set(85, 'ERESTART');

/** The kernel refused a call. `message` is the C library's own text, such as `File exists`. */
export class KernelError extends Error {
  override readonly name: string = 'KernelError';
  readonly errno: number;
  /** `EEXIST`, `ENODEV`, …; the number as text where Node has no name for it. */
  readonly code: string;
  /** Which call: `setns`, `RTM_NEWLINK`, … */
  readonly call: string;

  constructor(errno: number, call: string, message: string = errnoText(errno)) {
    super(message);
    this.errno = errno;
    this.code = errnoNames.get(errno) ?? String(errno);
    this.call = call;
  }
}

/** `File exists` for 17. */
export function errnoText(errno: number): string {
  let text = errnoTexts.get(errno);
  if (text === undefined) errnoTexts.set(errno, (text = strerror(errno)));
  return text;
}

/** Looking for what is not there is an everyday error, and the C library translates its text each time. */
const errnoTexts = new Map<number, string>();

/** `send` on a pool thread, for what blocks in the kernel. The errno of a pool thread is not kept: a refusal is EIO. */
export function sendOnPool(fd: number, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    send.async(fd, data, data.length, 0, (error: unknown, result: number) => {
      if (error instanceof Error) reject(error);
      else if (result < 0) reject(new KernelError(constants.errno.EIO, 'send'));
      else resolve();
    });
  });
}

/** Of the last failed call on this thread. */
export function lastErrno(): number {
  return koffi.errno();
}

/** Passes a result through, or throws what errno says when it is negative. */
export function checked(result: number, call: string): number {
  if (result < 0) throw new KernelError(koffi.errno(), call);
  return result;
}

/** An ioctl whose argument is a number, not a pointer. */
export function ioctlNumber(fd: number, request: number, argument: number, call: string): void {
  checked(ioctlByValue(fd, request, argument), call);
}

/** Where `buffer` lies in memory, for structures that hold pointers. The caller keeps the buffer alive. */
export function addressOf(buffer: Buffer): bigint {
  return koffi.address(buffer);
}

export interface Watch extends Disposable {
  readonly fd: number;
}

/**
 * Calls `onReadable` from the event loop whenever `fd` has something to read or has failed. It neither blocks
 * the loop nor keeps the process alive; epoll underneath, no thread. Dispose it before closing the descriptor.
 *
 * `failed` is true when the kernel flags an error (ENOBUFS on a netlink socket): libuv stops watching then,
 * so the watch starts itself again once the handler has read the error away.
 */
export function watchReadable(fd: number, onReadable: (failed: boolean) => void): Watch {
  let open = true;
  const onPoll = (status: unknown): void => {
    if (!open) return;
    const failed = typeof status === 'number' && status < 0;
    try {
      onReadable(failed);
    } catch (error) {
      // Thrown through the native frame it would end up nowhere.
      queueMicrotask(() => {
        throw error;
      });
    }
    if (failed && open) handle.start({ readable: true }, onPoll);
  };
  const handle = koffi.node.poll(fd, { readable: true }, onPoll);
  handle.unref();
  return {
    fd,
    [Symbol.dispose]: () => {
      if (!open) return;
      open = false;
      handle.close();
    },
  };
}
