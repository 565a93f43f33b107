import { existsSync, realpathSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Bell } from './system.ts';

/** dnsmasq rewrites its lease file in place, in several writes; one bell for all of them. */
const settleMs = 20;

/**
 * Rings when a lease file changes and when the host's resolver does. All folders share the one inotify
 * instance of the event loop: a stock kernel grants a user 128 of them.
 */
export function watchFiles(leaseDir: string, onBell: (bell: Bell) => void): Disposable {
  const pending = new Map<string, NodeJS.Timeout>();
  const soon = (key: string, bell: Bell): void => {
    if (pending.has(key)) return;
    const timer = setTimeout(() => {
      pending.delete(key);
      onBell(bell);
    }, settleMs);
    pending.set(key, timer.unref());
  };
  const watchers = [
    watch(leaseDir, { persistent: false }, (_event, name) => {
      const bridge = /^(.+)\.leases$/.exec(name ?? '')?.[1];
      if (bridge !== undefined) soon(`leases/${bridge}`, { kind: 'leases', bridge });
    }),
    ...resolverFolders().map((folder) =>
      watch(folder, { persistent: false }, (_event, name) => {
        if (name === 'resolv.conf') soon('resolver', { kind: 'resolver' });
      }),
    ),
  ];
  return {
    [Symbol.dispose]: () => {
      for (const watcher of watchers) watcher.close();
      for (const timer of pending.values()) clearTimeout(timer);
    },
  };
}

/** Where resolv.conf is, where it points to, and where systemd-resolved keeps its own. */
function resolverFolders(): string[] {
  const folders = ['/etc', '/run/systemd/resolve'];
  if (existsSync('/etc/resolv.conf')) folders.push(dirname(realpathSync('/etc/resolv.conf')));
  return [...new Set(folders)].filter((folder) => existsSync(folder));
}
