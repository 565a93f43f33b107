import { closeSync } from 'node:fs';
import { addressOf, checked, libc } from './libc.ts';
import type { Process } from './pidfd.ts';
import { RTM_DELADDR, RTM_DELROUTE, RTM_NEWADDR, RTM_NEWROUTE } from './rtnetlink.ts';

const AF_NETLINK = 16;
const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
const SO_DOMAIN = 39;

/**
 * Lets a program hear of addresses of its own link only. Others' addresses, and all routes, are dropped before it is
 * woken; the answers to what it asks itself come as ever. The kernel keeps the filter with the socket, for as long as
 * the program runs.
 *
 * For dnsmasq, which subscribes to every address and route of the host and looks around each time: 35 to 65 µs of
 * processor time for each that runs, whenever any network starts or stops. What it loses is that a query waiting for
 * an answer is sent again at once when a route appears, instead of when the guest asks again.
 *
 * @param link Index of the link.
 * @throws KernelError `EPERM` where we may not look into the process (it takes CAP_SYS_PTRACE).
 */
export function hearOwnAddressesOnly(program: Process, link: number): void {
  for (const number of program.descriptors()) {
    const fd = program.duplicate(number);
    if (fd === undefined) continue;
    try {
      if (domainOf(fd) === AF_NETLINK) attachFilter(fd, addressFilter(portOf(fd), link));
    } finally {
      closeSync(fd);
    }
  }
}

/** Undefined for what is no socket. */
function domainOf(fd: number): number | undefined {
  const domain = Buffer.alloc(4);
  const length = Buffer.from([4, 0, 0, 0]);
  return libc.getsockopt(fd, SOL_SOCKET, SO_DOMAIN, domain, length) < 0 ? undefined : domain.readInt32LE(0);
}

/** The socket's own address: answers to its requests carry it. */
function portOf(fd: number): number {
  const address = Buffer.alloc(12);
  const length = Buffer.from([12, 0, 0, 0]);
  checked(libc.getsockname(fd, address, length), 'getsockname');
  return address.readUInt32LE(4);
}

/** struct sock_fprog: a count, then a pointer to the instructions. */
function attachFilter(fd: number, instructions: Buffer): void {
  const program = Buffer.alloc(16);
  program.writeUInt16LE(instructions.length / 8, 0);
  program.writeBigUInt64LE(addressOf(instructions), 8);
  checked(libc.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, program, program.length), 'SO_ATTACH_FILTER');
}

/** linux/filter.h */
const BPF_LD_W_ABS = 0x20;
const BPF_LD_H_ABS = 0x28;
const BPF_JEQ_K = 0x15;
const BPF_RET_K = 0x06;

/** Offsets in a message: struct nlmsghdr, and of an address also its struct ifaddrmsg. */
const typeAt = 4;
const portAt = 12;
const addressLinkAt = 20;

function addressFilter(port: number, link: number): Buffer {
  return assemble([
    [BPF_LD_W_ABS, 0, 0, portAt],
    [BPF_JEQ_K, 7, 0, asLoaded32(port)],
    [BPF_LD_H_ABS, 0, 0, typeAt],
    [BPF_JEQ_K, 6, 0, asLoaded16(RTM_NEWROUTE)],
    [BPF_JEQ_K, 5, 0, asLoaded16(RTM_DELROUTE)],
    [BPF_JEQ_K, 1, 0, asLoaded16(RTM_NEWADDR)],
    [BPF_JEQ_K, 0, 2, asLoaded16(RTM_DELADDR)],
    [BPF_LD_W_ABS, 0, 0, addressLinkAt],
    [BPF_JEQ_K, 0, 1, asLoaded32(link)],
    [BPF_RET_K, 0, 0, 0xffff_ffff],
    [BPF_RET_K, 0, 0, 0],
  ]);
}

/** struct sock_filter: code, where to go on when true and when false, counted from the next one, and a constant. */
function assemble(instructions: readonly (readonly [code: number, yes: number, no: number, constant: number])[]): Buffer {
  const bytes = Buffer.alloc(8 * instructions.length);
  for (const [index, [code, yes, no, constant]] of instructions.entries()) {
    bytes.writeUInt16LE(code, 8 * index);
    bytes.writeUInt8(yes, 8 * index + 2);
    bytes.writeUInt8(no, 8 * index + 3);
    bytes.writeUInt32LE(constant, 8 * index + 4);
  }
  return bytes;
}

/** A filter loads numbers as the network writes them, highest byte first; netlink writes them as the machine does. */
function asLoaded32(value: number): number {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.readUInt32BE();
}

function asLoaded16(value: number): number {
  return asLoaded32(value) >>> 16;
}
