import { parseArgs } from 'node:util';

import { checkConnectivity } from './check.ts';
import { runGuestVerb } from './guest-verbs.ts';
import { listGuests } from './guests.ts';
import { liveInside, up } from './lab.ts';
import { conclusion, isAsPromised, verdictTable } from './report.ts';
import { enterLab, findLab } from './running.ts';
import { checkSandbox, startInSandbox } from './sandbox.ts';
import { statusOf } from './status.ts';
import { vmImage } from './vm-image.ts';
import { words } from './words.ts';

const options = {
  check: { type: 'boolean' },
  lab: { type: 'string' },
  network: { type: 'string' },
  vm: { type: 'boolean' },
  netns: { type: 'boolean' },
  console: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** `viaduct lab …`; resolves to the exit status. `argv` starts after `lab`. */
export async function runLab(argv: readonly string[]): Promise<number> {
  const split = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const command = argv.slice(split + 1);
  const parsed = parse(argv.slice(0, split));
  if (parsed === undefined) return wrongCall();
  const { values, positionals } = parsed;
  const [verb, second, third] = positionals;
  if (values.help === true) {
    process.stdout.write(words.usage);
    return 0;
  }
  switch (verb) {
    case 'up':
      return up(values.check === true);
    case 'inside':
      return liveInside(second ?? '', values.check === true, values.console);
    case 'check':
      return check(values.lab);
    case 'guest':
      return (
        (await runGuestVerb(findLab(values.lab), {
          action: second,
          name: third,
          network: values.network ?? 'default',
          vm: values.vm === true,
          command,
        })) ?? wrongCall()
      );
    case 'down':
      process.kill(findLab(values.lab).owner, 'SIGTERM');
      return 0;
    case 'image':
      process.stdout.write(`${(await vmImage()).folder}\n`);
      return 0;
    case 'sandbox':
      if (command.length === 0) return wrongCall();
      await checkSandbox();
      return statusOf(startInSandbox(command));
    default:
      return wrongCall();
  }
}

function parse(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> | undefined {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    return undefined;
  }
}

function wrongCall(): number {
  process.stderr.write(words.usage);
  return 2;
}

async function check(folder: string | undefined): Promise<number> {
  const world = enterLab(findLab(folder));
  for (const { guest } of await listGuests(world)) world.guest(guest.name);
  const verdicts = await checkConnectivity(world);
  process.stdout.write(`${verdictTable(verdicts)}\n${conclusion(verdicts)}\n`);
  return isAsPromised(verdicts) ? 0 : 1;
}
