import type { BandwidthRate } from '../../model/network.ts';
import type { BandwidthChange, PortBandwidth, PortSummary } from '../../service/operation-types.ts';
import { domains } from '../api-names.ts';
import { argumentUnsupported, checkFlags, invalidArgument } from '../errors.ts';
import { done, noSuchNetwork, operationCall, tableOf } from '../procedures.ts';
import { limits, networkObject, portObject, text, typedParameters, xmlText } from '../protocol.ts';
import type { NetworkObject, TypedParameter } from '../protocol.ts';
import { array, int, nothing, struct, uint, uuid } from '../xdr.ts';

const ofPort = struct({ port: portObject, flags: uint });
const aPort = struct({ port: portObject });
const parameters = typedParameters(limits.portParameters);

const toObject = (port: PortSummary) => ({ net: { name: port.network.name, uuid: port.network.uuid }, uuid: port.uuid });
const byUuids = ({ port }: { readonly port: { readonly net: { readonly uuid: string }; readonly uuid: string } }) => ({
  network: port.net.uuid,
  port: port.uuid,
});
const inNetwork = ({ network }: { readonly network: NetworkObject }) => noSuchNetwork(network);
const ofItsNetwork = ({ port }: { readonly port: { readonly net: NetworkObject } }) => noSuchNetwork(port.net);

const listAll = operationCall({
  number: 404,
  args: struct({ network: networkObject, need_results: int, flags: uint }),
  ret: struct({ ports: array(portObject, limits.ports), ret: uint }),
  operation: 'port.list',
  toInput({ network, flags }) {
    checkFlags(flags, 0, 'networkListAllPorts');
    return { network: network.uuid, running: true };
  },
  toReply: (ports, { need_results }) => ({ ports: need_results === 0 ? [] : ports.map(toObject), ret: ports.length }),
  missing: inNetwork,
});

const lookup = operationCall({
  number: 405,
  args: struct({ network: networkObject, uuid }),
  ret: aPort,
  operation: 'port.get',
  toInput: (args) => ({ network: args.network.uuid, port: args.uuid }),
  toReply: (port) => ({ port: toObject(port) }),
  missing: inNetwork,
});

/** The hypervisor's daemon makes the tap; it asks for the port, and gives back the one it has with `reclaim` (bit 1). */
const create = operationCall({
  number: 406,
  args: struct({ network: networkObject, xml: xmlText, flags: uint }),
  ret: aPort,
  write: true,
  operation: 'port.createXml',
  toInput({ network, xml, flags }) {
    checkFlags(flags, 3, 'networkPortCreateXML');
    return { network: network.uuid, xml, reclaim: (flags & 1) !== 0, validate: (flags & 2) !== 0 };
  },
  toReply: (port) => ({ port: toObject(port) }),
  missing: inNetwork,
});

const xmlDesc = operationCall({
  number: 409,
  args: ofPort,
  ret: struct({ xml: text }),
  operation: 'port.xml',
  toInput(args) {
    checkFlags(args.flags, 0, 'networkPortGetXMLDesc');
    return byUuids(args);
  },
  toReply: ({ xml }) => ({ xml }),
  missing: ofItsNetwork,
});

const remove = operationCall({
  number: 410,
  args: ofPort,
  ret: nothing,
  write: true,
  operation: 'port.delete',
  toInput(args) {
    checkFlags(args.flags, 0, 'networkPortDelete');
    return byUuids(args);
  },
  toReply: done,
  missing: ofItsNetwork,
});

/** virTypedParameterType: unsigned int, the only one bandwidth uses. */
const unsigned = 2 as const;

const getParameters = operationCall({
  number: 407,
  args: struct({ port: portObject, nparams: int, flags: uint }),
  ret: struct({ params: parameters, nparams: int }),
  operation: 'port.bandwidth',
  toInput(args) {
    checkFlags(args.flags, 0, 'networkPortGetParameters');
    return byUuids(args);
  },
  toReply(bandwidth) {
    const params = toParameters(bandwidth);
    return { params, nparams: params.length };
  },
  missing: ofItsNetwork,
});

const setParameters = operationCall({
  number: 408,
  args: struct({ port: portObject, params: parameters, flags: uint }),
  ret: nothing,
  write: true,
  operation: 'port.setBandwidth',
  toInput(args) {
    checkFlags(args.flags, 0, 'networkPortSetParameters');
    return { ...byUuids(args), ...toBandwidth(args.params) };
  },
  toReply: done,
  missing: ofItsNetwork,
});

/** In the order libvirt lists them. Only traffic towards the guest has a floor. */
const rates = [
  { field: 'inbound.average', direction: 'inbound', rate: 'average' },
  { field: 'inbound.peak', direction: 'inbound', rate: 'peak' },
  { field: 'inbound.floor', direction: 'inbound', rate: 'floor' },
  { field: 'inbound.burst', direction: 'inbound', rate: 'burst' },
  { field: 'outbound.average', direction: 'outbound', rate: 'average' },
  { field: 'outbound.peak', direction: 'outbound', rate: 'peak' },
  { field: 'outbound.burst', direction: 'outbound', rate: 'burst' },
] as const;

/** A direction without a limit has no parameters; one with a limit has all of its own, 0 where nothing is set. */
function toParameters(bandwidth: PortBandwidth): readonly TypedParameter[] {
  return rates.flatMap(({ field, direction, rate }) => {
    const limited = bandwidth[direction];
    return limited === undefined ? [] : [{ field, value: { type: unsigned, value: limited[rate] ?? 0 } }];
  });
}

/** The whole limit anew: a direction that is not mentioned, or has neither average nor floor, is not limited any more (seen with libvirtd 9.0). */
function toBandwidth(params: readonly TypedParameter[]): Required<BandwidthChange> {
  const bandwidth: { inbound?: BandwidthRate; outbound?: BandwidthRate } = {};
  for (const { field, value } of params) {
    const known = rates.find((candidate) => candidate.field === field);
    if (known === undefined) throw argumentUnsupported(`parameter '${field}' not supported`, domains.network);
    if (value.type !== unsigned) throw invalidArgument(`invalid type for parameter '${field}', expected 'uint'`, domains.network);
    const { direction, rate } = known;
    bandwidth[direction] = { ...bandwidth[direction], ...(value.value !== 0 && { [rate]: value.value }) };
  }
  const { inbound, outbound } = bandwidth;
  return { inbound: isLimit(inbound) ? inbound : null, outbound: isLimit(outbound) ? outbound : null };
}

function isLimit(rate: BandwidthRate | undefined): rate is BandwidthRate {
  return rate?.average !== undefined || rate?.floor !== undefined;
}

export const portProcedures = tableOf(listAll, lookup, create, xmlDesc, remove, getParameters, setParameters);
