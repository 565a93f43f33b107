import type { Context } from './context.ts';
import { getBridge, listBridges } from './bridges.ts';
import { confirmChange, takeChangeBack } from './checkpoint.ts';
import { hostStatus, undoHostChange } from './host-status.ts';
import { applyRemedy, examine, undoRemedy } from './doctor.ts';
import { copyNetwork } from './copy.ts';
import { explainWay } from './explain.ts';
import { addForward, listForwards, removeForward } from './forwards.ts';
import { listGuards, setGuard } from './guards.ts';
import { addToBridge, applyInterface, createBridge, deleteBridge, removeFromBridge } from './host-bridges.ts';
import { hostNames } from './host-names.ts';
import {
  beginChanges,
  bridgeInterface,
  commitChanges,
  defineInterface,
  rollBackChanges,
  startInterface,
  stopInterface,
  unbridgeInterface,
  undefineInterface,
} from './interface-changes.ts';
import { getInterface, interfaceXml, listInterfaces } from './interfaces.ts';
import { addGrant, listGrants, removeGrant } from './grants.ts';
import { guestAddresses, guestInterfaces, listGuests } from './guest-list.ts';
import { networkLeases, releaseLease } from './leases.ts';
import { freshMac } from './macs.ts';
import { networkMetadata, setNetworkMetadata } from './metadata.ts';
import { listNicModels } from './nic-models.ts';
import {
  createNetwork,
  defineNetwork,
  destroyNetwork,
  getNetwork,
  listNetworks,
  networkBridgeName,
  networkXml,
  setNetworkAutostart,
  startNetwork,
  undefineNetwork,
  updateNetwork,
} from './networks.ts';
import type { Input, OperationName, Output } from './operation-types.ts';
import { movePort } from './port-move.ts';
import {
  argumentsOfPort,
  createPort,
  createPortXml,
  deletePort,
  getPort,
  listPorts,
  openPort,
  portBandwidth,
  portXml,
  setPortBandwidth,
  setPortLink,
  setPortVlan,
} from './ports.ts';
import { proposeNetwork } from './propose.ts';
import { renewPort } from './renew.ts';
import { networkRules } from './rules.ts';
import { applySpec, planSpec, previewNetwork } from './specs.ts';
import { getStatus } from './status.ts';
import { getTopology } from './topology.ts';
import { networkHistory, planUndo, undoChange } from './undo.ts';
import { listVlans } from './vlan-list.ts';
import { createVlan, deleteVlan } from './vlans.ts';

export interface Operation<Name extends OperationName> {
  /** `write` operations are refused on read-only connections and leave a line in the audit trail. */
  readonly access: 'read' | 'write';
  run(context: Context, input: Input<Name>): Output<Name> | Promise<Output<Name>>;
}

/** Everything that Viaduct can be asked for, through whichever door. */
export const operations: { readonly [Name in OperationName]: Operation<Name> } = {
  'status.get': read(getStatus),
  'audit.list': read(({ audit }) => audit.entries()),

  'network.list': read(listNetworks),
  'network.get': read(getNetwork),
  'network.xml': read(networkXml),
  'network.define': write(defineNetwork),
  'network.create': write(createNetwork),
  'network.copy': write(copyNetwork),
  'network.undefine': write(undefineNetwork),
  'network.start': write(startNetwork),
  'network.destroy': write(destroyNetwork),
  'network.autostart': write(setNetworkAutostart),
  'network.update': write(updateNetwork),
  'network.leases': read(networkLeases),
  'network.metadata': read(networkMetadata),
  'network.setMetadata': write(setNetworkMetadata),
  'network.bridgeName': read(networkBridgeName),
  'network.propose': read(proposeNetwork),
  'network.preview': read(previewNetwork),
  'network.rules': read(networkRules),
  'network.history': read(networkHistory),
  'network.undoPlan': read(planUndo),
  'network.undo': write(undoChange),
  'lease.release': write(releaseLease),

  'port.list': read(listPorts),
  'port.get': read(getPort),
  'port.xml': read(portXml),
  'port.createXml': write(createPortXml),
  'port.create': write(createPort),
  'port.delete': write(deletePort),
  'port.setLink': write(setPortLink),
  'port.move': write(movePort),
  'port.arguments': read(argumentsOfPort),
  'port.open': write(openPort),
  'grant.list': read(listGrants),
  'grant.add': write(addGrant),
  'grant.remove': write(removeGrant),
  'port.setVlan': write(setPortVlan),
  'port.bandwidth': read(portBandwidth),
  'port.setBandwidth': write(setPortBandwidth),

  'mac.new': read(freshMac),
  'nic.models': read(listNicModels),
  'guest.list': read(listGuests),
  'guest.interfaces': read(guestInterfaces),
  'guest.addresses': read(guestAddresses),

  'forward.list': read(listForwards),
  'forward.add': write(addForward),
  'forward.remove': write(removeForward),
  'guard.list': read(listGuards),
  'guard.set': write(setGuard),
  'host.names': read(hostNames),
  'port.renew': write(renewPort),

  'spec.plan': read(planSpec),
  'spec.apply': write(applySpec),

  'topology.get': read(getTopology),
  'doctor.examine': read(examine),
  'doctor.fix': write(applyRemedy),
  'doctor.undo': write(undoRemedy),
  'explain.way': read(explainWay),
  'bridge.list': read(listBridges),
  'bridge.get': read(getBridge),
  'bridge.create': write(createBridge),
  'bridge.add': write(addToBridge),
  'bridge.remove': write(removeFromBridge),
  'bridge.delete': write(deleteBridge),
  'vlan.list': read(listVlans),
  'vlan.create': write(createVlan),
  'vlan.delete': write(deleteVlan),
  'host.apply': write(applyInterface),
  'host.undo': write(undoHostChange),
  'host.status': read(hostStatus),
  'host.confirm': write(confirmChange),
  'host.rollback': write(takeChangeBack),
  'interface.list': read(listInterfaces),
  'interface.get': read(getInterface),
  'interface.xml': read(interfaceXml),
  'interface.define': write(defineInterface),
  'interface.undefine': write(undefineInterface),
  'interface.start': write(startInterface),
  'interface.stop': write(stopInterface),
  'interface.bridge': write(bridgeInterface),
  'interface.unbridge': write(unbridgeInterface),
  'interface.begin': write(beginChanges),
  'interface.commit': write(commitChanges),
  'interface.rollback': write(rollBackChanges),
};

function read<I, O>(run: (context: Context, input: I) => O | Promise<O>) {
  return { access: 'read', run } as const;
}

function write<I, O>(run: (context: Context, input: I) => O | Promise<O>) {
  return { access: 'write', run } as const;
}
