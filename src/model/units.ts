/** Checked text and units. A value of these types has passed its parser; nothing checks it again. */
declare const checked: unique symbol;
type Checked<Base, Name extends string> = Base & { readonly [checked]: Name };

/** RFC 4122 text, lower case, with dashes. See `parseUuid`. */
export type Uuid = Checked<string, 'Uuid'>;
/** `52:54:00:ab:cd:ef`, lower case. See `parseMac`. */
export type Mac = Checked<string, 'Mac'>;
/** A Linux interface name: 1 to 15 bytes, no blank, no slash. See `parseIfName`. */
export type IfName = Checked<string, 'IfName'>;

export type Seconds = number;
export type Centiseconds = number;

const uuidShape = /^[0-9a-f]{32}$/;

/** Dashes may be missing and case is free, as libvirt reads them; undefined when it is no UUID. */
export function parseUuid(text: string): Uuid | undefined {
  const digits = text.trim().replaceAll('-', '').toLowerCase();
  if (!uuidShape.test(digits)) return undefined;
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}` as Uuid;
}

/** Six groups of one or two hex digits, as libvirt reads them (`52:54:0:7B:35:93`); undefined when it is no MAC. */
export function parseMac(text: string): Mac | undefined {
  const groups = text.split(':');
  if (groups.length !== 6 || !groups.every((group) => /^[0-9a-f]{1,2}$/i.test(group))) return undefined;
  return groups.map((group) => group.padStart(2, '0').toLowerCase()).join(':') as Mac;
}

/** Multicast and broadcast addresses have the lowest bit of the first byte set. */
export function isMulticastMac(mac: Mac): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

/** dev_valid_name() of net/core/dev.c, and printable ASCII only; undefined when the kernel would refuse it. */
export function parseIfName(text: string): IfName | undefined {
  if (!/^[\x21-\x7e]{1,15}$/.test(text) || text === '.' || text === '..' || /[/:]/.test(text)) return undefined;
  return text as IfName;
}
