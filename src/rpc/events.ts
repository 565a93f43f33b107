import type { ViaductEvent } from '../model/event.ts';
import type { Uuid } from '../model/units.ts';
import { internalError, invalidArgument } from './errors.ts';
import { domains } from './api-names.ts';
import { encodePacket } from './frame.ts';
import { messageType, networkObject, optionalText, programs, protocolVersion } from './protocol.ts';
import type { NetworkObject } from './protocol.ts';
import { int, struct } from './xdr.ts';

/** virNetworkEventID. */
export const networkEvents = { lifecycle: 0, metadata: 1 } as const;

/** virNetworkEventLifecycleType, by our event; the ones that libvirt does not tell are not here. */
const lifecycle: { readonly [Kind in ViaductEvent['kind']]?: number } = {
  'network-defined': 0,
  'network-undefined': 1,
  'network-started': 2,
  'network-stopped': 3,
};

/** virNetworkMetadataType. */
const metadataTypes = { description: 0, title: 1, element: 2 } as const;

export const lifecycleMessage = { number: 315, body: struct({ callbackID: int, net: networkObject, event: int, detail: int }) };
export const metadataMessage = { number: 446, body: struct({ callbackID: int, net: networkObject, type: int, nsuri: optionalText }) };

/** libvirt's daemons number their events' serials so; clients do not look. */
const eventSerial = 1;

/**
 * How long a new registration is kept from its first event. libvirt's library stores the callback id only
 * after it has read the reply; an event in the same read finds nobody (seen with virsh 11.3).
 */
const settleMs = 50;

interface Registration {
  readonly event: number;
  readonly network: Uuid | undefined;
}

/** The events one client asked for. `nextId` counts for the whole daemon, as libvirt's does. */
export class EventSubscriptions {
  readonly #registrations = new Map<number, Registration>();
  readonly #nextId: () => number;
  readonly #send: (packet: Buffer) => void;
  #waiting: Buffer[] = [];
  #settling: NodeJS.Timeout | undefined;

  constructor(nextId: () => number, send: (packet: Buffer) => void) {
    this.#nextId = nextId;
    this.#send = send;
  }

  register(event: number, network: Uuid | undefined): number {
    if (event !== networkEvents.lifecycle && event !== networkEvents.metadata) throw internalError(`unsupported network event ID ${event}`);
    for (const known of this.#registrations.values()) {
      if (known.event === event && known.network === network) throw invalidArgument('event callback already tracked', domains.none);
    }
    const id = this.#nextId();
    this.#registrations.set(id, { event, network });
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#settled(), settleMs);
    return id;
  }

  deregister(id: number): void {
    if (!this.#registrations.delete(id)) throw internalError(`network event callback ${id} not registered`);
  }

  /** Sends `event` once for each registration that wants it. */
  tell(event: ViaductEvent): void {
    for (const [id, { event: wanted, network }] of this.#registrations) {
      const packet = encodeEvent(event, wanted, network, id);
      if (packet === undefined) continue;
      if (this.#settling === undefined) this.#send(packet);
      else this.#waiting.push(packet);
    }
  }

  close(): void {
    clearTimeout(this.#settling);
    this.#registrations.clear();
    this.#waiting = [];
  }

  #settled(): void {
    this.#settling = undefined;
    const packets = this.#waiting;
    this.#waiting = [];
    for (const packet of packets) this.#send(packet);
  }
}

function encodeEvent(event: ViaductEvent, wanted: number, network: Uuid | undefined, callbackID: number): Buffer | undefined {
  if (!('network' in event) || (network !== undefined && event.network.uuid !== network)) return undefined;
  const net: NetworkObject = { name: event.network.name, uuid: event.network.uuid };
  if (wanted === networkEvents.metadata) {
    if (event.kind !== 'network-metadata') return undefined;
    const type = metadataTypes[event.what];
    return encodePacket(header(metadataMessage.number), metadataMessage.body, { callbackID, net, type, nsuri: event.uri ?? null });
  }
  const happened = lifecycle[event.kind];
  if (happened === undefined) return undefined;
  return encodePacket(header(lifecycleMessage.number), lifecycleMessage.body, { callbackID, net, event: happened, detail: 0 });
}

function header(procedure: number) {
  return { program: programs.remote, version: protocolVersion, procedure, type: messageType.event, serial: eventSerial };
}
