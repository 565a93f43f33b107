import { digest } from '../../model/digest.ts';
import type { HostFacts } from '../../model/facts.ts';
import type { DnsmasqObject, FileObject } from '../../model/host-state.ts';
import type { Network } from '../../model/network.ts';
import type { Port } from '../../model/port.ts';
import type { IfName } from '../../model/units.ts';
import { dnsmasqFor } from './dnsmasq.ts';

/** Where one network's dnsmasq has its files, below the run folder. Named after the bridge, which holds no odd characters. */
export function dnsmasqPaths(bridge: IfName) {
  const base = `dnsmasq/${bridge}`;
  return {
    conf: `${base}.conf`,
    pid: `${base}.pid`,
    leases: `${base}.leases`,
    hosts: `${base}.hosts`,
    addnhosts: `${base}.addnhosts`,
    servers: `${base}.servers`,
  };
}

/** The process and what it reads. A changed configuration restarts it, anything else it reads again. */
export function dnsmasqObjects(network: Network, bridge: IfName, ports: readonly Port[], facts: HostFacts): (FileObject | DnsmasqObject)[] {
  const names = dnsmasqPaths(bridge);
  const inRunDir = (name: string) => `${facts.runDir}/${name}`;
  const files = dnsmasqFor(network, {
    nameservers: facts.nameservers,
    reservations: ports.flatMap(({ mac, address }) => (address === undefined ? [] : [{ mac, address }])),
    paths: {
      pid: inRunDir(names.pid),
      leases: inRunDir(names.leases),
      hosts: inRunDir(names.hosts),
      addnhosts: inRunDir(names.addnhosts),
      servers: inRunDir(names.servers),
    },
  });
  if (files === undefined) return [];
  return [
    { kind: 'file', path: names.conf, text: files.conf },
    { kind: 'file', path: names.hosts, text: files.hosts },
    { kind: 'file', path: names.addnhosts, text: files.addnhosts },
    { kind: 'file', path: names.servers, text: files.servers },
    {
      kind: 'dnsmasq',
      bridge,
      confFile: names.conf,
      restartOn: digest(files.conf),
      reloadOn: digest([files.hosts, files.addnhosts, files.servers].join('\0')),
    },
  ];
}
