import { attempt, type Session } from '../session.ts';

interface Given {
  readonly network: string;
  readonly grant: string;
}

export async function addGrant(session: Session, { network, grant }: Given): Promise<void> {
  const { t, client } = session;
  session.printJson(await attempt(t('failed.grant', { network }), () => client.call('grant.add', { network, grant })));
  session.tell(t('done.grant', { network, grant }));
}

export async function removeGrant(session: Session, { network, grant }: Given): Promise<void> {
  const { t, client } = session;
  session.printJson(await attempt(t('failed.grant', { network }), () => client.call('grant.remove', { network, grant })));
  session.tell(t('done.revoke', { network, grant }));
}

export async function listGrants(session: Session, { network }: { readonly network: string }): Promise<void> {
  const grants = await attempt(session.t('failed.grants', { network }), () => session.client.call('grant.list', { network }));
  if (session.json) session.printJson(grants);
  else grants.forEach((grant) => session.print(grant));
}
