import type { NetworkSummary } from '../../rest/client.ts';
import { ViaductError } from '../../model/errors.ts';
import { attempt, type Session } from '../session.ts';
import { unifiedDiff } from './text-diff.ts';
import type { ExitStatus } from '../verb.ts';
import { readInputFile } from './files.ts';
import { isNothing, placed, printPlan } from './plan.ts';

/** With a file: its networks against the definitions, line by line. Without: the host against its definitions. */
export async function diff(session: Session, { file }: { readonly file: string | undefined }): Promise<ExitStatus> {
  return file === undefined ? diffHost(session) : diffFile(session, file);
}

async function diffFile(session: Session, file: string): Promise<ExitStatus> {
  const { t, client } = session;
  const text = await readInputFile(session, file);
  const changes = await placed(session, file, t('failed.diff', { file }), async () => {
    const { networks } = await client.call('network.preview', { text });
    return Promise.all(
      networks.map(async ({ name, xml }) => ({ network: name, diff: unifiedDiff(await definitionOf(session, name), xml, name, file) })),
    );
  });
  const differing = changes.filter((change) => change.diff !== '');
  if (session.json) session.printJson(differing);
  else differing.forEach((change) => session.terminal.stdout(change.diff));
  if (differing.length > 0) return 4;
  session.tell(t('diff.none'));
  return 0;
}

async function definitionOf({ client }: Session, network: string): Promise<string> {
  try {
    return (await client.call('network.xml', { network, inactive: true })).xml;
  } catch (error) {
    if (error instanceof ViaductError && error.code === 'network-not-found') return '';
    throw error;
  }
}

/** A plan of what is defined already has only the steps that repair the host. */
async function diffHost(session: Session): Promise<ExitStatus> {
  const { t, client } = session;
  const planned = await attempt(t('failed.drift'), async () => {
    const networks = await client.call('network.list', { persistent: true });
    if (networks.length === 0) return undefined;
    const { parseNetwork } = await import('../../formats/libvirt/network.ts');
    const { formatSpec } = await import('../../formats/spec.ts');
    const describe = async ({ uuid, active, autostart }: NetworkSummary): Promise<string> => {
      const { xml } = await client.call('network.xml', { network: uuid, inactive: true });
      return formatSpec(parseNetwork(xml, { stored: true }), { active, autostart });
    };
    return client.call('spec.plan', { text: (await Promise.all(networks.map(describe))).join('---\n') });
  });
  if (session.json) session.printJson(planned ?? { steps: [], definitions: [], digest: '' });
  if (planned === undefined || isNothing(planned)) {
    session.tell(t('diff.none'));
    return 0;
  }
  if (!session.json) {
    session.print(t('diff.drift'));
    printPlan(session, planned);
  }
  return 4;
}
