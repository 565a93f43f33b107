import type { HostInterface } from './host-interface.ts';
import type { HostObject } from './host-state.ts';

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

/** What becomes of one file. Without `before` it is new, without `after` it is removed. */
export interface HostFileChange {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
  /** Permissions for a new file. */
  readonly mode: number;
}

/** How files have to change for a wish to come true, or why this dialect cannot say it. */
export type HostEdit = { readonly changes: readonly HostFileChange[] } | { readonly unsupported: string };

/** What a writer cannot know by itself. */
export interface HostWish {
  /** Interfaces that shall no longer be described. */
  readonly removed?: readonly string[];
  /** The UUID of a NetworkManager profile that is new. */
  readonly uuidOf: (name: string) => string;
}

/** An interface that files describe, as the program that reads them is told of it. */
export interface Described {
  readonly name: string;
  readonly type: HostInterface['type'];
  /** Of its NetworkManager profile. */
  readonly uuid?: string;
}

/** A file that is changed, with what makes it the same file again. */
export interface KeptFile extends HostFileChange {
  /** Of the file that was there; root's for a new one. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** What is written into the host's own files, and all that it takes to go back: it is on the disk before the first of them is touched. */
export interface FilesChange {
  readonly backend: BackendName;
  readonly files: readonly KeptFile[];
  /** The interfaces it is about, as the files describe them before and after; what lies below first. */
  readonly before: readonly Described[];
  readonly after: readonly Described[];
  /** Devices that it brings into being: they go with it. */
  readonly made: readonly string[];
  /** What the links had. Whatever of it the back end does not bring back is put back without it. */
  readonly had: readonly HostObject[];
}
