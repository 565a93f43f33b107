import { connect } from '../rest/client.ts';
import { addGuest, findGuest, listGuests } from './guests.ts';
import { guestTable } from './report.ts';
import { enterLab, type RunningLab } from './running.ts';
import { statusOf } from './status.ts';
import { words } from './words.ts';

export interface GuestRequest {
  readonly action: string | undefined;
  readonly name: string | undefined;
  readonly network: string;
  /** What to run in the guest; a shell when empty. */
  readonly command: readonly string[];
}

/** `viaduct lab guest …`; resolves to the exit status, undefined when this is no such call. */
export async function runGuestVerb(lab: RunningLab, { action, name, network, command }: GuestRequest): Promise<number | undefined> {
  const world = enterLab(lab);
  using client = connect({ socketPath: lab.socket });
  if (action === 'list') {
    const networks = await client.call('network.list', {});
    const byBridge = new Map(networks.flatMap((one) => (one.bridge === undefined ? [] : [[one.bridge, one.name] as const])));
    process.stdout.write(await guestTable(await listGuests(world), byBridge));
    return 0;
  }
  if (name === undefined) return undefined;
  switch (action) {
    case 'run': {
      const { bridge } = await client.call('network.bridgeName', { network });
      await addGuest(world, name, bridge);
      const guest = world.guest(name);
      const lease = await guest.dhcp({ tries: 12, stay: true });
      process.stdout.write(`${lease === undefined ? words.noLease(name) : words.guestReady(name, (await guest.addresses()).join(', '))}\n`);
      return lease === undefined ? 1 : 0;
    }
    case 'exec':
      return statusOf((await findGuest(world, name)).guest.start(command.length === 0 ? ['sh'] : command, 'inherit'));
    case 'remove':
      await (await findGuest(world, name)).guest.remove();
      return 0;
    default:
      return undefined;
  }
}
