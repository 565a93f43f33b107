import { ViaductError } from '../model/errors.ts';
import { isModelName, isVirtio, usualModel } from '../model/nic-model.ts';
import type { PortClient } from '../model/port.ts';
import type { Context } from './context.ts';
import type { Input, NicModels } from './operation-types.ts';

/** What the QEMU of this host can put into a guest; no models where there is no QEMU. */
export async function listNicModels({ system }: Context): Promise<NicModels> {
  const qemu = await system.qemuCards();
  return qemu === undefined ? { models: [] } : { emulator: qemu.program, version: qemu.version, models: qemu.models };
}

/** The model that a port asks for, under its usual name. Without a QEMU here there is nobody to ask: then it is taken as it is. */
export async function checkedModel(context: Context, { model, for: client, link }: Input<'port.create'>): Promise<string | undefined> {
  if (model === undefined) return undefined;
  if (link?.kind === 'veth')
    throw new ViaductError('invalid-argument', 'A namespace has no card of a model.', { hint: 'Leave the model out.' });
  const { emulator, models } = await listNicModels(context);
  const found = models.find(({ name, device, aliases }) => [name, device, ...aliases].includes(model))?.name ?? model;
  refuseMisfit(found, client, link !== undefined && 'multiQueue' in link && link.multiQueue === true);
  if (!isModelName(model) || (emulator !== undefined && models.every(({ name }) => name !== found))) {
    throw new ViaductError('invalid-argument', `There is no network card '${model}'${emulator === undefined ? '' : ` in ${emulator}`}.`, {
      hint: 'List those that are there: viaduct nic-models',
      params: { model },
    });
  }
  return found;
}

/** What a program or a wire cannot have. */
function refuseMisfit(model: string, client: PortClient | undefined, multiQueue: boolean): void {
  if (isVirtio(model)) return;
  if (client === 'firecracker' || client === 'cloud-hypervisor') {
    throw new ViaductError('config-unsupported', `${client} has no other card than ${usualModel}.`, { hint: 'Leave the model out.' });
  }
  if (multiQueue) {
    throw new ViaductError('config-unsupported', `A card of model '${model}' has one queue.`, {
      hint: `Ask for model ${usualModel}, or for no multiqueue.`,
    });
  }
}
