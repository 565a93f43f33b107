import type { IfName } from './units.ts';

/** What compiling needs to know about the machine; gathered by `system`, handed to pure code. */
export interface HostFacts {
  /** Upstream DNS servers of the host, in order, without our own bridges' addresses. */
  readonly nameservers: readonly string[];
  /** What this kernel can do; false names what a clear refusal must name. */
  readonly kernel: {
    readonly vlanFiltering: boolean;
    readonly vlan8021q: boolean;
    readonly sfq: boolean;
    readonly police: boolean;
    readonly ifb: boolean;
    readonly nftBridgeMeta: boolean;
    /** Rules on what passes bridges, which guards are made of; taken for granted when absent. */
    readonly nftBridge?: boolean;
    readonly ipv6: boolean;
  };
  /** Absolute path; names in `file` and `dnsmasq` objects are relative to it. */
  readonly runDir: string;
  /** The dnsmasq program, and the user it drops to. */
  readonly dnsmasq: { readonly program: string; readonly version: string };
  /** systemd-resolved runs here, and for this network namespace. */
  readonly resolved?: boolean;
}

/** Another's use of an address range on this host, for collision checks. */
export interface HostRoute {
  readonly destination: string;
  readonly link: IfName;
  /** Absent when the range is on the link itself (a connected route). */
  readonly gateway?: string;
}
