import { ViaductError } from '../../model/errors.ts';
import type { Dns, NetworkDraft } from '../../model/network.ts';
import { parseDnsHost, parseSrv, parseTxt, saying } from './dns.ts';
import type { SectionUpdate } from './update.ts';
import { editList } from './update-list.ts';

/** A record is found by its address, for a deletion also by any of its names. */
export const updateDnsHost: SectionUpdate = (network, command, element) => {
  const host = parseDnsHost(element, network.name);
  if (command === 'modify' && host.ip === '') {
    throw new ViaductError('xml-value', `Missing IP address in network '${network.name}' DNS HOST record`);
  }
  const named = command === 'delete' ? host.hostnames : [];
  const hosts = editList(
    dnsOf(network).hosts,
    command,
    host,
    ({ ip, hostnames }) => ip === host.ip || hostnames.some((hostname) => named.includes(hostname)),
    {
      exists: `there is already at least one DNS HOST record with a matching field in network ${network.name}`,
      absent: `couldn't locate a matching DNS HOST record in network ${network.name}`,
      several: `multiple matching DNS HOST records were found in network ${network.name}`,
    },
  );
  return withDns(network, { hosts });
};

export const updateDnsTxt: SectionUpdate = (network, command, element) => {
  const txt = parseTxt(element, network.name);
  const txts = editList(dnsOf(network).txts, command, txt, ({ name }) => name === txt.name, {
    exists: `there is already a DNS TXT record with name '${txt.name}' in network ${network.name}`,
    absent: `couldn't locate a matching DNS TXT record in network ${network.name}`,
    several: `multiple DNS TXT records with name '${txt.name}' were found in network ${network.name}`,
  });
  return withDns(network, { txts });
};

/** A record is found by the fields that are given. */
export const updateDnsSrv: SectionUpdate = (network, command, element) => {
  const srv = parseSrv(element, network.name);
  const given = srvFields.filter((field) => srv[field] !== undefined);
  const srvs = editList(dnsOf(network).srvs, command, srv, (candidate) => given.every((field) => candidate[field] === srv[field]), {
    exists: `there is already at least one DNS SRV record matching all specified fields in network ${network.name}`,
    absent: `couldn't locate a matching DNS SRV record in network ${network.name}`,
    several: `multiple DNS SRV records matching all specified fields were found in network ${network.name}`,
    unmodifiable: 'DNS SRV records cannot be modified, only added or deleted',
  });
  return withDns(network, { srvs });
};

const srvFields = ['service', 'protocol', 'domain', 'target', 'port', 'priority', 'weight'] as const;

function dnsOf({ dns }: NetworkDraft): Dns {
  return dns ?? { forwarders: [], txts: [], srvs: [], hosts: [] };
}

function withDns(network: NetworkDraft, change: Partial<Dns>): { readonly dns: Dns | undefined } {
  return { dns: saying({ ...dnsOf(network), ...change }) };
}
