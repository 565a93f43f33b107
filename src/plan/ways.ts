import type { NftMatch, NftNetwork, NftRule } from '../model/nft.ts';

/** Which ways between guests and the outside there are no longer. */
export interface LostWays {
  /** Guests get nowhere, or by one interface less, which is then named. */
  readonly out: boolean;
  readonly by?: string;
  /** Nobody outside may begin to speak to them. */
  readonly reached: boolean;
}

/** @param before Undefined for a network whose guests nobody held up. */
export function lostWays(before: NftNetwork | undefined, after: NftNetwork): LostWays {
  const [was, is] = [before && waysOut(before), waysOut(after)];
  const lost = (was ?? [{}]).filter((way) => !is.some((other) => covers(other, way)));
  const uplinks = new Set(lost.map(({ uplink }) => uplink));
  const [by] = uplinks;
  const reachedBefore = before === undefined ? isOpen(after) : reachable(before).length > 0;
  return {
    out: lost.length > 0 && (before !== undefined || is.length === 0),
    ...(is.length > 0 && by !== undefined && { by }),
    reached: reachedBefore && reachable(after).length === 0,
  };
}

interface Way {
  readonly uplink?: string;
  readonly cidr?: string;
}

/** A network's own chains say of what it lets out that the network it goes to decides (`return`), and accept what it lets in. */
function waysOut({ chains }: NftNetwork): Way[] {
  return chains.flatMap(({ name, rules }) =>
    name.startsWith('from_') ? rules.flatMap((rule) => (rule.verdict.kind === 'return' && !has(rule, 'ct-dnat') ? [wayOf(rule)] : [])) : [],
  );
}

/** Those that need no connection begun from inside. */
function reachable({ chains }: NftNetwork): Way[] {
  return chains.flatMap(({ name, rules }) =>
    name.startsWith('to_')
      ? rules.flatMap((rule) =>
          rule.verdict.kind === 'accept' && has(rule, 'daddr') && !has(rule, 'ct-state') && !has(rule, 'ct-dnat') ? [wayOf(rule)] : [],
        )
      : [],
  );
}

/** Without rules before, guests were reached wherever they have addresses. */
function isOpen({ chains }: NftNetwork): boolean {
  return chains.some(({ name }) => name.startsWith('to_'));
}

function has({ matches }: NftRule, match: NftMatch['match']): boolean {
  return matches.some((one) => one.match === match);
}

function wayOf({ matches }: NftRule): Way {
  const uplink = matches.flatMap((one) => (one.match === 'iifname' || one.match === 'oifname' ? [one.name] : []))[0];
  const cidr = matches.flatMap((one) => (one.match === 'saddr' || one.match === 'daddr' ? [one.cidr] : []))[0];
  return { ...(uplink !== undefined && { uplink }), ...(cidr !== undefined && { cidr }) };
}

function covers(way: Way, other: Way): boolean {
  return way.cidr === other.cidr && (way.uplink === undefined || way.uplink === other.uplink);
}
