import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { compileNetworks, compileScope, compileWires, namesIn, type Scope } from '../compile/catalog.ts';
import { compileInterfaces, interfaceScope } from '../compile/interfaces.ts';
import { compileSettings, settingScope } from '../compile/settings.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostFacts } from '../model/facts.ts';
import { keyOf, type HostObject, type HostState, type Plan } from '../model/host-state.ts';
import type { Uuid } from '../model/units.ts';
import { diffState } from '../plan/diff.ts';
import { planChanges } from '../plan/plan.ts';
import type { System } from '../system/system.ts';
import { keptAdvertisements, startsForwarding } from './advertisements.ts';
import { applyPlan, undoSteps } from './apply.ts';
import { refuseCollisions } from './collisions.ts';
import type { Context } from './context.ts';
import { learnTargets } from './forward-targets.ts';
import { refuseForwardClashes } from './forwards.ts';
import { diffCatalog, type Announce } from './diff-catalog.ts';
import { crashPoint } from './knobs.ts';
import { refuseWithoutSwitch } from './open-vswitch.ts';
import { refuseUnsupported } from './supported.ts';
import { withPools } from './pools.ts';
import { bridgesBelow, refuseUnfiltered, withFiltering } from './vlan-bridges.ts';

export interface ChangeOptions extends Partial<Announce> {
  /** Plans and changes nothing. */
  readonly dryRun?: boolean;
  /**
   * Networks whose objects are looked at although the edit leaves them alone: healing. What can be put
   * right then stays, also when something else cannot.
   */
  readonly recheck?: Iterable<Uuid>;
  /** Of those networks only what belongs to these links of their guests. */
  readonly recheckLinks?: ReadonlySet<string>;
  /** The same for interfaces that are up, by their names. */
  readonly recheckInterfaces?: Iterable<string>;
  /** And for the settings of the whole host. */
  readonly recheckSettings?: boolean;
  /** The change of a network that this one takes back, by its number. */
  readonly undoes?: number;
  /** Sees the plan before anything is done, and may throw. */
  readonly accept?: (planned: Changed) => void;
}

export interface Changed {
  readonly before: Catalog;
  readonly after: Catalog;
  readonly plan: Plan;
}

/** How long the host may take to show what was done to it. */
const verifyWithinMs = 2000;

/**
 * The one way to change the host: an edit of the catalog, compiled for the networks it touches, compared
 * with what is there, planned, carried out, looked at again and committed. What it cannot finish it takes
 * back. Events are the difference between the catalogs.
 */
export function change(context: Context, edit: (catalog: Catalog) => Catalog, options: ChangeOptions = {}): Promise<Changed> {
  // A dry run looks at one catalog for as long as it likes; nobody waits for it.
  if (options.dryRun === true) return prepare(context, edit, options);
  return context.queue.run(() => carryOut(context, edit, options), context.signal);
}

async function carryOut(context: Context, edit: (catalog: Catalog) => Catalog, options: ChangeOptions): Promise<Changed> {
  const { store } = context;
  const prepared = await prepare(context, edit, options);
  const { before, after, plan } = prepared;
  options.accept?.(prepared);
  if (plan.steps.length > 0) {
    await store.intend(after, createdBy(plan), takenBy(prepared));
    try {
      const halfIsBetter = options.recheck !== undefined || options.recheckInterfaces !== undefined;
      await applyPlan(context.system, plan, { keep: halfIsBetter });
      await verify(context, prepared, halfIsBetter);
    } catch (cause) {
      await store.abandon();
      throw cause;
    }
  }
  if (after !== before) await keep(context, after, plan);
  else if (plan.steps.length > 0) await store.abandon();
  context.history.record(context.caller, before, after, options.undoes);
  const at = Date.now();
  for (const event of diffCatalog(before, after, { replaced: options.replaced ?? 'network-defined' }))
    context.events.emit({ at, ...event });
  return { before, after, plan };
}

