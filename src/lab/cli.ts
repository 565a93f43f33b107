import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { parseArgs } from 'node:util';

import { ViaductError } from '../model/errors.ts';
import { connect } from '../rest/client.ts';
import { checkConnectivity } from './check.ts';
import { addGuest, findGuest, listGuests } from './guests.ts';
import { liveInside, up } from './lab.ts';
import { conclusion, guestTable, isAsPromised, verdictTable } from './report.ts';
import { enterLab, findLab } from './running.ts';
import { checkSandbox, startInSandbox } from './sandbox.ts';
import { words } from './words.ts';

/** `viaduct lab …`; resolves to the exit status. `argv` starts after `lab`. */
export async function runLab(argv: readonly string[]): Promise<number> {
  const split = argv.indexOf('--');
  const command = split === -1 ? [] : argv.slice(split + 1);
  const { values, positionals } = parseArgs({
    args: argv.slice(0, split === -1 ? argv.length : split),
    allowPositionals: true,
    options: { check: { type: 'boolean' }, console: { type: 'string' }, lab: { type: 'string' }, network: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const [verb, sub, guest] = positionals;
  if (values.help === true || verb === undefined) return print(words.usage, verb === undefined && values.help !== true ? 1 : 0);
  switch (verb) {
    case 'up':
      return up(values.check === true);
    case 'inside':
      return liveInside(sub ?? '', values.check === true, values.console);
    case 'check': {
      const verdicts = await checkConnectivity(await theLab());
      return print(`${verdictTable(verdicts)}\n${conclusion(verdicts)}\n`, isAsPromised(verdicts) ? 0 : 1);
    }
    case 'down':
      process.kill(findLab(values.lab).owner, 'SIGTERM');
      return 0;
    case 'sandbox':
      await checkSandbox();
      return statusOf(startInSandbox(command));
    case 'guest':
      return guestVerb(sub, guest);
    default:
      return print(words.usage, 1);
  }

  async function theLab(): Promise<ReturnType<typeof enterLab>> {
    const world = enterLab(findLab(values.lab));
    for (const { guest } of await listGuests(world)) world.guest(guest.name);
    return world;
  }

  async function guestVerb(action: string | undefined, guestName: string | undefined): Promise<number> {
    const lab = findLab(values.lab);
    const world = enterLab(lab);
    using client = connect({ socketPath: lab.socket });
    if (action === 'list') {
      const networks = await client.call('network.list', {});
      const byBridge = new Map(networks.flatMap(({ bridge, name }) => (bridge === undefined ? [] : [[bridge, name] as const])));
      return print(await guestTable(await listGuests(world), byBridge), 0);
    }
    if (guestName === undefined) return print(words.usage, 1);
    switch (action) {
      case 'run': {
        const { bridge } = await client.call('network.bridgeName', { network: values.network ?? 'default' });
        await addGuest(world, guestName, bridge);
        const guest = world.guest(guestName);
        if ((await guest.dhcp({ tries: 12, stay: true })) === undefined) return print(`${words.noLease(guestName)}\n`, 1);
        return print(`${words.guestReady(guestName, (await guest.addresses()).join(', '))}\n`, 0);
      }
      case 'exec': {
        const { guest } = await findGuest(world, guestName);
        return statusOf(guest.start(command.length === 0 ? ['sh'] : command, 'inherit'));
      }
      case 'remove':
        await (await findGuest(world, guestName)).guest.remove();
        return 0;
      default:
        return print(words.usage, 1);
    }
  }
}

function print(text: string, status: number): number {
  process.stdout.write(text);
  return status;
}

/** Ctrl-C is for the command: we wait and pass on how it ended. */
async function statusOf(child: ReturnType<typeof spawn>): Promise<number> {
  const ignore = (): void => undefined;
  const stop = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', ignore).once('SIGTERM', stop);
  child.once('error', (cause) => {
    throw new ViaductError('program-missing', 'The command could not be started.', { cause });
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  process.off('SIGINT', ignore).off('SIGTERM', stop);
  return code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
}
