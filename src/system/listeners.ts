import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { formatAddress } from '../model/address.ts';
import { readText } from './files.ts';

/** A program of this host that takes what comes to a port. */
export interface Listener {
  readonly protocol: 'tcp' | 'udp';
  /** Unspecified (`0.0.0.0`, `::`) for all addresses of the host. */
  readonly address: string;
  readonly port: number;
  /** Absent where the kernel tells nobody. */
  readonly program?: string;
}

/** linux/tcp_states.h; a datagram socket that is bound and not connected is in state "close". */
const listening = { tcp: '0A', udp: '07' } as const;

/** Who listens on these ports in this namespace. */
export function findListeners(ports: ReadonlySet<number>): Listener[] {
  const found = (['tcp', 'udp'] as const).flatMap((protocol) =>
    ['', '6'].flatMap((family) =>
      readSockets(protocol, readText(`/proc/net/${protocol}${family}`) ?? '').filter(({ port }) => ports.has(port)),
    ),
  );
  const programs = found.length === 0 ? new Map<string, string>() : programsOf(new Set(found.map(({ inode }) => inode)));
  return found.map(({ inode, ...listener }) => {
    const program = programs.get(inode);
    return program === undefined ? listener : { ...listener, program };
  });
}

function readSockets(protocol: 'tcp' | 'udp', table: string): (Listener & { readonly inode: string })[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === listening[protocol] ? [{ protocol, address: readAddress(address), port: Number.parseInt(port, 16), inode }] : [];
  });
}

/** Words of four bytes each, in the machine's own order. */
function readAddress(hex: string): string {
  const turned = hex.replaceAll(/(..)(..)(..)(..)/g, '$4$3$2$1');
  return formatAddress({ family: hex.length === 8 ? 'ipv4' : 'ipv6', value: BigInt(`0x${turned}`) });
}

function programsOf(inodes: ReadonlySet<string>): ReadonlyMap<string, string> {
  const programs = new Map<string, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
        if (inode !== undefined && inodes.has(inode)) programs.set(inode, readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
      }
    } catch {
      // It has ended, or is none of ours to look at.
    }
  }
  return programs;
}
