import { statSync } from 'node:fs';
import spawn from 'nano-spawn';
import { ViaductError } from '../model/errors.ts';
import { isVirtio, modelName, type NicModel } from '../model/nic-model.ts';
import { findProgram } from './facts.ts';

/** The QEMU of this host, and the network cards it has. */
export interface QemuCards {
  readonly program: string;
  readonly version: string;
  readonly models: readonly NicModel[];
}

/** How QEMU calls the machines that Node calls otherwise. */
const machines: Readonly<Record<string, string>> = { x64: 'x86_64', ia32: 'i386', arm64: 'aarch64', ppc64: 'ppc64' };
/** Red Hat puts it where no PATH leads. */
const redHats = '/usr/libexec/qemu-kvm';

const answerWithinMs = 10_000;

let known: { readonly file: string; readonly cards: Promise<QemuCards> } | undefined;

/** What the QEMU of this host says of itself, asked once for each installed file; undefined where there is none. */
export async function qemuCards(): Promise<QemuCards | undefined> {
  const program = findProgram(`qemu-system-${machines[process.arch] ?? process.arch}`) ?? findProgram('qemu-kvm') ?? fileOf(redHats)?.path;
  const file = program === undefined ? undefined : fileOf(program);
  if (file === undefined) return undefined;
  if (known?.file !== file.identity) known = { file: file.identity, cards: askQemu(file.path) };
  try {
    return await known.cards;
  } catch (cause) {
    known = undefined;
    throw cause;
  }
}

function fileOf(path: string): { readonly path: string; readonly identity: string } | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && { path, identity: `${path} ${stat.ino} ${stat.mtimeMs} ${stat.size}` };
}

/** Its help names its network devices; which of them are cards, with a wire and an address, their properties tell. */
async function askQemu(program: string): Promise<QemuCards> {
  const run = async (args: readonly string[], input = ''): Promise<string> => {
    try {
      return (await spawn(program, ['-machine', 'none', ...args], { stdin: { string: input }, timeout: answerWithinMs })).stdout;
    } catch (cause) {
      throw new ViaductError('program-missing', `${program} does not say which network cards it has`, {
        hint: `Try it: ${program} -machine none -device help`,
        params: { program },
        cause,
      });
    }
  };
  const devices = devicesIn(await run(['-device', 'help']));
  const asked = [
    { execute: 'qmp_capabilities' },
    ...devices.map(({ device }) => ({ execute: 'device-list-properties', arguments: { typename: device }, id: device })),
    { execute: 'quit' },
  ];
  const said = await run(['-nodefaults', '-display', 'none', '-qmp', 'stdio'], asked.map((each) => `${JSON.stringify(each)}\n`).join(''));
  const { version, cards } = readMonitor(said);
  return { program, version, models: usualFirst(devices.filter(({ device }) => cards.has(device))) };
}

/** The network devices in `-device help`: `name "e1000", bus PCI, alias "e1000-82540em", desc "Intel …"`. Pure. */
export function devicesIn(help: string): readonly NicModel[] {
  const [, section = ''] = /^Network devices:\n((?:.+\n?)*)/m.exec(help) ?? [];
  return section.split('\n').flatMap((line) => {
    const of = (field: string) =>
      new RegExp(`(?:^|, )${field} (?:"([^"]*)"|([^,"]+))`)
        .exec(line)
        ?.slice(1)
        .find((value) => value !== undefined);
    const [device, bus, alias, description] = [of('name'), of('bus'), of('alias'), of('desc')];
    // The half of a virtio card that sits inside one of the others.
    if (device === undefined || bus === undefined || bus === 'virtio-bus') return [];
    return [
      {
        name: modelName(device),
        device,
        aliases: alias === undefined ? [] : [alias],
        bus: bus.replace(/-bus$/, '').toUpperCase(),
        ...(description !== undefined && { description }),
        needsDrivers: isVirtio(device) || /paravirtual/i.test(description ?? ''),
      },
    ];
  });
}

/** What a monitor answered: its greeting, then one line for each question. Pure. */
export function readMonitor(text: string): { readonly version: string; readonly cards: ReadonlySet<string> } {
  const lines = text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Said] : []));
  const { major, minor, micro } = lines.find(({ QMP }) => QMP !== undefined)?.QMP?.version.qemu ?? { major: 0, minor: 0, micro: 0 };
  const isCard = (properties: Said['return']) =>
    Array.isArray(properties) && ['netdev', 'mac'].every((needed) => properties.some(({ name }) => name === needed));
  return {
    version: `${major}.${minor}.${micro}`,
    cards: new Set(lines.flatMap(({ id, return: said }) => (id !== undefined && isCard(said) ? [id] : []))),
  };
}

interface Said {
  readonly QMP?: { readonly version: { readonly qemu: { readonly major: number; readonly minor: number; readonly micro: number } } };
  readonly id?: string;
  readonly return?: readonly { readonly name: string }[] | object;
}

function usualFirst(models: readonly NicModel[]): readonly NicModel[] {
  return models.toSorted((a, b) => Number(isVirtio(b.name)) - Number(isVirtio(a.name)));
}
