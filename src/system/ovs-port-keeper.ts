import { ViaductError } from '../model/errors.ts';
import type { OvsPortObject } from '../model/host-state.ts';
import type { Keeper } from './keeper.ts';
import { NoBridge, NotRunning, type OpenVSwitch } from './open-vswitch.ts';

/** Ports of Open vSwitch, which keeps them also while their link is gone. */
export function ovsPortKeeper(openVSwitch: OpenVSwitch): Keeper<'ovs-port'> {
  const put = async (object: OvsPortObject): Promise<void> => {
    const { link, bridge } = object;
    try {
      await openVSwitch.put(object);
    } catch (error) {
      throw refused(`Unable to add port ${link} to OVS bridge ${bridge}`, bridge, error);
    }
  };
  return {
    observe: async (wanted) => {
      try {
        return (await openVSwitch.ports(wanted.map(({ link }) => link))).map(({ error: _error, ...port }) => ({
          kind: 'ovs-port',
          ...port,
        }));
      } catch (error) {
        if (error instanceof NotRunning) return [];
        throw error;
      }
    },
    create: put,
    update: (_from, object) => put(object),
    remove: async ({ link, bridge }) => {
      try {
        await openVSwitch.remove(link, bridge);
      } catch (error) {
        if (!(error instanceof NotRunning)) throw refused(`Unable to delete port ${link} from OVS`, bridge, error);
      }
    },
    parallel: 8,
  };
}

function refused(failed: string, bridge: string, error: unknown): ViaductError {
  const reason = error instanceof Error ? error.message : String(error);
  const hint =
    error instanceof NotRunning
      ? 'Install openvswitch-switch and start it.'
      : error instanceof NoBridge
        ? `Make it with: ovs-vsctl add-br ${bridge}`
        : undefined;
  return new ViaductError('kernel-refused', `${failed}: ${reason}`, { hint, params: { bridge }, cause: error });
}
