import { isIP } from 'node:net';
import { ViaductError } from '../model/errors.ts';

/** Names by which a browser may know us. Anything else may be a stranger's name that was pointed at us. */
const ownNames = new Set(['localhost', 'viaduct']);

/**
 * A page from elsewhere must not work the daemon through its visitor's browser. Browsers say by which name they
 * reached us (`Host`): a stranger's name that was pointed at us is refused, read or write. They say where a page came
 * from (`Origin`, `Sec-Fetch-Site`): only our own pages pass. Programs say neither of the latter two.
 */
export function checkOrigin(
  headers: { readonly host: string | undefined; readonly origin: string | undefined; readonly site: string | undefined },
  isOwnName: (name: string) => boolean = () => false,
): void {
  const own = hostOf(`http://${headers.host ?? 'localhost'}`);
  const page = headers.origin === undefined ? own : hostOf(headers.origin);
  const foreignSite = headers.site !== undefined && headers.site !== 'same-origin' && headers.site !== 'none';
  if (own !== undefined && (isOurs(own.hostname) || isOwnName(own.hostname)) && own.host === page?.host && !foreignSite) return;
  throw new ViaductError('access-denied', `A page of ${headers.origin ?? headers.host ?? 'another site'} may not use this daemon.`, {
    hint: 'Open the console under the address the daemon listens on.',
  });
}

/** An address that only programs of this host reach. */
export function isOwnAddress(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function isOurs(hostname: string): boolean {
  return ownNames.has(hostname) || hostname.endsWith('.localhost') || isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0;
}

function hostOf(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
