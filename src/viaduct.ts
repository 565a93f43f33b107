const [verb, ...rest] = process.argv.slice(2);

if (verb === 'render') {
  const { runRender } = await import('./cli/verbs/render.ts');
  const { readFile } = await import('node:fs/promises');
  const { text } = await import('node:stream/consumers');
  process.exitCode = await runRender(rest, {
    stdin: () => text(process.stdin),
    readFile: (path) => readFile(path, 'utf8'),
    stdout: (output) => process.stdout.write(output),
    stderr: (output) => process.stderr.write(output),
  });
} else if (verb === 'lab') {
  const { runLab } = await import('./lab/cli.ts');
  process.exitCode = await runLab(rest);
} else if (verb === 'daemon') {
  const { runDaemon } = await import('./viaductd.ts');
  process.exitCode = await runDaemon(rest);
} else {
  process.stderr.write('usage: viaduct render …\n');
  process.exitCode = 2;
}
