import { runCommand } from './cli/main.ts';
import { openTerminal } from './cli/terminal.ts';

const terminal = openTerminal();

process.exitCode = await runCommand(process.argv.slice(2), terminal, {
  daemon: async (words) => {
    // Keeps the young generation of the heap as small as it begins: bursts are rare, and memory that V8 once took it
    // keeps. So before the rest is loaded. Seen on Node 20.20: 87 instead of 95 MiB after an apply of 100 networks.
    const { setFlagsFromString } = await import('node:v8');
    setFlagsFromString('--semi-space-growth-factor=1');
    return (await import('./viaductd.ts')).runDaemon(words);
  },
  watchdog: async (words) => (await import('./watchdog.ts')).runWatchdog(words),
  lab: async (words) => (await import('./lab/cli.ts')).runLab(words),
  render: async (words) => {
    const { runRender } = await import('./cli/verbs/render.ts');
    return runRender(words, { ...terminal, stdin: () => terminal.readInput() });
  },
});
