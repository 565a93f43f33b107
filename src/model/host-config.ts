import type { HostInterface } from './host-interface.ts';

/** The programs that bring a host's interfaces up at boot, each with a dialect of its own. */
export type BackendName = 'netplan' | 'networkmanager' | 'networkd' | 'ifupdown' | 'ifcfg';

/** A configuration file as it was read. `path` is absolute on the host it describes. */
export interface HostFile {
  readonly path: string;
  readonly text: string;
}

/** One interface that a file describes. */
export interface WrittenInterface {
  readonly backend: BackendName;
  readonly file: string;
  /** 1 is the first. */
  readonly line: number;
  /** What the dialect calls it besides its device: a NetworkManager profile's name, which may be any text. */
  readonly profile?: { readonly id: string; readonly uuid?: string };
  readonly definition: HostInterface;
}

/** Something in the files that will not do what it seems to say. */
export interface HostFinding {
  readonly file: string;
  readonly line: number;
  /** The interface it is about. */
  readonly object: string;
  readonly message: string;
  readonly hint?: string;
}

/** What the files of a host say, all dialects together. */
export interface HostReading {
  readonly interfaces: readonly WrittenInterface[];
  readonly findings: readonly HostFinding[];
}
