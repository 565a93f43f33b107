// Runs programs as the owner of the checkout, so that `sudo npm start` leaves no file of root's behind.
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

/** Where system programs are, whether or not the user's PATH knows. */
export const programPath = [
  ...new Set([...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin']),
]
  .filter((folder) => folder !== '')
  .join(':');

/** Resolves to the exit status; 128 + n when signal n ended it. Ctrl-C is the child's to answer. */
export function run(argv, { owner = false, env = {}, stdio = 'inherit' } = {}) {
  const ignore = () => {};
  process.on('SIGINT', ignore);
  return new Promise((done, failed) => {
    const child = spawn(argv[0], argv.slice(1), {
      cwd: root,
      stdio,
      ...(owner ? ownership() : {}),
      env: { ...process.env, PATH: programPath, ...(owner ? ownerHome() : {}), ...env },
    });
    const stop = () => child.kill('SIGTERM');
    process.once('SIGTERM', stop);
    child.once('error', failed);
    child.once('close', (code) => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', ignore);
      done(code ?? 143);
    });
  });
}

function ownership() {
  const { uid, gid } = statSync(root);
  return process.getuid() === 0 && uid !== 0 ? { uid, gid } : {};
}

function ownerHome() {
  const { uid } = ownership();
  if (uid === undefined) return {};
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => Number(fields[2]) === uid);
  return entry ? { HOME: entry[5], USER: entry[0], LOGNAME: entry[0], npm_config_cache: join(entry[5], '.npm') } : {};
}
