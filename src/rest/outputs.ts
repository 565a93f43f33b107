import { z } from 'zod';
import type { OperationName, Output } from '../service/operation-types.ts';
import { backend, hostStatus } from './output-host.ts';
import {
  bridge,
  bridgeDetails,
  guest,
  guestAddresses,
  guestInterface,
  lease,
  network,
  nicModels,
  port,
  portArguments,
  status,
  vlan,
} from './output-parts.ts';
import { finding } from './output-doctor.ts';
import { networkChange } from './output-history.ts';
import { explanation } from './output-explain.ts';
import { forward, guarded, hostName, renewal } from './output-reach.ts';
import { topology } from './output-topology.ts';

/**
 * What each operation answers, for the description of the API only: nothing is checked at run time, and
 * answers may gain members.
 */
const described = {
  'status.get': status,
  'topology.get': topology,
  'explain.way': explanation,
  'audit.list': z
    .array(
      z.object({
        at: z.number(),
        user: z.string(),
        pid: z.number(),
        door: z.string(),
        operation: z.string(),
        target: z.string().optional(),
        error: z.string().optional(),
      }),
    )
    .readonly(),

  'network.list': z.array(network).readonly(),
  'network.define': network,
  'network.create': network,
  'network.propose': z.object({
    name: z.string(),
    bridge: z.string(),
    address: z.string(),
    prefix: z.number(),
    dhcp: z.object({ start: z.string(), end: z.string() }),
  }),
  'network.preview': z.object({
    networks: z.array(z.object({ name: z.string(), xml: z.string(), yaml: z.string() })).readonly(),
    plan: plan(),
  }),
  'network.get': network,
  'network.copy': network,
  'network.undefine': network,
  'network.update': network.extend({ renewed: z.array(renewal).readonly().optional() }),
  'network.xml': z.object({ xml: z.string() }),
  'network.start': plan(),
  'network.destroy': plan(),
  'network.autostart': network,
  'network.leases': z.array(lease).readonly(),
  'network.metadata': z.object({ value: z.string() }),
  'network.setMetadata': z.object({}),
  'network.bridgeName': z.object({ bridge: z.string() }),
  'network.rules': z.object({ text: z.string() }),
  'network.history': z.array(networkChange).readonly(),
  'network.undoPlan': z.object({ change: networkChange, plan: plan() }),
  'network.undo': plan(),
  'lease.release': z.object({}),

  'port.list': z.array(port).readonly(),
  'port.create': port,
  'port.createXml': port,
  'port.get': port,
  'port.delete': z.object({}),
  'port.xml': z.object({ xml: z.string() }),
  'port.setLink': port,
  'port.move': port.extend({ renewal: renewal.optional() }),
  'port.arguments': portArguments,
  'port.open': z.object({ link: z.string(), multiQueue: z.boolean() }),
  'grant.list': z.array(z.string()).readonly(),
  'grant.add': z.array(z.string()).readonly(),
  'grant.remove': z.array(z.string()).readonly(),
  'mac.new': z.object({ mac: z.string() }),
  'nic.models': nicModels,
  'guest.list': z.array(guest).readonly(),
  'guest.interfaces': z.array(guestInterface).readonly(),
  'guest.addresses': z.array(guestAddresses).readonly(),
  'port.setVlan': port,
  'port.bandwidth': z.object({ inbound: rate().optional(), outbound: rate().optional() }),
  'port.setBandwidth': z.object({ inbound: rate().optional(), outbound: rate().optional() }),

  'forward.list': z.array(forward).readonly(),
  'forward.add': forward,
  'forward.remove': z.object({}),
  'guard.list': z.array(guarded).readonly(),
  'guard.set': z.object({}),
  'host.names': z.array(hostName).readonly(),
  'port.renew': renewal,

  'spec.plan': plan(),
  'spec.apply': plan(),

  'doctor.examine': z.object({ findings: z.array(finding).readonly(), at: z.number() }),
  'doctor.fix': plan(),
  'doctor.undo': plan(),

  'bridge.get': bridgeDetails,
  'bridge.list': z.array(bridge).readonly(),
  'bridge.create': hostChange(),
  'bridge.add': hostChange(),
  'bridge.remove': hostChange(),
  'bridge.delete': hostChange(),
  'vlan.list': z.array(vlan).readonly(),
  'vlan.create': hostChange(),
  'vlan.delete': hostChange(),
  'host.apply': hostChange(),
  'host.confirm': z.object({}),
  'host.rollback': z.object({}),
  'host.undo': hostChange(),
  'host.status': hostStatus,
  'interface.list': z.array(hostInterface()).readonly(),
  'interface.define': hostInterface(),
  'interface.get': hostInterface(),
  'interface.undefine': z.object({}),
  'interface.xml': z.object({ xml: z.string() }),
  'interface.start': z.object({}),
  'interface.stop': z.object({}),
  'interface.bridge': hostInterface(),
  'interface.unbridge': hostInterface(),
  'interface.begin': z.object({}),
  'interface.commit': z.object({}),
  'interface.rollback': z.object({}),
};

/** Every member described here is what the operation really answers; a wrong name or type does not compile. */
export const outputs: { readonly [Name in OperationName]: Describes<Output<Name>, (typeof described)[Name]> } = described;

type Describes<Answer, Schema extends z.ZodType> = Answer extends z.infer<Schema> ? Schema : never;

function plan() {
  return z.object({
    steps: z.array(z.object({ summary: z.string(), interrupts: z.string().optional() })).readonly(),
    digest: z.string().describe('Names the plan; applying another one is refused as plan-stale'),
    definitions: z.array(z.string()).readonly().describe('Definitions that change without touching the host'),
    renewed: z.array(renewal).readonly().optional().describe('Guests that are made to ask for the address now reserved for them'),
  });
}

function rate() {
  const amount = z.number().optional();
  return z.object({ average: amount, peak: amount, burst: amount, floor: amount }).describe('KiB per second; burst in KiB');
}

function hostChange() {
  return z.object({
    name: z.string(),
    steps: z.array(z.string()).readonly(),
    moved: z.array(z.string()).readonly(),
    confirmWithin: z.int().optional(),
    files: z
      .object({
        backend,
        changes: z.array(z.object({ path: z.string(), before: z.string().optional(), after: z.string().optional() })).readonly(),
      })
      .optional(),
    backup: z.string().optional(),
    managed: z.object({ interface: z.string(), backend: z.string(), file: z.string() }).optional(),
  });
}

function hostInterface() {
  return z.object({ name: z.string(), mac: z.string(), active: z.boolean() });
}
