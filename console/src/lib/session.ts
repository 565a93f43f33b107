import { queryOptions, useQuery } from '@tanstack/react-query';

/** Who the daemon takes us for. */
export interface Session {
  readonly isIn: boolean;
  readonly user?: string;
  readonly mayWrite?: boolean;
  /** Logged in with the token, so one can log out. */
  readonly canLeave?: boolean;
}

const path = '/api/session';

export const sessionQuery = queryOptions({
  queryKey: ['session'] as const,
  queryFn: async (): Promise<Session> => (await (await fetch(path)).json()) as Session,
  staleTime: Infinity,
});

/** True unless the daemon lets us only look; pages then show no buttons that would be refused. */
export const useMayWrite = (): boolean => useQuery(sessionQuery).data?.mayWrite ?? true;

/** Resolves to what was refused, undefined when the token was right. */
export async function logIn(token: string): Promise<string | undefined> {
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) });
  if (response.ok) return undefined;
  const { error } = (await response.json()) as { error: { message: string; hint?: string } };
  return `${error.message} ${error.hint ?? ''}`;
}

export async function logOut(): Promise<void> {
  await fetch(path, { method: 'DELETE' });
}
