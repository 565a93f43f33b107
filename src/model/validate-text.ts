import { ViaductError, type ErrorCode } from './errors.ts';

/**
 * Refuses text that would not stay on its line of a configuration file: a line break in a DNS record could
 * otherwise add options of its own to dnsmasq.
 *
 * @param what Names the text in the sentence: `DNS TXT record 'a' of network 'lab'`.
 */
export function oneLine(text: string, code: ErrorCode, what: string): void {
  if (!/[\p{Cc}\u2028\u2029]/u.test(text)) return;
  throw new ViaductError(code, `prohibited character in ${what}`, {
    hint: 'Line breaks and other control characters are not allowed here.',
  });
}

/** Refuses text that would not stay in its own field: {@link oneLine}, and neither comma nor blank. */
export function oneField(text: string, code: ErrorCode, what: string): void {
  oneLine(text, code, what);
  if (!/[,\s]/.test(text)) return;
  throw new ViaductError(code, `prohibited character in ${what}`, { hint: 'Commas and blanks are not allowed here.' });
}
