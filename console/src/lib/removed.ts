import { call } from './api.ts';

/** A network that was deleted from this page, with all it takes to bring it back. */
export interface Removed {
  readonly name: string;
  readonly xml: string;
  readonly autostart: boolean;
  readonly active: boolean;
}

const removed = new Map<string, Removed>();

/** Keeps it until the page is closed. The answer brings it back. */
export function rememberRemoved(network: Removed): () => Promise<void> {
  removed.set(network.name, network);
  return () => bringBack(network.name);
}

export const isRemembered = (name: string): boolean => removed.has(name);

export async function bringBack(name: string): Promise<void> {
  const network = removed.get(name);
  if (network === undefined) return;
  await call('network.define', { xml: network.xml });
  if (network.autostart) await call('network.autostart', { network: name, autostart: true });
  if (network.active) await call('network.start', { network: name });
  removed.delete(name);
}
