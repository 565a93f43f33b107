import { ViaductError, type ErrorCode } from '../../model/errors.ts';
import { attribute, type XmlElement } from './xml.ts';

/** Typed reading of attributes. What cannot be read is refused in libvirt's words; absent is undefined. */

/** `yes` or `no`. */
export function readYesNo(element: XmlElement, name: string): boolean | undefined {
  const word = readWord(element, name, ['yes', 'no']);
  return word === undefined ? undefined : word === 'yes';
}

/** One word of a list. */
export function readWord<const Words extends readonly string[]>(
  element: XmlElement,
  name: string,
  words: Words,
): Words[number] | undefined {
  const text = attribute(element, name);
  if (text === undefined || words.includes(text)) return text;
  throw new ViaductError('xml-invalid', `Invalid value for attribute '${name}' in element '${element.name}': '${text}'.`, {
    hint: `Use one of: ${words.join(', ')}.`,
  });
}

/** A whole number of at least `min`, in decimal. */
export function readNumber(element: XmlElement, name: string, min = 0): number | undefined {
  return checkNumber(element, name, min, parseDecimal);
}

/** A whole number as C writes it: decimal, `0x…` or octal with a leading 0. */
export function readCNumber(element: XmlElement, name: string): number | undefined {
  return checkNumber(element, name, 0, parseCNumber);
}

/** Undefined for anything but digits, and for more than a double holds exactly. */
export function parseDecimal(text: string): number | undefined {
  return /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

export function parseCNumber(text: string): number | undefined {
  if (/^0x[\da-f]+$/i.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return parseDecimal(text);
}

/** An attribute that is read by `parse`; what it does not know is refused with `message`. */
export function readWith<Value>(
  element: XmlElement,
  name: string,
  parse: (text: string) => Value | undefined,
  code: ErrorCode,
  message: (text: string) => string,
): Value | undefined {
  const text = attribute(element, name);
  if (text === undefined) return undefined;
  const value = parse(text);
  if (value === undefined) throw new ViaductError(code, message(text));
  return value;
}

/** The attribute, which has to be there and not empty. */
export function required(element: XmlElement, name: string, code: ErrorCode, message: string, hint?: string): string {
  const text = attribute(element, name);
  if (!text) throw new ViaductError(code, message, { hint });
  return text;
}

/** The fields that have a value, so that equal documents become equal objects. */
export function present<Fields extends object>(fields: Fields): Present<Fields> {
  // oxlint-disable-next-line no-unsafe-type-assertion -- only fields without a value are gone, and those are optional in the result
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<Fields>;
}

type Present<Fields> = { [Name in keyof Fields as undefined extends Fields[Name] ? never : Name]: Fields[Name] } & {
  [Name in keyof Fields as undefined extends Fields[Name] ? Name : never]?: Exclude<Fields[Name], undefined>;
};

function checkNumber(element: XmlElement, name: string, min: number, parse: (text: string) => number | undefined): number | undefined {
  const text = attribute(element, name);
  if (text === undefined) return undefined;
  const value = parse(text);
  const where = `Invalid value for attribute '${name}' in element '${element.name}'`;
  if (value === undefined) throw new ViaductError('xml-invalid', `${where}: '${text}'. Expected non-negative integer value`);
  if (value < min) throw new ViaductError('xml-invalid', `${where}: Zero is not permitted`);
  return value;
}
