import { runCommand } from './cli/main.ts';
import { openTerminal } from './cli/terminal.ts';

const terminal = openTerminal();

process.exitCode = await runCommand(process.argv.slice(2), terminal, {
  daemon: async (words) => (await import('./viaductd.ts')).runDaemon(words),
  watchdog: async (words) => (await import('./watchdog.ts')).runWatchdog(words),
  lab: async (words) => (await import('./lab/cli.ts')).runLab(words),
  render: async (words) => {
    const { runRender } = await import('./cli/verbs/render.ts');
    return runRender(words, { ...terminal, stdin: () => terminal.readInput() });
  },
});
