import { isIP } from 'node:net';
import { ViaductError } from '../model/errors.ts';

/** Names by which a browser may know us. Anything else may be a stranger's name that was pointed at us. */
const ownNames = new Set(['localhost', 'viaduct']);

/**
 * A page from elsewhere must not work the daemon through its visitor's browser. Browsers say where a
 * page came from (`Origin`) and by which name they reached us (`Host`); programs say no `Origin` and pass.
 */
export function checkOrigin(headers: { readonly host: string | undefined; readonly origin: string | undefined }): void {
  if (headers.origin === undefined) return;
  const own = hostOf(`http://${headers.host ?? ''}`);
  const page = hostOf(headers.origin);
  if (own !== undefined && own.host === page?.host && isOurs(own.hostname)) return;
  throw new ViaductError('access-denied', `A page of ${headers.origin} may not use this daemon.`, {
    hint: 'Open the console under the address the daemon listens on.',
  });
}

function isOurs(hostname: string): boolean {
  return ownNames.has(hostname) || hostname.endsWith('.localhost') || isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0;
}

function hostOf(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
