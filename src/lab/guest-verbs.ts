import { connect, type Client, type PortSummary } from '../rest/client.ts';
import { addGuest, findGuest, listGuests } from './guests.ts';
import { guestTable } from './report.ts';
import { enterLab, type RunningLab } from './running.ts';
import { statusOf } from './status.ts';
import { Vm } from './vm.ts';
import { words } from './words.ts';
import type { World } from './world.ts';

export interface GuestRequest {
  readonly action: string | undefined;
  readonly name: string | undefined;
  readonly network: string;
  /** A virtual machine; a network namespace otherwise. */
  readonly vm: boolean;
  /** What to run in the guest; a shell when empty. */
  readonly command: readonly string[];
}

/** `viaduct lab guest …`; resolves to the exit status, undefined when this is no such call. */
export async function runGuestVerb(lab: RunningLab, { action, name, network, vm, command }: GuestRequest): Promise<number | undefined> {
  const world = enterLab(lab);
  using client = connect({ socketPath: lab.socket });
  if (action === 'list') {
    const networks = await client.call('network.list', {});
    const byBridge = new Map(networks.flatMap((one) => (one.bridge === undefined ? [] : [[one.bridge, one.name] as const])));
    process.stdout.write(await guestTable(await listGuests(world), byBridge, (await machinePorts(client)).map(machineRow)));
    return 0;
  }
  if (name === undefined) return undefined;
  const machine = new Vm(name, world.host, lab.folder);
  const port = (await machinePorts(client)).find(({ owner }) => owner.name === name);
  switch (action) {
    case 'run':
      return await (vm || port !== undefined ? runMachine(client, machine, network, port) : runNamespace(world, client, name, network));
    case 'exec':
      if (port === undefined)
        return statusOf((await findGuest(world, name)).guest.start(command.length === 0 ? ['sh'] : command, 'inherit'));
      return print(await machine.exec(command.map(quoted).join(' ')));
    case 'stop':
      if (port === undefined) await findGuest(world, name);
      await machine.stop();
      process.stdout.write(`${words.stopped(name)}\n`);
      return 0;
    case 'remove':
      await machine.stop();
      if (port === undefined) await (await findGuest(world, name)).guest.remove();
      for (const { owner, uuid } of await client.call('port.list', {}))
        if (owner.name === name) await client.call('port.delete', { port: uuid });
      return 0;
    default:
      return undefined;
  }
}

async function runNamespace(world: World, client: Client, name: string, network: string): Promise<number> {
  await addGuest(world, client, name, network);
  const guest = world.guest(name);
  const lease = await guest.dhcp({ tries: 12, stay: true });
  process.stdout.write(`${lease === undefined ? words.noLease(name) : words.guestReady(name, (await guest.addresses()).join(', '))}\n`);
  return lease === undefined ? 1 : 0;
}

/** Switches a machine on; one that was stopped has its port still. */
async function runMachine(client: Client, machine: Vm, network: string, known: PortSummary | undefined): Promise<number> {
  const { name } = machine;
  const port = known ?? (await client.call('port.create', { network, name, for: 'qemu' }));
  const { argv = [] } = await client.call('port.arguments', { port: port.uuid });
  process.stderr.write(`${words.booting(name)}\n`);
  try {
    await machine.start(argv);
  } catch (error) {
    if (known === undefined) await client.call('port.delete', { port: port.uuid });
    throw error;
  }
  const lease = await machine.lease();
  process.stdout.write(`${lease === undefined ? words.noLease(name) : words.guestReady(name, lease.replace(/\/.*/, ''))}\n`);
  return lease === undefined ? 1 : 0;
}

async function machinePorts(client: Client): Promise<readonly PortSummary[]> {
  return (await client.call('port.list', { details: true })).filter(({ client: program }) => program === 'qemu');
}

function machineRow({ owner, network, device = '', mac, attached, addresses = [] }: PortSummary): readonly string[] {
  const known = addresses.filter(({ source }) => source !== 'held').map(({ address }) => address);
  return [owner.name, network.name, device, mac, attached === true ? known.join('  ') || words.noAddress : words.off];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function print({ code, stdout }: { readonly code: number; readonly stdout: string }): number {
  process.stdout.write(stdout);
  return code;
}
