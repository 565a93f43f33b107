import { ViaductError } from '../../model/errors.ts';

/** The refusal of a document whose bytes are no UTF-8, in the words of libvirt's parser. Pure. */
export function notUtf8(bytes: Uint8Array): ViaductError {
  const at = firstWrong(bytes);
  const line = bytes.subarray(0, at).filter((byte) => byte === lineFeed).length + 1;
  const shown = [...bytes.subarray(at, at + 4)].map((byte) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(' ');
  return new ViaductError('xml-malformed', `at line ${line}: Input is not proper UTF-8, indicate encoding !\nBytes: ${shown}`, {
    hint: 'Write the document in UTF-8: no other encoding is read, also where the document declares one.',
    params: { line },
  });
}

const lineFeed = 0x0a;

/** What is wrong becomes a replacement character, which may also stand in the text itself: then its own bytes are there. */
function firstWrong(bytes: Uint8Array): number {
  const encoder = new TextEncoder();
  const replacement = encoder.encode('\uFFFD');
  let at = 0;
  for (const part of new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\uFFFD')) {
    at += encoder.encode(part).length;
    if (!replacement.every((byte, index) => bytes[at + index] === byte)) break;
    at += replacement.length;
  }
  return at;
}
