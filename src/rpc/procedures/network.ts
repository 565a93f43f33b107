import { parseMac } from '../../model/units.ts';
import { updateCommands, updateSections } from '../../model/update.ts';
import type { NetworkLease, NetworkSummary } from '../../service/operation-types.ts';
import { ViaductError } from '../../model/errors.ts';
import { checkFlags } from '../errors.ts';
import { done, networkCall, operationCall, tableOf } from '../procedures.ts';
import { limits, networkObject, optionalText, text, xmlText } from '../protocol.ts';
import { array, hyper, int, nothing, struct, uint } from '../xdr.ts';

export const ofNetwork = struct({ net: networkObject });
const document = struct({ xml: xmlText });
const documentAndFlags = struct({ xml: xmlText, flags: uint });

const byUuid = ({ net }: { readonly net: { readonly uuid: string } }) => ({ network: net.uuid });
export const toObject = ({ name, uuid: id }: NetworkSummary) => ({ net: { name, uuid: id } });

const define = operationCall({
  number: 41,
  args: document,
  ret: ofNetwork,
  write: true,
  operation: 'network.define',
  toInput: ({ xml }) => ({ xml }),
  toReply: toObject,
});

const defineFlags = operationCall({
  number: 432,
  args: documentAndFlags,
  ret: ofNetwork,
  write: true,
  operation: 'network.define',
  toInput: ({ xml, flags }) => ({ xml, validate: validates(flags, 'networkDefineXMLFlags') }),
  toReply: toObject,
});

const create = operationCall({
  number: 40,
  args: document,
  ret: ofNetwork,
  write: true,
  operation: 'network.create',
  toInput: ({ xml }) => ({ xml }),
  toReply: toObject,
});

const createFlags = operationCall({
  number: 437,
  args: documentAndFlags,
  ret: ofNetwork,
  write: true,
  operation: 'network.create',
  toInput: ({ xml, flags }) => ({ xml, validate: validates(flags, 'networkCreateXMLFlags') }),
  toReply: toObject,
});

function validates(flags: number, where: string): boolean {
  checkFlags(flags, 1, where);
  return flags === 1;
}

const start = networkCall({
  number: 39,
  args: ofNetwork,
  ret: nothing,
  write: true,
  operation: 'network.start',
  toInput: byUuid,
  toReply: done,
});
const destroy = networkCall({
  number: 42,
  args: ofNetwork,
  ret: nothing,
  write: true,
  operation: 'network.destroy',
  toInput: byUuid,
  toReply: done,
});
const undefine = networkCall({
  number: 49,
  args: ofNetwork,
  ret: nothing,
  write: true,
  operation: 'network.undefine',
  toInput: byUuid,
  toReply: done,
});

const xmlDesc = networkCall({
  number: 43,
  args: struct({ net: networkObject, flags: uint }),
  ret: document,
  operation: 'network.xml',
  toInput({ net, flags }) {
    checkFlags(flags, 1, 'networkGetXMLDesc');
    return { network: net.uuid, inactive: flags === 1 };
  },
  toReply: ({ xml }) => ({ xml }),
});

const getAutostart = networkCall({
  number: 44,
  args: ofNetwork,
  ret: struct({ autostart: int }),
  operation: 'network.get',
  toInput: byUuid,
  toReply: ({ autostart }) => ({ autostart: Number(autostart) }),
});

const setAutostart = networkCall({
  number: 48,
  args: struct({ net: networkObject, autostart: int }),
  ret: nothing,
  write: true,
  operation: 'network.autostart',
  toInput: ({ net, autostart }) => ({ network: net.uuid, autostart: autostart !== 0 }),
  toReply: done,
});

const bridgeName = networkCall({
  number: 45,
  args: ofNetwork,
  ret: struct({ name: text }),
  operation: 'network.bridgeName',
  toInput: byUuid,
  toReply: ({ bridge }) => ({ name: bridge }),
});

const isActive = networkCall({
  number: 152,
  args: ofNetwork,
  ret: struct({ active: int }),
  operation: 'network.get',
  toInput: byUuid,
  toReply: ({ active }) => ({ active: Number(active) }),
});

const isPersistent = networkCall({
  number: 153,
  args: ofNetwork,
  ret: struct({ persistent: int }),
  operation: 'network.get',
  toInput: byUuid,
  toReply: ({ persistent }) => ({ persistent: Number(persistent) }),
});

/**
 * Command and section come in this order. Libraries before 7.2 swapped them; a library that answers 1
 * to feature 16, as we do, is taken at its word by the ones since, and the old ones cannot be told apart.
 */
const update = networkCall({
  number: 291,
  args: struct({ net: networkObject, command: uint, section: uint, parentIndex: int, xml: xmlText, flags: uint }),
  ret: nothing,
  write: true,
  operation: 'network.update',
  toInput({ net, command, section, parentIndex, xml, flags }) {
    checkFlags(flags, 3, 'networkUpdate');
    return {
      network: net.uuid,
      section: keyOf(updateSections, section, "can't update unrecognized section of network"),
      command: keyOf(updateCommands, command, `unrecognized network update command code ${command}`),
      ...(parentIndex >= 0 && { parentIndex }),
      xml,
      ...impact(flags),
    };
  },
  toReply: done,
});

function keyOf<Key extends string>(numbers: { readonly [Name in Key]: number }, wanted: number, refusal: string): Key {
  for (const key in numbers) if (numbers[key] === wanted) return key;
  throw new ViaductError('operation-unsupported', refusal);
}

/** virNetworkUpdateFlags, which metadata shares: neither bit leaves it to the network's state. */
export function impact(flags: number): { live?: true; config?: true } {
  return { ...((flags & 1) !== 0 && { live: true }), ...((flags & 2) !== 0 && { config: true }) };
}

const lease = struct({
  iface: text,
  expirytime: hyper,
  type: int,
  mac: optionalText,
  iaid: optionalText,
  ipaddr: text,
  prefix: uint,
  hostname: optionalText,
  clientid: optionalText,
});

const leases = networkCall({
  number: 341,
  args: struct({ net: networkObject, mac: optionalText, need_results: int, flags: uint }),
  ret: struct({ leases: array(lease, limits.leases), ret: uint }),
  operation: 'network.leases',
  toInput({ net, mac, flags }) {
    checkFlags(flags, 0, 'networkGetDHCPLeases');
    if (mac === null) return { network: net.uuid };
    if (parseMac(mac) === undefined) throw new ViaductError('mac-invalid', mac);
    return { network: net.uuid, mac };
  },
  toReply: (found, { need_results }) => ({ leases: need_results === 0 ? [] : found.map(toLease), ret: found.length }),
});

function toLease(found: NetworkLease) {
  return {
    iface: found.bridge,
    expirytime: BigInt(found.expiry),
    type: found.family === 'ipv4' ? 0 : 1,
    mac: found.mac ?? null,
    iaid: found.iaid ?? null,
    ipaddr: found.address,
    prefix: found.prefix,
    hostname: found.hostname ?? null,
    clientid: found.clientId ?? null,
  };
}

export const networkProcedures = tableOf(
  define,
  defineFlags,
  create,
  createFlags,
  start,
  destroy,
  undefine,
  xmlDesc,
  getAutostart,
  setAutostart,
  bridgeName,
  isActive,
  isPersistent,
  update,
  leases,
);
