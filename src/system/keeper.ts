import type { Change, HostObject, HostObjectKind } from '../model/host-state.ts';

export type ObjectOf<Kind extends HostObjectKind> = Extract<HostObject, { readonly kind: Kind }>;

/**
 * How objects of one kind are read and changed. Every method may be repeated; each throws a
 * `ViaductError` that names the object. `observe` returns those of `wanted` that are there, as they are.
 */
export interface Keeper<Kind extends HostObjectKind> {
  observe(wanted: readonly ObjectOf<Kind>[], look: Look): readonly ObjectOf<Kind>[] | Promise<readonly ObjectOf<Kind>[]>;
  create(object: ObjectOf<Kind>): void | Promise<void>;
  update(from: ObjectOf<Kind>, object: ObjectOf<Kind>): void | Promise<void>;
  remove(object: ObjectOf<Kind>): void | Promise<void>;
  /** In place of `remove`, where several at once are cheaper or one takes long; one entry per object, and all are tried. */
  removeAll?(objects: readonly ObjectOf<Kind>[]): Promise<(Error | undefined)[]>;
  /** All in one step or none; throws when none. They are then tried one by one, so that the right one gets the blame. */
  changeAll?(changes: readonly Change[]): void;
  /** How many may be under way at once; one when absent. */
  readonly parallel?: number;
}

/** One look at the host, shared by everything that is observed together. */
export type Look = import('./kernel/inventory.ts').Inventory;
