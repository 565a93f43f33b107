import { expect, test } from 'vitest';
import { parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { ViaductError } from '../../../src/model/errors.ts';
import { refusals } from './refused-networks.ts';

test.each(refusals)('a network with $what is refused', ({ xml, code, says }) => {
  let error: unknown;
  try {
    parseNetwork(xml);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ViaductError);
  expect(error).toMatchObject({ code, message: expect.stringContaining(says) });
});