/** What cannot be written down must not run either. */
async function keep({ system, store }: Context, after: Catalog, plan: Plan): Promise<void> {
  try {
    await store.commit(after);
  } catch (cause) {
    await undoSteps(system, plan.steps);
    throw new ViaductError('apply-failed', `The definitions cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: 'Nothing was changed. Look at the file system of the state and run folders.',
      cause,
    });
  }
}

interface Prepared extends Changed {
  /** The part of the host that is looked at: what it should be, and what of ours should go. */
  readonly desired: HostState;
  readonly gone: HostState;
}

async function prepare(context: Context, edit: (catalog: Catalog) => Catalog, options: ChangeOptions): Promise<Prepared> {
  const { system, store } = context;
  const before = store.catalog();
  const after = withFiltering(before, await learnTargets(context, before, await withPools(system, before, edit(before))));
  const facts = system.facts();
  refuseUnsupported(before, after, facts);
  await refuseUnfiltered(system, before, after, new Set(options.recheck));
  await refuseWithoutSwitch(system, before, after);
  const scope = merged([compileScope(before, after, facts), interfaceScope(before, after, facts), settingScope(before, after)]);
  const recheck = new Map([
    ...compileRecheck(after, options, facts),
    ...compileInterfaces(after, [...(options.recheckInterfaces ?? []), ...bridgesBelow(after, options.recheck ?? [])], facts),
    ...(options.recheckSettings === true ? compileSettings(after) : []),
  ]);
  const desired = new Map([...changedObjects(scope), ...recheck]);
  const gone = new Map([...scope.before].filter(([key]) => !scope.after.has(key) && !recheck.has(key)));
  if (desired.size === 0 && gone.size === 0) return { before, after, desired, gone, plan: { steps: [] } };

  await refuseCollisions(context, before, after);
  refuseForwardClashes(before, after);
  const observed = new Map(await system.observe([...desired.values(), ...gone.values()]));
  if (startsForwarding(desired, options.recheck === undefined ? observed : undefined)) {
    const kept = await keptAdvertisements(system);
    for (const object of kept) desired.set(keyOf(object), object);
    for (const [key, object] of await system.observe(kept)) observed.set(key, object);
  }
  refuseForeign(desired, observed, (key) => scope.before.has(key) || (recheck.has(key) && !scope.after.has(key)));
  return { before, after, desired, gone, plan: planChanges(diffState(desired, observed, gone), namesIn(after, before)) };
}

function compileRecheck(catalog: Catalog, { recheck = [], recheckLinks }: ChangeOptions, facts: HostFacts): HostState {
  return recheckLinks === undefined ? compileNetworks(catalog, recheck, facts) : compileWires(catalog, recheck, recheckLinks, facts);
}

function merged(scopes: readonly Scope[]): Scope {
  const [only, ...more] = scopes.filter(({ before, after }) => before.size + after.size > 0);
  if (only !== undefined && more.length === 0) return only;
  return { before: new Map(scopes.flatMap(({ before }) => [...before])), after: new Map(scopes.flatMap(({ after }) => [...after])) };
}

/** What the host and its cards lose while they are lent or set otherwise: to be put back should we die halfway. */
function takenBy({ before, after, plan }: Changed): readonly HostObject[] {
  if (before.interfaces === after.interfaces && before.bridgeFilterOff === after.bridgeFilterOff) return [];
  return plan.steps.flatMap(({ undo }) => (undo.action === 'delete' || !lendable.has(undo.object.kind) ? [] : [undo.object]));
}

const lendable: ReadonlySet<HostObject['kind']> = new Set(['address', 'route', 'nic', 'sysctl', 'bridge-filter']);

/** Only what the edit changes is looked at; with a dnsmasq its bridge, by which one that listens to nothing is told. */
function changedObjects({ before, after }: Scope): HostState {
  const changed = new Map<string, HostObject>();
  for (const [key, object] of after) {
    const was = before.get(key);
    if (isDeepStrictEqual(was, object)) continue;
    changed.set(key, usualAgain(was, object));
    const bridge = object.kind === 'dnsmasq' ? after.get(`bridge/${object.bridge}`) : undefined;
    if (bridge !== undefined) changed.set(keyOf(bridge), bridge);
  }
  return changed;
}

/** A size that is no longer asked for does not stay as it was. */
function usualAgain(was: HostObject | undefined, object: HostObject): HostObject {
  const hadSize = was !== undefined && 'mtu' in was && was.mtu !== undefined;
  return hadSize && isSized(object) && object.mtu === undefined ? { ...object, mtu: usualMtu } : object;
}

function isSized(object: HostObject): object is Extract<HostObject, { kind: 'bridge' | 'tap' | 'veth' }> {
  return object.kind === 'bridge' || object.kind === 'tap' || object.kind === 'veth';
}

/** Of Ethernet, and what the kernel gives a new link. */
const usualMtu = 1500;

/** A link that is there before we ever made it is somebody else's, whatever it looks like. */
function refuseForeign(desired: HostState, observed: HostState, isOurs: (key: string) => boolean): void {
  for (const [key, object] of desired) {
    if (isOurs(key) || !observed.has(key)) continue;
    if (object.kind === 'setting-file') {
      throw new ViaductError('name-in-use', `${object.path} is there already, and Viaduct did not write it.`, {
        hint: 'It was left alone. Look at it, and move it away if nobody needs it.',
        params: { path: object.path },
      });
    }
    if (
      object.kind !== 'bridge' &&
      object.kind !== 'vlan' &&
      object.kind !== 'bond' &&
      object.kind !== 'tap' &&
      object.kind !== 'veth' &&
      object.kind !== 'macvtap'
    )
      continue;
    throw new ViaductError('name-in-use', `error creating ${object.kind} interface ${object.name}: File exists`, {
      hint: `A device named ${object.name} is there and is not Viaduct's. It was left alone: choose another name, or remove it.`,
      params: { link: object.name },
    });
  }
}

/** Looks until the host is as desired. What is still different after a while was refused silently, or is being undone by somebody. */
async function verify({ system }: Context, { desired, gone, plan }: Prepared, halfIsBetter: boolean): Promise<void> {
  const scope = [...desired.values(), ...gone.values()];
  const deadline = Date.now() + verifyWithinMs;
  for (let pause = 10; ; pause *= 2) {
    const left = diffState(desired, await system.observe(scope), gone);
    if (left.length === 0) break;
    if (Date.now() + pause > deadline) throw await notVerified(system, halfIsBetter ? { steps: [] } : plan, planChanges(left));
    await setTimeout(pause);
  }
  crashPoint('verified');
}

async function notVerified(system: System, undo: Plan, left: Plan): Promise<ViaductError> {
  await undoSteps(system, undo.steps);
  const wanted = left.steps.map(({ summary }) => summary).join('; ');
  return new ViaductError('verify-failed', `All steps succeeded, but the host is not as planned. Still to do: ${wanted}.`, {
    hint: 'Look for another program that manages the same links or rules.',
  });
}

function createdBy(plan: Plan): readonly HostObject[] {
  return plan.steps.flatMap(({ change: { action, object } }) => (action === 'create' ? [object] : []));
}
