import type { Session } from '../session.ts';
import { version as ownVersion } from '../../model/version.ts';

export async function version(session: Session): Promise<void> {
  if (session.json) session.printJson({ version: ownVersion });
  else session.print(ownVersion);
}
