import type { BridgeFilterSwitch } from './bridge-filter.ts';
import type { IfName, Mac } from './units.ts';

/** A network device as the kernel reports it. */
export interface LinkFacts {
  readonly index: number;
  readonly name: IfName;
  /** `bridge`, `tun`, `veth`, `macvtap`, `vlan`, `bond`, …; empty for hardware. */
  readonly type: string;
  readonly mac?: Mac;
  readonly mtu: number;
  /** Administratively up. */
  readonly up: boolean;
  readonly carrier: boolean;
  /** `up`, `down`, `lowerlayerdown`, `unknown`, … (RFC 2863). */
  readonly operState: string;
  /** Mbit/s; only where somebody asked for it. */
  readonly speed?: number;
  /** A Wi-Fi card. */
  readonly wireless?: true;
  readonly master?: IfName;
  readonly lower?: IfName;
  readonly addresses: readonly { readonly address: string; readonly prefix: number }[];
  /** Of a VLAN device. */
  readonly vlanTag?: number;
  /** Of its tag; 802.1Q where absent. */
  readonly vlanProtocol?: '802.1ad';
  readonly stats: {
    readonly rxBytes: number;
    readonly txBytes: number;
    readonly rxPackets: number;
    readonly txPackets: number;
    readonly rxErrors: number;
    readonly txErrors: number;
    readonly rxDropped: number;
    readonly txDropped: number;
  };
  readonly bridge?: {
    readonly id: string;
    readonly stp: boolean;
    readonly forwardDelay: number;
    readonly vlanFiltering: boolean;
    /** Packet filters of the host that its frames pass by its own switches; undefined where the kernel has no such switches. */
    readonly filters?: readonly BridgeFilterSwitch[];
    /** Which VLAN a new port gets where the bridge filters; 0 is none. */
    readonly defaultPvid?: number;
  };
  readonly bridgePort?: {
    readonly state: 'disabled' | 'listening' | 'learning' | 'forwarding' | 'blocking';
    readonly isolated: boolean;
    /** Sends frames back out where they came in. */
    readonly hairpin: boolean;
    readonly pathCost: number;
  };
}
