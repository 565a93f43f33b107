import { isIP } from 'node:net';

/**
 * The servers that programs of this host ask, in order. Where that is systemd-resolved's stub, whom it asks:
 * the stub does not answer queries that come back to it through a guest's resolver.
 */
export function nameservers(resolvConf: string, behindStub: string | undefined, ownAddresses: ReadonlySet<string>): string[] {
  const listed = serversIn(resolvConf);
  const usesStub = listed.length > 0 && listed.every((server) => server === '127.0.0.53' || server === '127.0.0.54');
  const servers = usesStub && behindStub !== undefined ? serversIn(behindStub) : listed;
  return servers.filter((server) => !ownAddresses.has(server));
}

/** The `nameserver` lines of a resolv.conf(5), each address once; a scoped one keeps its `%link`. */
function serversIn(resolvConf: string): string[] {
  const found = resolvConf.split('\n').flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
  return [...new Set(found.filter((server) => isIP(server) !== 0))];
}
