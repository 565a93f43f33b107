/** What a command could not do; `cause` is why. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly hint: string | undefined;

  constructor(what: string, cause?: unknown, hint?: string) {
    super(what, { cause });
    this.hint = hint;
  }
}

/** The command was typed wrongly. Nothing was asked of the daemon. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly problems: readonly string[];
  readonly hint: string | undefined;

  constructor(problems: string | readonly string[], hint?: string) {
    super([problems].flat().join('\n'));
    this.problems = [problems].flat();
    this.hint = hint;
  }
}
