import type { HttpBindings } from '@hono/node-server';
import type { Context as HonoContext, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ViaductError } from '../model/errors.ts';
import { sessionPath } from './paths.ts';

type Request = HonoContext<{ Bindings: HttpBindings }>;

const cookieName = 'viaduct-session';
/** Hours a login lasts; less when the daemon is started anew. */
const lifetimeHours = 12;
/** Wrong tokens that one address may show within a minute. */
const patience = 5;

/**
 * Lets in who knows the token: programs show it with every request as `Authorization: Bearer`, browsers once, for a
 * cookie that scripts cannot read and other sites' pages cannot send. Sessions live in memory only.
 */
export class Login {
  readonly #token: Buffer;
  readonly #sessions = new Map<string, number>();
  readonly #failures = new Map<string, readonly number[]>();

  constructor(token: string) {
    this.#token = digest(token);
  }

  isIn(context: Request): boolean {
    const bearer = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    if (bearer !== undefined) return this.#try(context, bearer);
    const until = this.#sessions.get(digest(getCookie(context, cookieName) ?? '').toString('hex'));
    return until !== undefined && until > Date.now();
  }

  /** `POST` with the token logs in, `DELETE` logs out. */
  serve(app: Hono<{ Bindings: HttpBindings }>): void {
    app.post(sessionPath, async (context) => {
      const { token } = (await context.req.json<{ token?: unknown }>().catch(() => undefined)) ?? {};
      if (typeof token !== 'string' || !this.#try(context, token.trim()))
        throw new ViaductError('access-denied', 'This is not the token.', {
          hint: 'It stands in the file that "tokenFile" of the configuration names; root may read it.',
        });
      this.#forgetOld();
      const session = randomBytes(32).toString('base64url');
      this.#sessions.set(digest(session).toString('hex'), Date.now() + lifetimeHours * 3_600_000);
      setCookie(context, cookieName, session, {
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
        path: '/',
        maxAge: lifetimeHours * 3600,
      });
      return context.json({});
    });
    app.delete(sessionPath, (context) => {
      this.#sessions.delete(digest(getCookie(context, cookieName) ?? '').toString('hex'));
      deleteCookie(context, cookieName, { path: '/', secure: true });
      return context.json({});
    });
  }

  #try(context: Request, token: string): boolean {
    const from = context.env.incoming.socket.remoteAddress ?? '';
    const recent = (this.#failures.get(from) ?? []).filter((at) => at > Date.now() - 60_000);
    if (recent.length >= patience)
      throw new ViaductError('access-denied', 'Too many wrong tokens came from this address.', { hint: 'Wait a minute, then try again.' });
    if (timingSafeEqual(digest(token), this.#token)) return true;
    this.#failures.set(from, [...recent, Date.now()]);
    return false;
  }

  #forgetOld(): void {
    const now = Date.now();
    for (const [session, until] of this.#sessions) if (until <= now) this.#sessions.delete(session);
    for (const [from, times] of this.#failures) if (times.every((at) => at <= now - 60_000)) this.#failures.delete(from);
  }
}

/** The token of this host, made when there is none yet; only root reads the file. */
export function readToken(path: string): string {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  }
  const token = readFileSync(path, 'utf8').trim();
  if (token.length >= 20) return token;
  throw new ViaductError('invalid-argument', `The token in ${path} is shorter than 20 characters.`, {
    hint: 'Remove the file: the next start makes a new one.',
  });
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
