import type { IfName } from './units.ts';

/**
 * Whether frames that stay inside a bridge pass the host's packet filter too (br_netfilter). A frame does so when the
 * host's switch is on or that of its bridge: a bridge's own switch adds to the host's, it takes nothing back
 * (net/bridge/br_netfilter_hooks.c).
 */
export const bridgeFilterSwitches = ['iptables', 'ip6tables', 'arptables'] as const;
export type BridgeFilterSwitch = (typeof bridgeFilterSwitches)[number];

/** `net.bridge.bridge-nf-call-iptables`: there only while the module is loaded, and 1 from then on. */
export function bridgeFilterKey(name: BridgeFilterSwitch): string {
  return `net.bridge.bridge-nf-call-${name}`;
}

/** What brings the switches, by the running kernel's release: Linux 3.18 took them out of the bridge itself. */
export function bridgeFilterModule(release: string): 'bridge' | 'br_netfilter' {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  return major < 3 || (major === 3 && minor < 18) ? 'bridge' : 'br_netfilter';
}

/** The host's switches are off and stay off: asked for by an administrator, and remembered so that it can be undone. */
export interface BridgeFilterOff {
  readonly module: 'bridge' | 'br_netfilter';
  /** What the switches were; those of a module that is not loaded are missing. */
  readonly before: Readonly<Partial<Record<BridgeFilterSwitch, string>>>;
  /** Bridges whose owner wants the opposite and keeps it by their own switches. */
  readonly kept: readonly { readonly bridge: IfName; readonly before: readonly BridgeFilterSwitch[] }[];
}
