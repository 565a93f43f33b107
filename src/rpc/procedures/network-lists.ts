import type { NetworkFilter } from '../../service/operation-types.ts';
import { checkFlags, checkRoom } from '../errors.ts';
import { operationCall, tableOf } from '../procedures.ts';
import { limits, networkObject, text } from '../protocol.ts';
import { array, int, nothing, struct, uint, uuid } from '../xdr.ts';
import { ofNetwork, toObject } from './network.ts';

/** virConnectListAllNetworksFlags: bit and the filter it sets. */
const listFlags: readonly (readonly [number, keyof NetworkFilter])[] = [
  [1, 'inactive'],
  [2, 'active'],
  [4, 'persistent'],
  [8, 'transient'],
  [16, 'autostart'],
  [32, 'noAutostart'],
];

const listAll = operationCall({
  number: 283,
  args: struct({ need_results: int, flags: uint }),
  ret: struct({ nets: array(networkObject, limits.networks), ret: uint }),
  operation: 'network.list',
  toInput({ flags }) {
    checkFlags(flags, 63, 'networkConnectListAllNetworks');
    return Object.fromEntries(listFlags.filter(([bit]) => (flags & bit) !== 0).map(([, filter]) => [filter, true]));
  },
  toReply: (networks, { need_results }) => ({
    nets: need_results === 0 ? [] : networks.map(({ name, uuid: id }) => ({ name, uuid: id })),
    ret: networks.length,
  }),
});

/** The calls from before 283: how many there are, then as many names as there is room for. */
const countActive = counted(52, { active: true });
const countInactive = counted(50, { inactive: true });
const listActive = named(38, { active: true });
const listInactive = named(36, { inactive: true });

function counted(number: number, filter: NetworkFilter) {
  return operationCall({
    number,
    args: nothing,
    ret: struct({ num: int }),
    operation: 'network.list',
    toInput: () => filter,
    toReply: (networks) => ({ num: networks.length }),
  });
}

function named(number: number, filter: NetworkFilter) {
  return operationCall({
    number,
    args: struct({ maxnames: int }),
    ret: struct({ names: array(text, limits.networks) }),
    operation: 'network.list',
    toInput({ maxnames }) {
      checkRoom(maxnames, limits.networks, 'REMOTE_NETWORK_LIST_MAX');
      return filter;
    },
    toReply: (networks, { maxnames }) => ({ names: networks.slice(0, maxnames).map(({ name }) => name) }),
  });
}

const lookupByName = operationCall({
  number: 46,
  args: struct({ name: text }),
  ret: ofNetwork,
  operation: 'network.get',
  toInput: ({ name }) => ({ network: name, by: 'name' }),
  toReply: toObject,
  missing: noSuchName,
});

function noSuchName({ name }: { readonly name: string }): string {
  return `no network with matching name '${name}'`;
}

const lookupByUuid = operationCall({
  number: 47,
  args: struct({ uuid }),
  ret: ofNetwork,
  operation: 'network.get',
  toInput: (args) => ({ network: args.uuid, by: 'uuid' }),
  toReply: toObject,
  missing: (args) => `no network with matching uuid '${args.uuid}'`,
});

export const networkListProcedures = tableOf(listAll, countActive, countInactive, listActive, listInactive, lookupByName, lookupByUuid);
