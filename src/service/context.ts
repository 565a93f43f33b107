import type { Catalog } from '../model/catalog.ts';
import type { ViaductEvent } from '../model/event.ts';
import type { KeptFile } from '../model/host-config.ts';
import type { HostObject } from '../model/host-state.ts';
import type { Uuid } from '../model/units.ts';
import type { System } from '../system/system.ts';
import type { AuditTrail } from './audit.ts';
import type { Checkpoints } from './checkpoint.ts';
import type { History } from './history.ts';
import type { Hypervisor } from './hypervisor.ts';
import type { Queue } from './queue.ts';
import type { Sightings } from './sightings.ts';

/** Who asks, as the kernel says it (SO_PEERCRED), and what the way they came in allows. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
  readonly pid: number;
  /** Resolved once when the connection is accepted: `root`, `ann`, or the number. */
  readonly user: string;
  /** Which door, for the audit line: `rpc`, `rest`, `internal`. */
  readonly door: 'rpc' | 'rest' | 'internal';
  /** False on read-only sockets and connections, whoever asks. */
  readonly mayWrite: boolean;
  /** Neither root nor of our group: may do what networks are granted for, and nothing else. */
  readonly limited?: boolean;
  /** Supplementary groups, where they are known. */
  readonly groups?: readonly number[];
}

/** What every operation is handed. Built once by the daemon; `caller` and `signal` per request. */
export interface Context {
  readonly system: System;
  readonly store: Store;
  readonly events: EventBus;
  readonly log: Log;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  /** Changes of the host, one after the other; readers never wait. */
  readonly queue: Queue;
  /** Networks that are not as they should be, with the reason; filled by healing. */
  readonly troubles: Map<Uuid, string>;
  readonly audit: AuditTrail;
  readonly history: History;
  readonly checkpoints: Checkpoints;
  readonly sightings: Sightings;
  /** Absent where nobody asks a hypervisor. */
  readonly hypervisor?: Hypervisor;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** The catalog, in memory and on disk. Definitions are in libvirt's own layout and format. */
export interface Store {
  /** The newest committed value; never changes while it is held. */
  catalog(): Catalog;
  /** Durable before the host is touched: what may exist on it if we die now, and what may be missing. */
  intend(after: Catalog, scope: readonly HostObject[], taken?: readonly HostObject[]): Promise<void>;
  /** Durable once the host agrees. */
  commit(after: Catalog): Promise<void>;
  /** Nothing changed after all. */
  abandon(): Promise<void>;
  /** Keeps copies of files of the host before they change; answers the folder they are in, under their own paths. */
  backUp(files: readonly KeptFile[]): Promise<string>;
}

export interface EventBus {
  emit(event: ViaductEvent): void;
  subscribe(listener: (event: ViaductEvent) => void): Disposable;
}

export interface Log {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
