import { daemonWords } from '../i18n/index.ts';
import { ApiError } from './api.ts';

/** What went wrong, in the language of the page as far as its words are known. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) return daemonWords().error(error);
  return error instanceof Error ? error.message : String(error);
}

/** The way out, where there is one. */
export function hintText(error: unknown): string | undefined {
  return error instanceof ApiError ? daemonWords().hint(error) : undefined;
}
