import type { Lease } from './lease.ts';
import type { Uuid } from './units.ts';

/** What happened, told to every door that asked. `at` is milliseconds since the epoch. */
export type ViaductEvent = { readonly at: number } & (
  | {
      readonly kind: 'network-defined' | 'network-undefined' | 'network-started' | 'network-stopped' | 'network-updated';
      readonly network: { readonly uuid: Uuid; readonly name: string };
    }
  | {
      readonly kind: 'network-metadata';
      readonly network: { readonly uuid: Uuid; readonly name: string };
      readonly what: 'description' | 'title' | 'element';
      readonly uri?: string;
    }
  | {
      readonly kind: 'network-healed';
      readonly network: { readonly uuid: Uuid; readonly name: string };
      /** What was found missing or changed and put right, as plan summaries. */
      readonly repaired: readonly string[];
    }
  | { readonly kind: 'network-troubled'; readonly network: { readonly uuid: Uuid; readonly name: string }; readonly reason: string }
  | {
      readonly kind: 'port-created' | 'port-deleted';
      readonly network: { readonly uuid: Uuid; readonly name: string };
      readonly port: Uuid;
    }
  | {
      readonly kind: 'lease-given' | 'lease-ended';
      readonly network: { readonly uuid: Uuid; readonly name: string };
      readonly lease: Lease;
    }
  | { readonly kind: 'links-changed'; readonly links: readonly string[] }
);
