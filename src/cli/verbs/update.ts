import { updateCommands, updateSections, type UpdateCommand, type UpdateSection } from '../../model/update.ts';
import { UsageError } from '../failure.ts';
import { attempt, type Session } from '../session.ts';
import { readInputFile } from './files.ts';
import { readTarget, type Target } from './target.ts';

interface UpdateOptions extends Target {
  readonly network: string;
  readonly command: string;
  readonly section: string;
  readonly xml: string;
  readonly 'parent-index': number | undefined;
}

export async function update(session: Session, options: UpdateOptions): Promise<void> {
  const { t, client } = session;
  const { network } = options;
  const command = options.command === 'add' ? 'add-last' : options.command;
  if (!isCommand(command)) throw new UsageError(t('usage.update-command', { name: options.command }));
  const { section } = options;
  if (!isSection(section)) throw new UsageError(t('usage.update-section', { name: section }));
  const target = readTarget(options, t);
  const xml = options.xml.startsWith('<') ? options.xml : await readInputFile(session, options.xml);
  const parentIndex = options['parent-index'];
  const updated = await attempt(t('failed.update', { network }), () =>
    client.call('network.update', { network, command, section, xml, ...target, ...(parentIndex === undefined ? {} : { parentIndex }) }),
  );
  session.printJson(updated);
  const live = target.live === true || (target.config !== true && updated.active);
  if (session.quiet || session.json) return;
  // virsh ends this line with the empty one that follows every command.
  session.terminal.stdout(
    live && target.config === true
      ? t('done.update-both', { network })
      : live
        ? t('done.update-live', { network })
        : t('done.update-config', { network }),
  );
}

function isCommand(name: string): name is UpdateCommand {
  return Object.hasOwn(updateCommands, name);
}

function isSection(name: string): name is UpdateSection {
  return Object.hasOwn(updateSections, name);
}
