import { ViaductError } from '../../model/errors.ts';
import { parseMac } from '../../model/units.ts';
import type { Input, InterfaceSummary } from '../../service/operation-types.ts';
import { domains } from '../api-names.ts';
import { checkFlags, checkRoom } from '../errors.ts';
import { done, operationCall, tableOf } from '../procedures.ts';
import { interfaceObject, limits, text, xmlText } from '../protocol.ts';
import { array, int, nothing, struct, uint } from '../xdr.ts';

const ofInterface = struct({ iface: interfaceObject });
const ofInterfaceAndFlags = struct({ iface: interfaceObject, flags: uint });

type ByName = { readonly iface: { readonly name: string } };
const byName = ({ iface }: ByName) => ({ interface: iface.name });
const noSuchName = ({ iface }: ByName) => `couldn't find interface named '${iface.name}'`;
const toObject = ({ name, mac }: InterfaceSummary) => ({ iface: { name, mac } });

function check(flags: number, known: number, where: string): void {
  checkFlags(flags, known, where, domains.interface);
}

const listAll = operationCall({
  number: 284,
  args: struct({ need_results: int, flags: uint }),
  ret: struct({ ifaces: array(interfaceObject, limits.interfaces), ret: uint }),
  operation: 'interface.list',
  toInput({ flags }) {
    check(flags, 3, 'udevConnectListAllInterfaces');
    return { ...((flags & 1) !== 0 && { inactive: true }), ...((flags & 2) !== 0 && { active: true }) };
  },
  toReply: (found, { need_results }) => ({
    ifaces: need_results === 0 ? [] : found.map(({ name, mac }) => ({ name, mac })),
    ret: found.length,
  }),
});

/** The calls from before 284: how many there are, then as many names as there is room for. */
const countActive = counted(126, { active: true });
const listActive = named(127, { active: true });
/** The list-all call has the loopback among the inactive ones, these have not. */
const countInactive = counted(137, { inactive: true, down: true });
const listInactive = named(138, { inactive: true, down: true });

function counted(number: number, filter: Input<'interface.list'>) {
  return operationCall({
    number,
    args: nothing,
    ret: struct({ num: int }),
    operation: 'interface.list',
    toInput: () => filter,
    toReply: (found) => ({ num: found.length }),
  });
}

function named(number: number, filter: Input<'interface.list'>) {
  return operationCall({
    number,
    args: struct({ maxnames: int }),
    ret: struct({ names: array(text, limits.interfaces) }),
    operation: 'interface.list',
    toInput({ maxnames }) {
      checkRoom(maxnames, limits.interfaces, 'REMOTE_INTERFACE_LIST_MAX');
      return filter;
    },
    toReply: (found, { maxnames }) => ({ names: found.slice(0, maxnames).map(({ name }) => name) }),
  });
}

const lookupByName = operationCall({
  number: 128,
  args: struct({ name: text }),
  ret: ofInterface,
  operation: 'interface.get',
  toInput: ({ name }) => ({ interface: name }),
  toReply: toObject,
  missing: ({ name }) => noSuchName({ iface: { name } }),
});

const lookupByMac = operationCall({
  number: 129,
  args: struct({ mac: text }),
  ret: ofInterface,
  operation: 'interface.list',
  toInput: () => ({}),
  toReply(found, { mac }) {
    const wanted = parseMac(mac);
    const [first, ...others] = found.filter((candidate) => wanted !== undefined && candidate.mac === wanted);
    if (first === undefined) throw new ViaductError('interface-not-found', `couldn't find interface with MAC address '${mac}'`);
    if (others.length > 0)
      throw new ViaductError('interface-ambiguous', `the MAC address '${mac}' matches ${others.length + 1} interfaces`);
    return toObject(first);
  },
});

const xmlDesc = operationCall({
  number: 130,
  args: ofInterfaceAndFlags,
  ret: struct({ xml: text }),
  operation: 'interface.xml',
  toInput({ iface, flags }) {
    check(flags, 1, 'udevInterfaceGetXMLDesc');
    return { interface: iface.name, inactive: flags === 1 };
  },
  toReply: ({ xml }) => ({ xml }),
  missing: noSuchName,
});

const isActive = operationCall({
  number: 156,
  args: ofInterface,
  ret: struct({ active: int }),
  operation: 'interface.get',
  toInput: byName,
  toReply: ({ active }) => ({ active: Number(active) }),
  missing: noSuchName,
});

const define = operationCall({
  number: 131,
  args: struct({ xml: xmlText, flags: uint }),
  ret: ofInterface,
  write: true,
  operation: 'interface.define',
  toInput({ xml, flags }) {
    check(flags, 1, 'interfaceDefineXML');
    return { xml, validate: flags === 1 };
  },
  toReply: toObject,
});

const undefine = operationCall({
  number: 132,
  args: ofInterface,
  ret: nothing,
  write: true,
  operation: 'interface.undefine',
  toInput: byName,
  toReply: done,
  missing: noSuchName,
});

const create = operationCall({
  number: 133,
  args: ofInterfaceAndFlags,
  ret: nothing,
  write: true,
  operation: 'interface.start',
  toInput(args) {
    check(args.flags, 0, 'interfaceCreate');
    return byName(args);
  },
  toReply: done,
  missing: noSuchName,
});

const destroy = operationCall({
  number: 134,
  args: ofInterfaceAndFlags,
  ret: nothing,
  write: true,
  operation: 'interface.stop',
  toInput(args) {
    check(args.flags, 0, 'interfaceDestroy');
    return byName(args);
  },
  toReply: done,
  missing: noSuchName,
});

const begin = transaction(220, 'interface.begin', 'interfaceChangeBegin');
const commit = transaction(221, 'interface.commit', 'interfaceChangeCommit');
const rollback = transaction(222, 'interface.rollback', 'interfaceChangeRollback');

function transaction(number: number, operation: 'interface.begin' | 'interface.commit' | 'interface.rollback', where: string) {
  return operationCall({
    number,
    args: struct({ flags: uint }),
    ret: nothing,
    write: true,
    operation,
    toInput({ flags }) {
      check(flags, 0, where);
      return {};
    },
    toReply: done,
  });
}

export const interfaceProcedures = tableOf(
  listAll,
  countActive,
  countInactive,
  listActive,
  listInactive,
  lookupByName,
  lookupByMac,
  xmlDesc,
  isActive,
  define,
  undefine,
  create,
  destroy,
  begin,
  commit,
  rollback,
);
