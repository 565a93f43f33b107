import type { Mac, Seconds } from './units.ts';

/** A host interface as libvirt's interface XML describes it. */
export type HostInterface = InterfaceBase &
  (
    | { readonly type: 'ethernet'; readonly mac?: Mac }
    | {
        readonly type: 'bridge';
        /** Viaduct's own: absent is the address of its first port. */ readonly mac?: Mac;
        readonly stp?: boolean;
        readonly delay?: Seconds;
        /** Viaduct's own: its ports carry VLANs, the cards among them all of them. */
        readonly vlanFiltering?: boolean;
        readonly ports: readonly InterfacePart[];
      }
    | ({ readonly type: 'bond' } & BondPart)
    | ({ readonly type: 'vlan' } & VlanPart)
  );

export interface InterfaceBase {
  readonly name: string;
  readonly start?: 'onboot' | 'none' | 'hotplug';
  /** Bytes, at most 100000. */
  readonly mtu?: number;
  readonly protocols: readonly InterfaceProtocol[];
  readonly link?: LinkStatus;
}

/** Output only: what the kernel reports. */
export interface LinkStatus {
  /** Mbit/s. */
  readonly speed?: number;
  readonly state?: 'unknown' | 'notpresent' | 'down' | 'lowerlayerdown' | 'testing' | 'dormant' | 'up';
}

export interface InterfaceProtocol {
  readonly family: 'ipv4' | 'ipv6';
  readonly autoconf?: boolean;
  readonly dhcp?: { readonly peerDns?: boolean };
  readonly ips: readonly { readonly address: string; readonly prefix?: number }[];
  /** Gateway of the default route. */
  readonly gateway?: string;
}

/** An interface below another: it has no addresses of its own. */
export type InterfacePart = { readonly name: string; readonly link?: LinkStatus } & (
  | { readonly type: 'ethernet'; readonly mac?: Mac }
  | ({ readonly type: 'bond' } & BondPart)
  | ({ readonly type: 'vlan' } & VlanPart)
);

export interface BondPart {
  readonly mode?: 'balance-rr' | 'active-backup' | 'balance-xor' | 'broadcast' | '802.3ad' | 'balance-tlb' | 'balance-alb';
  /** Milliseconds. */
  readonly miimon?: { readonly freq: number; readonly downDelay?: number; readonly upDelay?: number; readonly carrier?: 'ioctl' | 'netif' };
  readonly arpmon?: { readonly interval: number; readonly target: string; readonly validate?: 'none' | 'active' | 'backup' | 'all' };
  readonly ports: readonly InterfacePart[];
}

export interface VlanPart {
  readonly tag: number;
  readonly lower: string;
  /** Viaduct's own: of the tag; 802.1Q where absent. */
  readonly protocol?: '802.1ad';
}
