import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import type { UpdateCommand, UpdateSection } from '../../../src/model/update.ts';
import { call } from '../lib/api.ts';
import { queryClient } from '../lib/live.ts';

/** Changes one section of a network, now and for good where it has both. */
export async function changeSection(network: NetworkSummary, section: UpdateSection, command: UpdateCommand, xml: string): Promise<void> {
  try {
    await call('network.update', { network: network.name, command, section, xml, live: network.active, config: network.persistent });
  } finally {
    await queryClient.invalidateQueries();
  }
}
