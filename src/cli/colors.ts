/** Colour means state only, and the state is always also a word. */
export type Paint = 'good' | 'bad' | 'dim';

const codes: Readonly<Record<Paint, number>> = { good: 32, bad: 31, dim: 2 };

export function paint(text: string, style: Paint, color: boolean): string {
  return color ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}

/** `--color` decides; then NO_COLOR (no-color.org); then whether a person is looking. */
export function wantsColor(choice: string | undefined, env: Readonly<Record<string, string | undefined>>, terminal: boolean): boolean {
  if (choice === 'always') return true;
  if (choice === 'never') return false;
  return terminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
