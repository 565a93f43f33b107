import type { Picks } from '../../../src/model/defaults.ts';
import { parseMac, parseUuid } from '../../../src/model/units.ts';

/** Choices without chance. */
export function picks(taken: readonly string[] = []): Picks {
  return {
    uuid: () => parseUuid('00000000-0000-4000-8000-000000000001') ?? fail(),
    mac: () => parseMac('52:54:00:00:00:01') ?? fail(),
    bridgeTaken: (name) => taken.includes(name),
  };
}

function fail(): never {
  throw new TypeError('A constant of a test is wrong.');
}
