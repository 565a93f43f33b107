/** A file of an archive. `text` or `data` make a file, `device` a character device, neither a folder. */
export interface CpioEntry {
  /** Without a slash in front. */
  readonly path: string;
  readonly mode: number;
  readonly data?: Buffer;
  readonly device?: { readonly major: number; readonly minor: number };
}

const kinds = { folder: 0o040000, file: 0o100000, device: 0o020000 } as const;

/** The archive a kernel unpacks as its first file system (Documentation/driver-api/early-userspace/buffer-format.rst, "newc"). */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const parts = entries.flatMap((entry, index) => member(entry, index + 1));
  return Buffer.concat([...parts, ...member({ path: 'TRAILER!!!', mode: 0 }, 0)]);
}

function member({ path, mode, data = Buffer.alloc(0), device }: CpioEntry, inode: number): Buffer[] {
  const kind = inode === 0 ? 0 : device !== undefined ? kinds.device : data.length > 0 ? kinds.file : kinds.folder;
  const numbers = [inode, kind | mode, 0, 0, 1, 0, data.length, 0, 0, device?.major ?? 0, device?.minor ?? 0, path.length + 1, 0];
  const head = `070701${numbers.map((number) => number.toString(16).padStart(8, '0')).join('')}${path}\0`;
  return [padded(Buffer.from(head, 'latin1')), padded(data)];
}

/** Names and contents begin at multiples of four. */
function padded(bytes: Buffer): Buffer {
  const rest = bytes.length % 4;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4 - rest)]);
}
