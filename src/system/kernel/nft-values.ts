import { formatAddress, parseAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import type { NftType } from '../../model/nft.ts';

/** Values as nf_tables holds them: numbers in network byte order, interface names filled up to 16 bytes. */
export function nameBytes(name: string): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.write(name, 0, 15, 'latin1');
  return bytes;
}

export function nameOf(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
}

export function addressBytes({ family, value }: Address): Buffer {
  return Buffer.from(value.toString(16).padStart(family === 'ipv4' ? 8 : 32, '0'), 'hex');
}

export function bytesAddress(bytes: Buffer | undefined): string | undefined {
  if (bytes?.length !== 4 && bytes?.length !== 16) return undefined;
  return formatAddress({ family: bytes.length === 4 ? 'ipv4' : 'ipv6', value: BigInt(`0x${bytes.toString('hex')}`) });
}

/** Per type: libnftables' number for it (`enum datatypes`; listings name a set's type by it), and its bytes, filled up to four. */
const types: Readonly<
  Record<NftType, { readonly number: number; readonly size: number; write(text: string): Buffer; read(bytes: Buffer): string }>
> = {
  ifname: { number: 41, size: 16, write: nameBytes, read: nameOf },
  ipv4_addr: { number: 7, size: 4, write: writeAddress, read: readAddress },
  ipv6_addr: { number: 8, size: 16, write: writeAddress, read: readAddress },
  inet_proto: {
    number: 12,
    size: 4,
    write: (text) => Buffer.from([text === 'tcp' ? 6 : 17]),
    read: (bytes) => (bytes[0] === 6 ? 'tcp' : 'udp'),
  },
  inet_service: {
    number: 13,
    size: 4,
    write: (text) => Buffer.from([Number(text) >> 8, Number(text) & 255]),
    read: (bytes) => String(bytes.readUInt16BE()),
  },
};

/** A set's key type as NFTA_SET_KEY_TYPE: six bits per field. */
export function keyTypeNumber(type: readonly NftType[]): number {
  return type.reduce((number, field) => (number << 6) | types[field].number, 0);
}

export function keyLength(type: readonly NftType[]): number {
  return type.reduce((length, field) => length + types[field].size, 0);
}

export function keyBytes(type: readonly NftType[], key: readonly string[]): Buffer {
  const bytes = Buffer.alloc(keyLength(type));
  let at = 0;
  for (const [field, name] of type.entries()) {
    types[name].write(key[field] ?? '').copy(bytes, at);
    at += types[name].size;
  }
  return bytes;
}

export function keyTexts(type: readonly NftType[], bytes: Buffer): string[] {
  let at = 0;
  return type.map((name) => {
    const start = at;
    at += types[name].size;
    return types[name].read(bytes.subarray(start, at));
  });
}

function writeAddress(text: string): Buffer {
  return addressBytes(parseAddress(text)!);
}

function readAddress(bytes: Buffer): string {
  return bytesAddress(bytes) ?? '';
}
