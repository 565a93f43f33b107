import { ViaductError } from '../model/errors.ts';
import type { Mac, Uuid } from '../model/units.ts';
import type { Context } from './context.ts';

/** What we ask of the host's hypervisor. The client that speaks with it is handed in where everything is wired. */
export interface Hypervisor {
  guests(): Promise<readonly HypervisorGuest[]>;
  interfaces(guest: string, options: { readonly inactive: boolean }): Promise<readonly HypervisorNic[]>;
  addresses(guest: string, options: { readonly source: AddressSource }): Promise<readonly GuestNicAddresses[]>;
}

export type AddressSource = 'lease' | 'agent' | 'arp';

export interface HypervisorGuest {
  readonly name: string;
  readonly uuid: Uuid;
  readonly active: boolean;
  /** Its number while it runs. */
  readonly id?: number;
  readonly interfaces: readonly HypervisorNic[];
}

export interface HypervisorNic {
  /** The host's half; absent while the guest is off. */
  readonly link?: string;
  readonly type: string;
  readonly source?: string;
  readonly model?: string;
  readonly mac?: Mac;
}

export interface GuestNicAddresses {
  readonly name: string;
  readonly mac?: string;
  readonly addresses: readonly { readonly family: 'ipv4' | 'ipv6'; readonly address: string; readonly prefix: number }[];
}

/** None where no hypervisor runs: Viaduct's own guests need none. */
export async function guestsOfHypervisor({ hypervisor, log }: Context): Promise<readonly HypervisorGuest[]> {
  try {
    return (await hypervisor?.guests()) ?? [];
  } catch (cause) {
    if (!(cause instanceof ViaductError && cause.code === 'unreachable'))
      log.warn({ err: cause }, 'The hypervisor did not tell its guests.');
    return [];
  }
}
