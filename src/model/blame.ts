import { ViaductError } from './errors.ts';

/** Parts of a definition that are at fault, by the refusal. Beside the errors, because a part is not for any door to show. */
const blamed = new WeakMap<ViaductError, object>();

/** Says which part of a definition a refusal is about, unless a smaller one was named already. Returns the refusal. */
export function about(part: object, refusal: ViaductError): ViaductError {
  if (!blamed.has(refusal)) blamed.set(refusal, part);
  return refusal;
}

/** Runs a check of one part of a definition: what it refuses is about that part. */
export function inPart<Result>(part: object, check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    throw error instanceof ViaductError ? about(part, error) : error;
  }
}

/** Where in `whole` the part lies that a refusal is about: `['ips', 0, 'dhcp', 'ranges', 1]`. Empty for the whole. */
export function blamedPath(error: unknown, whole: object): readonly (string | number)[] {
  const part = error instanceof ViaductError ? blamed.get(error) : undefined;
  return (part === undefined ? undefined : pathTo(whole, part)) ?? [];
}

function pathTo(whole: object, part: object): readonly (string | number)[] | undefined {
  if (whole === part) return [];
  for (const [key, value] of Object.entries(whole)) {
    const rest = typeof value === 'object' && value !== null ? pathTo(value, part) : undefined;
    if (rest !== undefined) return [Array.isArray(whole) ? Number(key) : key, ...rest];
  }
  return undefined;
}
