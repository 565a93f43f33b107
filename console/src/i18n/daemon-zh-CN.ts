import { errorsZhCN, hintsZhCN } from '../../../src/cli/i18n/errors-zh-CN.ts';
import type { ErrorCode } from '../../../src/model/errors.ts';
import { fillFirst } from '../../../src/model/template.ts';
import type { DaemonWords } from './index.ts';
import { planLineZhCN } from './plan-zh-CN.ts';

/** What the daemon says, in Chinese: its errors by their code, as the command line tells them; its plans line by line. */
export const daemonZhCN: DaemonWords = {
  error: ({ code, message, params }) => fillFirst(errorsZhCN[code as ErrorCode] ?? [], { ...params, message }) ?? message,
  hint: ({ code, hint }) => hintsZhCN[code as ErrorCode] ?? hint,
  planLine: planLineZhCN,
};
