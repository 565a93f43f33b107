import { getSystemErrorMap } from 'node:util';
import type { ErrorParams } from '../model/errors.ts';
import { ViaductError } from '../model/errors.ts';
import { hasCode } from './errno.ts';
import { errnoText, KernelError } from './kernel/libc.ts';

/**
 * What the kernel's refusal means for people.
 *
 * @param failed The sentence up to the reason: `error creating bridge interface virbr0`.
 */
export function refusal(failed: string, error: unknown, more: { hint?: string | undefined; params?: ErrorParams } = {}): ViaductError {
  if (error instanceof ViaductError) return error;
  return new ViaductError('kernel-refused', `${failed}: ${reasonOf(error)}`, {
    hint: more.hint ?? hintOf(error),
    params: more.params ?? {},
    cause: error,
  });
}

/** This kernel cannot do it at all. `option` is the switch of its configuration, `module` what provides it where it is not built in. */
export function lacks(failed: string, option: string, module: string, cause?: unknown): ViaductError {
  return new ViaductError('kernel-lacks', `${failed}: this kernel has no ${option}`, {
    hint: `Load the module (modprobe ${module}), or boot a kernel that is built with ${option}.`,
    params: { option, module },
    cause,
  });
}

/** The kernel's own words: `File exists`, with the extended sentence where it sent one. */
function reasonOf(error: unknown): string {
  if (error instanceof KernelError) return error.message;
  // Node's text for the same errno reads like `EACCES: permission denied, open '/dev/net/tun'`.
  if (error instanceof Error && 'errno' in error && typeof error.errno === 'number' && getSystemErrorMap().has(error.errno))
    return errnoText(-error.errno);
  return error instanceof Error ? error.message : String(error);
}

function hintOf(error: unknown): string | undefined {
  if (hasCode(error, 'EPERM', 'EACCES')) return 'This needs CAP_NET_ADMIN in the network namespace; run the daemon as root.';
  return undefined;
}
