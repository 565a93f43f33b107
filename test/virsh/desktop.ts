import { existsSync } from 'node:fs';
import type { Space } from './space.ts';

const needed = [
  '/usr/bin/virt-manager',
  '/usr/bin/Xvfb',
  '/usr/bin/dbus-run-session',
  '/usr/libexec/at-spi-bus-launcher',
  '/usr/lib/python3/dist-packages/pyatspi',
];
/** What virt-manager and its window need and this machine has not. */
export const missingForDesktop = needed.filter((path) => !existsSync(path));

/** Runs one of the scripts that drive virt-manager, on a screen of its own; answers what it saw there. */
export function onDesktop(space: Space, script: string, ...words: readonly string[]): ReturnType<Space['sh']> {
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  return space.sh(
    `../tools/desktop /usr/bin/python3 $(realpath ../tools)/${script} ${quoted} 2>/run/desktop.log | grep -v ^SpiRegistry; exit \${PIPESTATUS[0]}`,
    { seconds: 240 },
  );
}

/** What `virt-manager.py` sees of a connection that has the network "demo", stopped. */
export const seenOfNetworks = `demo is listed
demo is Inactive
demo is Active
demo is Inactive
made-by-mouse is listed
made-by-mouse is Active
made-by-mouse is Inactive
made-by-mouse is Active
isolated-by-mouse is listed
isolated-by-mouse is Active
a network that virsh defines is listed
`;

/** What `virt-manager-nic.py` sees of a running guest. */
export const seenOfCard = 'NIC :aa:00:01 is listed\nthe change is applied\nNIC :aa:00:09 is listed\n';
