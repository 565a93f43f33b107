import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatNetwork, parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { ViaductError } from '../../../src/model/errors.ts';
import { validateNetwork } from '../../../src/model/validate.ts';
import { anyNetwork } from './arbitrary-network.ts';

test('S094: every network is the same after it was printed and read', () => {
  fc.assert(
    fc.property(anyNetwork, (network) => {
      validateNetwork(network);
      const text = formatNetwork(network);
      expect(parseNetwork(text, { validate: true })).toEqual(network);
    }),
    { numRuns: 300 },
  );
});

test('a document that was damaged is read or refused, and never crashes', () => {
  fc.assert(
    fc.property(anyNetwork, fc.nat(), fc.nat({ max: 20 }), fc.string({ maxLength: 4 }), (network, at, removed, inserted) => {
      const text = formatNetwork(network);
      const place = at % text.length;
      try {
        parseNetwork(text.slice(0, place) + inserted + text.slice(place + removed));
      } catch (error) {
        expect(error).toBeInstanceOf(ViaductError);
      }
    }),
    { numRuns: 300 },
  );
});
