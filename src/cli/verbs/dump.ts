import { attempt, type Session } from '../session.ts';

interface Filter {
  readonly xpath: string | undefined;
  readonly wrap: boolean;
}

export async function dumpNetwork(
  session: Session,
  { network, inactive, ...filter }: Filter & { readonly network: string; readonly inactive: boolean },
): Promise<void> {
  const what = session.t('failed.get-network', { network });
  await print(session, await attempt(what, () => session.client.call('network.xml', { network, inactive })), filter);
}

export async function dumpPort(
  session: Session,
  { network, port, ...filter }: Filter & { readonly network: string; readonly port: string },
): Promise<void> {
  const what = session.t('failed.get-port', { port });
  await print(session, await attempt(what, () => session.client.call('port.xml', { network, port })), filter);
}

export async function dumpInterface(
  session: Session,
  options: Filter & { readonly interface: string; readonly inactive: boolean },
): Promise<void> {
  const { interface: name, inactive, ...filter } = options;
  const what = session.t('failed.get-interface', { interface: name });
  await print(session, await attempt(what, () => session.client.call('interface.xml', { interface: name, inactive })), filter);
}

async function print(session: Session, { xml }: { readonly xml: string }, { xpath, wrap }: Filter): Promise<void> {
  if (xpath === undefined) {
    if (session.json) session.printJson({ xml });
    else session.terminal.stdout(xml);
    return;
  }
  const { selectXml } = await import('./xpath.ts');
  const selected = selectXml(xml, xpath, wrap, session.t);
  if (session.json) session.printJson({ xml: selected });
  else session.terminal.stdout(selected);
}
