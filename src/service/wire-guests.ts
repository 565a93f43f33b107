import { setTimeout } from 'node:timers/promises';
import type { LinkFacts } from '../model/link.ts';
import type { Context } from './context.ts';
import { guestsOfHypervisor, type Hypervisor } from './hypervisor.ts';

/** How long an answer about a device counts; one that no guest had may be a guest's that is just starting. */
const knownMs = 60_000;
const unknownMs = 15_000;
/** A hypervisor is asked no more often, and waited for no longer: a picture is drawn without its names then. */
const askEveryMs = 2_000;
const waitMs = 500;

interface Asked {
  /** By name and index: a name that was given to another device is another wire. */
  readonly guests: Map<string, { readonly guest: string | undefined; readonly until: number }>;
  nextAt: number;
  asking: Promise<void> | undefined;
}

const asked = new WeakMap<Hypervisor, Asked>();

/** Which guest is behind a hypervisor's tap or macvtap that has no port of ours: what the hypervisor said, not long ago. */
export async function wireGuests(context: Context, links: readonly LinkFacts[]): Promise<ReadonlyMap<string, string>> {
  const { hypervisor } = context;
  const wires = links.filter(({ type }) => type === 'tun' || type === 'macvtap');
  if (hypervisor === undefined || wires.length === 0) return new Map();
  const memory = asked.get(hypervisor) ?? { guests: new Map(), nextAt: 0, asking: undefined };
  asked.set(hypervisor, memory);
  const now = Date.now();
  const isOpen = (wire: LinkFacts) => (memory.guests.get(keyOf(wire))?.until ?? 0) < now;
  if (memory.asking === undefined && now >= memory.nextAt && wires.some(isOpen)) memory.asking = ask(context, memory, wires);
  if (memory.asking !== undefined) await Promise.race([memory.asking, setTimeout(waitMs, undefined, { ref: false })]);
  return new Map(wires.flatMap((wire) => entryOf(wire.name, memory.guests.get(keyOf(wire))?.guest)));
}

async function ask(context: Context, memory: Asked, wires: readonly LinkFacts[]): Promise<void> {
  const guests = await guestsOfHypervisor(context);
  const byLink = new Map(
    guests.flatMap(({ name, interfaces }) => interfaces.flatMap(({ link }) => (link === undefined ? [] : [[link, name] as const]))),
  );
  const now = Date.now();
  memory.guests.clear();
  for (const wire of wires) {
    const guest = byLink.get(wire.name);
    memory.guests.set(keyOf(wire), { guest, until: now + (guest === undefined ? unknownMs : knownMs) });
  }
  memory.nextAt = now + askEveryMs;
  memory.asking = undefined;
}

function keyOf({ name, index }: LinkFacts): string {
  return `${name} ${index}`;
}

function entryOf(link: string, guest: string | undefined): readonly (readonly [string, string])[] {
  return guest === undefined ? [] : [[link, guest]];
}
