import { parseAddress } from '../../model/address.ts';
import { ViaductError } from '../../model/errors.ts';
import type { Dhcp, DhcpHost, IpBlock, NetworkDraft } from '../../model/network.ts';
import type { UpdateCommand } from '../../model/update.ts';
import { parseHost, parseRange } from './ip.ts';
import type { NetworkEdit, SectionUpdate } from './update.ts';
import { editList } from './update-list.ts';

/**
 * A reservation is found by mac, id, name or address: any of them for adding and changing, as no two
 * reservations may share one; every given one for a deletion.
 */
export const updateDhcpHost: SectionUpdate = (network, command, element, edit) => {
  const host = parseHost(element, network.name);
  const given = keysOf(host);
  // What is to be added is held to more than that by the check of the whole definition.
  if (given.length === 0 && (command === 'delete' || command === 'modify')) {
    throw new ViaductError(
      'xml-invalid',
      `At least one of name, mac, or ip attribute must be specified for static host definition in network '${network.name}'`,
    );
  }
  const matches = (candidate: DhcpHost) =>
    command === 'delete' ? given.every((key) => candidate[key] === host[key]) : given.some((key) => candidate[key] === host[key]);
  const shown = `<host mac='${host.mac ?? 'unknown'}' name='${host.name ?? ''}' ip='${host.ip ?? 'unknown'}'/>`;
  return updateDhcp(network, command, edit, host.ip, ({ hosts, ...rest }) => ({
    ...rest,
    hosts: editList(hosts, command, host, matches, {
      exists: `there is an existing dhcp host entry in network '${network.name}' that matches "${shown}"`,
      absent:
        command === 'delete'
          ? `couldn't locate a matching dhcp host entry in network '${network.name}'`
          : `couldn't locate an existing dhcp host entry with "mac='${host.mac ?? 'unknown'}'" "name='${host.name ?? '(null)'}'" "ip='${host.ip ?? 'unknown'}'" in network '${network.name}'`,
    }),
  }));
};

/** A range is found by its two ends. */
export const updateDhcpRange: SectionUpdate = (network, command, element, edit) => {
  const range = parseRange(element, network.name);
  return updateDhcp(network, command, edit, range.start, ({ ranges, ...rest }) => ({
    ...rest,
    ranges: editList(ranges, command, range, ({ start, end }) => start === range.start && end === range.end, {
      exists: `there is an existing dhcp range entry in network '${network.name}' that matches "<range start='${range.start}' end='${range.end}'/>"`,
      absent: `couldn't locate a matching dhcp range entry in network '${network.name}'`,
      unmodifiable: 'dhcp ranges cannot be modified, only added or deleted',
    }),
  }));
};

const keys = ['mac', 'id', 'name', 'ip'] as const;

function keysOf(host: DhcpHost): readonly (typeof keys)[number][] {
  return keys.filter((key) => host[key] !== undefined);
}

/** @param address An address of the entry, to hold it to the family of its parent. */
function updateDhcp(
  network: NetworkDraft,
  command: UpdateCommand,
  { parentIndex = -1 }: NetworkEdit,
  address: string | undefined,
  change: (dhcp: Dhcp) => Dhcp,
): { readonly ips: readonly IpBlock[] } {
  const parent = parentOf(network, parentIndex);
  const family = address === undefined ? undefined : parseAddress(address)?.family;
  if (family !== undefined && family !== parent.family) {
    throw new ViaductError(
      'operation-invalid',
      "the address family of a host entry IP must match the address family of the dhcp element's parent",
      {
        hint: `'${address}' does not fit <ip address='${parent.address}'>. Say which <ip> is meant: --parent-index counts all of them from 0.`,
      },
    );
  }
  const other = network.ips.find((ip) => ip !== parent && ip.family === parent.family && ip.dhcp !== undefined);
  if (other !== undefined && (command === 'add-first' || command === 'add-last')) {
    throw new ViaductError(
      'operation-invalid',
      `dhcp is supported only for a single ${parent.family === 'ipv4' ? 'IPv4' : 'IPv6'} address on each network`,
      {
        hint: `Network '${network.name}' has it on ${other.address}.`,
      },
    );
  }
  const changed = change(parent.dhcp ?? { ranges: [], hosts: [] });
  const { dhcp: _before, ...bare } = parent;
  const ip: IpBlock = changed.ranges.length + changed.hosts.length === 0 ? bare : { ...bare, dhcp: changed };
  return { ips: network.ips.map((candidate) => (candidate === parent ? ip : candidate)) };
}

/** Without an index: the first `<ip>` that has dhcp, else the first of IPv4, else the first. */
function parentOf({ name, ips }: NetworkDraft, index: number): IpBlock {
  const found =
    index >= 0 ? ips[index] : (ips.find(({ dhcp }) => dhcp !== undefined) ?? ips.find(({ family }) => family === 'ipv4') ?? ips[0]);
  if (found !== undefined) return found;
  const where = index >= 0 ? ` at index ${index}` : '';
  throw new ViaductError('operation-invalid', `couldn't update dhcp host entry - no <ip> element found${where} in network '${name}'`, {
    hint: `The network has ${ips.length} <ip> element${ips.length === 1 ? '' : 's'}, counted from 0.`,
  });
}
