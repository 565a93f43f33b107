import { lstatSync } from 'node:fs';
import spawn, { SubprocessError } from 'nano-spawn';
import { ViaductError } from '../model/errors.ts';
import type { BackendName, Described } from '../model/host-config.ts';
import { findProgram } from './facts.ts';

/**
 * How the program that reads a dialect is told that its files changed. Interfaces come with what lies below first;
 * `gone` are those among `before` that no file describes any more.
 */
interface Tool {
  readonly programs: readonly string[];
  /** Before the files change, while they still say how an interface is taken down. */
  readonly leave?: (before: readonly Described[]) => readonly Command[];
  /** After they have changed. */
  readonly enter: (after: readonly Described[], gone: readonly Described[]) => readonly Command[];
}

interface Command {
  readonly argv: readonly string[];
  /** It may have nothing to do, and fail for that. */
  readonly optional?: boolean;
}

/** A DHCP server may be slow, and a spanning tree waits half a minute. */
const commandMs = 90_000;

const isVirtual = ({ type }: Described) => type !== 'ethernet';
const named = (program: string, interfaces: readonly Described[]): Command[] =>
  interfaces.map(({ name }) => ({ argv: [program, name], optional: program === 'ifdown' }));

/** ifup(8) and ifdown(8) know each interface by its stanza; a bridge takes its ports along. */
const ifTools: Tool = {
  programs: ['ifup', 'ifdown'],
  leave: (before) => named('ifdown', before.toReversed()),
  enter: (after) => named('ifup', after),
};

const tools: Record<BackendName, Tool> = {
  // It compares what there is with what there was, and takes away what is no longer described: netplan-apply(8).
  netplan: { programs: ['netplan'], enter: () => [{ argv: ['netplan', 'apply'] }] },
  // Links whose files changed are configured anew, and devices that are new are made; none is taken away: networkctl(1).
  networkd: {
    programs: ['networkctl'],
    enter: (_after, gone) => [
      ...gone.filter(isVirtual).map(({ name }) => ({ argv: ['networkctl', 'delete', name], optional: true })),
      { argv: ['networkctl', 'reload'] },
    ],
  },
  // A profile that is up goes on as it was read then: nmcli(1). What is above is brought up first, and its ports join it.
  networkmanager: {
    programs: ['nmcli'],
    enter: (after) => [
      { argv: ['nmcli', 'connection', 'reload'] },
      ...after.toReversed().flatMap(({ uuid, type }) => {
        if (uuid === undefined) return [];
        const patience = type === 'ethernet' ? ['--wait', '60'] : ['--wait', '0'];
        return [{ argv: ['nmcli', ...patience, 'connection', 'up', 'uuid', uuid] }];
      }),
    ],
  },
  ifupdown: ifTools,
  ifcfg: ifTools,
};

/** Refuses where the programs that read a dialect are not installed, before anything is written. */
export function requireTool(backend: BackendName): void {
  const missing = tools[backend].programs.find((program) => findProgram(program) === undefined);
  if (missing === undefined) return;
  throw new ViaductError('operation-unsupported', `the files are ${backend}'s, and its program ${missing} is not installed here`, {
    hint: `Install it; or say --backend none, and Viaduct changes the host without its files until the next boot. 'viaduct host plan' shows what they would have to say.`,
    params: { backend },
  });
}

/** Tells the back end that its files are about to change. */
export async function leaveFiles(backend: BackendName, before: readonly Described[]): Promise<void> {
  await runAll(tools[backend].leave?.(before) ?? []);
}

/**
 * Has the back end do what its files say now.
 *
 * @throws `apply-failed` with what its program said.
 */
export async function enterFiles(backend: BackendName, after: readonly Described[], gone: readonly Described[]): Promise<void> {
  await runAll(tools[backend].enter(after, gone));
}

/** Whose service runs on this host. systemd keeps a link, to nowhere, for every unit that is up. */
export function runningBackends(): readonly BackendName[] {
  const units = [
    ['networkmanager', 'NetworkManager.service'],
    ['networkd', 'systemd-networkd.service'],
    ['ifupdown', 'networking.service'],
  ] as const;
  return units.flatMap(([name, unit]) =>
    lstatSync(`/run/systemd/units/invocation:${unit}`, { throwIfNoEntry: false }) === undefined ? [] : [name],
  );
}

async function runAll(commands: readonly Command[]): Promise<void> {
  for (const { argv, optional } of commands) {
    const [name = '', ...args] = argv;
    try {
      await spawn(findProgram(name) ?? name, args, { stdin: 'ignore', timeout: commandMs });
    } catch (cause) {
      if (optional === true) continue;
      const said = cause instanceof SubprocessError ? cause.output.trim() : '';
      throw new ViaductError('apply-failed', `'${argv.join(' ')}' failed${said === '' ? '' : `: ${said}`}`, { cause });
    }
  }
}
