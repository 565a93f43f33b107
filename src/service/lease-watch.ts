import type { Lease } from '../model/lease.ts';
import { parseIfName } from '../model/units.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { guestsNamed, withTargets } from './forward-targets.ts';

type Leases = ReadonlyMap<string, Lease>;

/** Tells leases that come and go. Renewing one is neither. */
export class LeaseWatch {
  readonly #context: Context;
  readonly #known = new Map<string, Leases>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** What is there now is no news. */
  async remember(bridge: string): Promise<void> {
    this.#known.set(bridge, await this.#read(bridge));
  }

  async look(bridge: string): Promise<void> {
    const live = [...this.#context.store.catalog().networks.values()].find((entry) => entry.live?.bridge?.name === bridge)?.live;
    if (live === undefined) return;
    const before: Leases = this.#known.get(bridge) ?? new Map();
    const after = await this.#read(bridge);
    this.#known.set(bridge, after);
    if (guestsNamed(live).length > 0) await change(this.#context, (catalog) => withTargets(catalog, live.uuid, [...after.values()]));
    const network = { uuid: live.uuid, name: live.name };
    const at = Date.now();
    for (const [key, lease] of before) if (!after.has(key)) this.#context.events.emit({ at, kind: 'lease-ended', network, lease });
    for (const [key, lease] of after) if (!before.has(key)) this.#context.events.emit({ at, kind: 'lease-given', network, lease });
  }

  async #read(bridge: string): Promise<Leases> {
    const name = parseIfName(bridge);
    const leases = name === undefined ? [] : await this.#context.system.leases(name);
    return new Map(leases.map((lease) => [`${lease.address} ${lease.mac ?? lease.clientId ?? ''}`, lease]));
  }
}
