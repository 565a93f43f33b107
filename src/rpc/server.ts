import type { Socket } from 'node:net';
import { join } from 'node:path';
import { groupId, userName } from '../service/accounts.ts';
import type { Log } from '../service/context.ts';
import type { Service } from '../service/service.ts';
import type { SocketRights } from '../service/socket-file.ts';
import { domains } from './api-names.ts';
import { keepaliveDefaults } from './keepalive.ts';
import type { KeepaliveOptions } from './keepalive.ts';
import { listenUnix } from './listen.ts';
import { connectProcedures, eventProcedures } from './procedures/connect.ts';
import { hostProcedures } from './procedures/host.ts';
import { interfaceProcedures } from './procedures/interface.ts';
import { metadataProcedures } from './procedures/metadata.ts';
import { networkListProcedures } from './procedures/network-lists.ts';
import { networkProcedures } from './procedures/network.ts';
import { portProcedures } from './procedures/port.ts';
import { Session } from './session.ts';
import type { Daemon, Driver } from './session.ts';

export interface LibvirtOptions {
  /** Where the four sockets go; libvirt's clients look in `/var/run/libvirt`. */
  readonly directory: string;
  readonly log: Log;
  /** Who may write besides root. Without such a group on the host nobody else may. Default `libvirt`. */
  readonly writeGroup?: string;
  readonly keepalive?: KeepaliveOptions;
  /** The peer, as the kernel knows it (SO_PEERCRED). */
  credentials(socket: Socket): { readonly uid: number; readonly gid: number; readonly pid: number };
}

/** `virtnetworkd` and `virtinterfaced`, as far as their clients can tell. */
export const drivers: readonly (Driver & { readonly socket: string })[] = [
  {
    scheme: 'network',
    socket: 'virtnetworkd-sock',
    domain: domains.network,
    procedures: new Map([
      ...connectProcedures,
      ...hostProcedures,
      ...eventProcedures,
      ...networkListProcedures,
      ...networkProcedures,
      ...metadataProcedures,
      ...portProcedures,
    ]),
  },
  {
    scheme: 'interface',
    socket: 'virtinterfaced-sock',
    domain: domains.interface,
    procedures: new Map([...connectProcedures, ...interfaceProcedures]),
  },
];

/** Incomplete packets of all clients together; a single one may have 32 MiB. */
const heldBytes = 256 * 1024 * 1024;

/** Serves libvirt's clients until it is disposed of: `NAME-sock` for who may write, `NAME-sock-ro` for everybody. */
export async function serveLibvirt(service: Service, options: LibvirtOptions): Promise<AsyncDisposable> {
  const { directory, log } = options;
  const sessions = new Set<Session>();
  const daemon = makeDaemon(service, options);
  const events = service.subscribe((event) => {
    for (const session of sessions) session.events.tell(event);
  });
  const sockets: AsyncDisposable[] = [];
  const stop = async (): Promise<void> => {
    events[Symbol.dispose]();
    for (const socket of sockets.splice(0)) await socket[Symbol.asyncDispose]();
  };

  const accept = (driver: Driver, mayWrite: boolean) => (socket: Socket) => {
    const peer = options.credentials(socket);
    const caller = { ...peer, user: userName(peer.uid), door: 'rpc', mayWrite } as const;
    const session = new Session(daemon, driver, socket, caller);
    sessions.add(session);
    socket.once('close', () => sessions.delete(session));
  };

  const writers = rightsOfWriters(options.writeGroup ?? 'libvirt', log);
  try {
    for (const { socket, ...driver } of drivers) {
      sockets.push(await listenUnix(join(directory, socket), writers, accept(driver, true)));
      sockets.push(await listenUnix(join(directory, `${socket}-ro`), { mode: 0o777 }, accept(driver, false)));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  log.info({ directory }, 'Serving libvirt clients');
  return { [Symbol.asyncDispose]: stop };
}

function makeDaemon(service: Service, { log, keepalive }: LibvirtOptions): Daemon {
  let callbacks = 0;
  const held = new Map<Session, number>();
  let total = 0;
  return {
    service,
    log,
    keepalive: keepalive ?? keepaliveDefaults,
    nextCallbackId: () => callbacks++,
    hold(client, bytes) {
      total += bytes - (held.get(client) ?? 0);
      if (bytes === 0) held.delete(client);
      else held.set(client, bytes);
      if (total > heldBytes) largest(held)?.drop('it holds the most of too many bytes of incomplete packets');
    },
  };
}

function largest(held: ReadonlyMap<Session, number>): Session | undefined {
  const [first] = [...held].toSorted(([, one], [, other]) => other - one);
  return first?.[0];
}

function rightsOfWriters(group: string, log: Log): SocketRights {
  const gid = groupId(group);
  if (gid !== undefined) return { mode: 0o770, gid };
  log.info({ group }, 'There is no such group on this host: only root may change anything through libvirt clients');
  return { mode: 0o700 };
}
