import { parseArgs } from 'node:util';
import { ViaductError } from '../../model/errors.ts';
import type { Network, NetworkDraft } from '../../model/network.ts';
import type { Mac, Uuid } from '../../model/units.ts';
import { updateCommands, updateSections, type UpdateCommand, type UpdateSection } from '../../model/update.ts';

/** What an offline command needs from the terminal. */
export interface RenderIo {
  stdin(): Promise<string>;
  readFile(path: string): Promise<string>;
  stdout(text: string): void;
  stderr(text: string): void;
}

const usage = `usage: viaduct render xml|port-xml|interface|dnsmasq|nftables FILE
       viaduct render update --xml FILE --command COMMAND --section SECTION [--parent-index N] FRAGMENT

FILE and FRAGMENT may be - for standard input.
COMMAND  ${Object.keys(updateCommands).join(' ')}
SECTION  ${Object.keys(updateSections).join(' ')}
`;

/**
 * Turns documents into what they mean, without a daemon: libvirt's XML as libvirt would print it again, and
 * the files and rules a network would get. Nothing is made up, so what the input leaves open stays open.
 *
 * @returns The exit status: 1 for a document that is refused, 2 for a wrong call.
 */
export async function runRender(argv: readonly string[], io: RenderIo): Promise<number> {
  const [kind, ...rest] = argv;
  const read = (path: string) => (path === '-' ? io.stdin() : io.readFile(path));
  try {
    const text = await render(kind, rest, read);
    if (text === undefined) {
      io.stderr(usage);
      return 2;
    }
    io.stdout(text);
    return 0;
  } catch (error) {
    io.stderr(explain(error));
    return 1;
  }
}

type Read = (path: string) => Promise<string>;

/** Undefined when the call makes no sense. */
async function render(kind: string | undefined, argv: readonly string[], read: Read): Promise<string | undefined> {
  if (kind === 'update') return renderUpdate(argv, read);
  const [path, extra] = argv;
  if (path === undefined || extra !== undefined) return undefined;
  const { parseNetwork, formatNetwork } = await import('../../formats/libvirt/network.ts');
  switch (kind) {
    case 'xml':
      return formatNetwork(parseNetwork(await read(path)));
    case 'port-xml': {
      const { parsePort, formatPort } = await import('../../formats/libvirt/port.ts');
      return formatPort(parsePort(await read(path)));
    }
    case 'interface': {
      const { parseInterface, formatInterface } = await import('../../formats/libvirt/interface.ts');
      return formatInterface(parseInterface(await read(path)));
    }
    case 'dnsmasq': {
      const { renderDnsmasq } = await import('../../compile/linux/dnsmasq.ts');
      return renderDnsmasq(await withPlaceholders(parseNetwork(await read(path))));
    }
    case 'nftables': {
      const { renderNftables } = await import('../../compile/linux/nftables.ts');
      return renderNftables(await withPlaceholders(parseNetwork(await read(path))));
    }
    default:
      return undefined;
  }
}

async function renderUpdate(argv: readonly string[], read: Read): Promise<string | undefined> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    strict: false,
    options: { xml: { type: 'string' }, command: { type: 'string' }, section: { type: 'string' }, 'parent-index': { type: 'string' } },
  });
  const [fragment, extra] = positionals;
  const index = values['parent-index'];
  if (typeof values.xml !== 'string' || !isCommand(values.command) || !isSection(values.section)) return undefined;
  if (fragment === undefined || extra !== undefined || (index !== undefined && !/^(-1|\d+)$/.test(String(index)))) return undefined;
  const [{ parseNetwork, formatNetwork }, { applyUpdate }] = await Promise.all([
    import('../../formats/libvirt/network.ts'),
    import('../../formats/libvirt/update.ts'),
  ]);
  const edit = { command: values.command, section: values.section, xml: await read(fragment) };
  const network = parseNetwork(await read(values.xml));
  return formatNetwork(applyUpdate(network, index === undefined ? edit : { ...edit, parentIndex: Number(index) }));
}

function isCommand(text: unknown): text is UpdateCommand {
  return typeof text === 'string' && Object.hasOwn(updateCommands, text);
}

function isSection(text: unknown): text is UpdateSection {
  return typeof text === 'string' && Object.hasOwn(updateSections, text);
}

/** What the daemon would make up; the rendered files only need something in its place. */
async function withPlaceholders(draft: NetworkDraft): Promise<Network> {
  const { fillDefaults } = await import('../../model/defaults.ts');
  return fillDefaults(draft, {
    // oxlint-disable-next-line no-unsafe-type-assertion -- it is one
    uuid: () => '00000000-0000-0000-0000-000000000000' as Uuid,
    // oxlint-disable-next-line no-unsafe-type-assertion -- it is one
    mac: () => '52:54:00:00:00:00' as Mac,
    bridgeTaken: () => false,
  });
}

function explain(error: unknown): string {
  const { message } = error instanceof Error ? error : { message: String(error) };
  const hint = error instanceof ViaductError ? error.hint : undefined;
  return `error: ${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`;
}
