import type { IfName } from '../../model/units.ts';
import type { PortVlan } from '../../model/vlan.ts';
import type { LinkAddress } from './addresses.ts';
import { dumpAddresses } from './addresses.ts';
import type { KernelLink } from './link-facts.ts';
import { dumpLinks, getLink, linkNameAt } from './link-facts.ts';
import type { NetlinkSocket } from './netlink.ts';
import { dumpVlans } from './vlans.ts';

/** From how many wanted links on one dump of all is cheaper than asking for each. */
const dumpFrom = 50;

/**
 * Links and their addresses as they were when first asked for: one look at the kernel, shared by everything
 * that one observation compares. A few names are asked for one by one; many are read in one dump.
 */
export class Inventory {
  readonly #socket: NetlinkSocket;
  readonly #byName = new Map<string, KernelLink | undefined>();
  readonly #byIndex = new Map<number, KernelLink>();
  readonly #names = new Map<number, IfName>();
  readonly #addresses = new Map<number, readonly LinkAddress[]>();
  readonly #complete: boolean;
  #addressesRead = false;
  readonly #vlans = new Map<number, readonly PortVlan[]>();
  #vlansRead = false;

  /** @param expected How many links will be asked for, roughly. */
  constructor(socket: NetlinkSocket, expected: number) {
    this.#socket = socket;
    this.#complete = expected >= dumpFrom;
    if (this.#complete) for (const link of dumpLinks(socket)) this.#keep(link);
  }

  /** Everything that was read; all links of the host when `expected` was large. */
  all(): KernelLink[] {
    return [...this.#byIndex.values()];
  }

  link(name: string): KernelLink | undefined {
    if (!this.#complete && !this.#byName.has(name)) {
      const link = getLink(this.#socket, name);
      if (link === undefined) this.#byName.set(name, undefined);
      else this.#keep(link);
    }
    return this.#byName.get(name);
  }

  /** The name of the link with this index; undefined for 0, and for links of another namespace. */
  nameAt(index: number): IfName | undefined {
    if (index === 0) return undefined;
    const known = this.#byIndex.get(index)?.name ?? this.#names.get(index);
    if (known !== undefined) return known;
    const name = linkNameAt(this.#socket, index);
    if (name !== undefined) this.#names.set(index, name);
    return name;
  }

  addresses(index: number): readonly LinkAddress[] {
    if (this.#complete) {
      if (!this.#addressesRead) this.#group(dumpAddresses(this.#socket));
      this.#addressesRead = true;
    } else if (!this.#addresses.has(index)) {
      this.#addresses.set(index, dumpAddresses(this.#socket, index));
    }
    return this.#addresses.get(index) ?? [];
  }

  /** Of a port of a bridge that filters, or of such a bridge. Of others do not ask: a kernel without filtering cannot answer. */
  vlans(index: number): readonly PortVlan[] {
    if (!this.#vlansRead && !this.#vlans.has(index)) {
      for (const [link, runs] of dumpVlans(this.#socket, this.#complete ? 0 : index)) this.#vlans.set(link, runs);
      this.#vlansRead = this.#complete;
    }
    return this.#vlans.get(index) ?? [];
  }

  #keep(link: KernelLink): void {
    this.#byName.set(link.name, link);
    this.#byIndex.set(link.index, link);
  }

  #group(addresses: readonly LinkAddress[]): void {
    for (const address of addresses) this.#addresses.set(address.index, [...(this.#addresses.get(address.index) ?? []), address]);
  }
}
