import type { BridgeFilterOff, BridgeFilterSwitch } from './bridge-filter.ts';
import type { Subnet } from './address.ts';
import type { FilterTable } from './firewall.ts';
import type { ForwardMode } from './network.ts';
import type { TemplateValues } from './template.ts';
import type { LinkOwner } from './topology.ts';

/** How something on the host stands, from best to worst. `note` wants to be known, `warning` may hurt one day, `problem` hurts now. */
export const verdicts = ['ok', 'note', 'warning', 'problem'] as const;
export type Verdict = (typeof verdicts)[number];

export const doctorChecks = ['bridge-filter', 'forwarding', 'way-out', 'network', 'guests'] as const;
export type DoctorCheck = (typeof doctorChecks)[number];

/** What `doctor --fix` can put right by itself. */
export type Remedy = 'bridge-filter';

export type FindingCode =
  | 'bridge-filter-absent'
  | 'bridge-filter-off'
  | 'bridge-filter-on'
  | 'bridge-filter-drops'
  | 'bridge-filter-may-drop'
  | 'bridge-filter-docker'
  | 'bridge-filter-kubernetes'
  | 'bridge-filter-forgotten'
  | 'bridge-filter-too-early'
  | 'bridge-filter-wrong-module'
  | 'bridge-filter-undone'
  | 'forwarding-on'
  | 'forwarding-off'
  | 'forwarding-file-off'
  | 'advertisements-kept'
  | 'advertisements-lost'
  | 'way-out-well'
  | 'way-out-none'
  | 'way-out-missing'
  | 'way-out-down'
  | 'way-out-unplugged'
  | 'way-out-dropped'
  | 'way-out-may-drop'
  | 'firewall-unread'
  | 'network-public'
  | 'network-well'
  | 'network-troubled'
  | 'network-differs'
  | 'card-given-away'
  | 'guests-apart'
  | 'port-astray';

/** One thing that was looked at: which object, why it stands so, and what helps. */
export interface Finding {
  readonly check: DoctorCheck;
  readonly code: FindingCode;
  readonly verdict: Verdict;
  /** `bridge virbr0`, `/etc/sysctl.d/bridge.conf:3`. */
  readonly object: string;
  readonly cause: string;
  readonly fix?: string;
  readonly remedy?: Remedy;
  /** What the texts are filled with, for other languages. */
  readonly params: TemplateValues;
}

/** A switch as a file sets it. */
export interface SwitchSetting {
  readonly key: string;
  readonly value: string;
  readonly file: string;
  /** 1 is the first. */
  readonly line: number;
}

/** A rule of udev that runs something when one of these modules is loaded. */
export interface ModuleRule {
  readonly modules: readonly string[];
  readonly runs: readonly string[];
  readonly file: string;
  readonly line: number;
}

/** Everything the doctor looks at, gathered before: its verdicts ask nobody. */
export interface HostHealth {
  /** Of the running kernel, as uname(2) says it. */
  readonly release: string;
  /** As they are now; empty while their module is not loaded. */
  readonly switches: Readonly<Partial<Record<BridgeFilterSwitch, string>>>;
  /** What an administrator has had the doctor set. */
  readonly off?: BridgeFilterOff;
  readonly bridges: readonly {
    readonly name: string;
    readonly owner: LinkOwner;
    /** By its own switches. */
    readonly filters: readonly BridgeFilterSwitch[];
    /** Guests on it. */
    readonly guests: number;
    readonly subnets: readonly Subnet[];
  }[];
  /** Undefined where nobody could read them; without Viaduct's own. */
  readonly filters?: readonly FilterTable[];
  /** In the order in which they are read: of the same key the last one counts. */
  readonly settings: readonly SwitchSetting[];
  readonly moduleRules: readonly ModuleRule[];
  readonly modulesAtStart: readonly string[];
  /** `net.ipv4.ip_forward` and `net.ipv6.conf.all.forwarding`. */
  readonly forwarding: Readonly<Partial<Record<'ipv4' | 'ipv6', string>>>;
  readonly uplinks: readonly {
    readonly name: string;
    readonly up: boolean;
    readonly carrier: boolean;
    /** Families that have a default route over it. */
    readonly defaults: readonly ('ipv4' | 'ipv6')[];
    /** `accept_ra`, where the kernel configures it from router advertisements. */
    readonly advertised?: string;
  }[];
  readonly networks: readonly {
    readonly name: string;
    readonly mode: ForwardMode;
    readonly bridge: string;
    readonly subnets: readonly Subnet[];
    /** The only way out it may take. */
    readonly uplink?: string;
    readonly trouble?: string;
    /** What would have to be done for the host to be as this network wants it. */
    readonly missing: readonly string[];
  }[];
  /** Cards that a network hands to one guest alone, among those that carry a default route. */
  readonly given: readonly { readonly network: string; readonly card: string }[];
  /** Guests that hear each other, and whether a router is there: the host with an address, or a LAN that may have one. */
  readonly domains: readonly {
    readonly bridge: string;
    readonly mayHaveRouter: boolean;
    readonly guests: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  }[];
  /** Ports whose wire is in another bridge than their network's, as the kernel has it. */
  readonly astray: readonly { readonly guest: string; readonly link: string; readonly bridge: string; readonly master?: string }[];
}
