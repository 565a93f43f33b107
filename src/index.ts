/**
 * Viaduct as a library: the typed client of a running daemon, and the pure rooms that it is made of. Nothing
 * here touches the machine but the client's socket.
 */
export { connect } from './rest/client.ts';
export type * from './rest/client.ts';

export { ViaductError } from './model/errors.ts';
export type { ErrorCode, ErrorParams } from './model/errors.ts';
export type { ViaductEvent } from './model/event.ts';
export { emptyCatalog } from './model/catalog.ts';
export type { Catalog, NetworkEntry } from './model/catalog.ts';
export type * from './model/network.ts';
export type * from './model/port.ts';
export type * from './model/host-interface.ts';
export type * from './model/host-state.ts';
export type { HostFacts } from './model/facts.ts';
export { parseIfName, parseMac, parseUuid } from './model/units.ts';
export type { IfName, Mac, Uuid } from './model/units.ts';
export { validateNetwork } from './model/validate.ts';

export { formatNetwork, parseNetwork } from './formats/libvirt/network.ts';
export { formatPort, parsePort } from './formats/libvirt/port.ts';
export { parseInterface } from './formats/libvirt/interface.ts';
export { formatInterface } from './formats/libvirt/interface-format.ts';
export { applyUpdate } from './formats/libvirt/update.ts';
export { formatSpec, parseSpec } from './formats/spec.ts';

export { compileNetworks } from './compile/catalog.ts';
export { diffState } from './plan/diff.ts';
export { planChanges } from './plan/plan.ts';
export { renderPlan } from './plan/render.ts';
export { drawTopology } from './explain/topology.ts';
