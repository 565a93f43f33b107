import { ViaductError } from '../../../src/model/errors.ts';
import { parseForward, type PortForward } from '../../../src/model/port-forward.ts';

/** A forward as typed. */
export interface ForwardDraft {
  readonly protocol: string;
  readonly listen: string;
  readonly to: string;
}

export const emptyForward: ForwardDraft = { protocol: 'tcp', listen: '', to: '' };

const isEmpty = ({ listen, to }: ForwardDraft): boolean => listen.trim() === '' || to.trim() === '';

/** By the daemon's own rules. Throws a `ViaductError` for what is no forward. */
export const readDraft = ({ protocol, listen, to }: ForwardDraft): PortForward => parseForward(protocol, listen.trim(), to.trim());

/** Why it cannot be; undefined while a field is empty or when it can. */
export function problemOf(draft: ForwardDraft): ViaductError | undefined {
  if (isEmpty(draft)) return undefined;
  try {
    readDraft(draft);
    return undefined;
  } catch (error) {
    if (error instanceof ViaductError) return error;
    throw error;
  }
}

export const isWhole = (draft: ForwardDraft): boolean => !isEmpty(draft) && problemOf(draft) === undefined;
