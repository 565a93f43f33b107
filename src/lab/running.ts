import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { ViaductError } from '../model/errors.ts';
import { through } from './space.ts';
import { World } from './world.ts';

/** A lab that is up on this machine, as its folder tells. */
export interface RunningLab {
  readonly folder: string;
  readonly socket: string;
  /** The `unshare` process that holds its namespaces. */
  readonly holder: number;
  /** The `viaduct lab up` that ends it on SIGTERM. */
  readonly owner: number;
  readonly userNamespace: boolean;
}

const prefix = 'viaduct-lab-';
const file = 'lab.json';

/** A new folder with a short path: the path of a Unix socket has at most 107 bytes. */
export function newLabFolder(): string {
  const base = tmpdir();
  return mkdtempSync(join(base.length > 60 ? '/tmp' : base, prefix));
}

export function socketOf(folder: string): string {
  return join(folder, 'viaduct.sock');
}

export function writeLab(lab: RunningLab): void {
  writeFileSync(join(lab.folder, file), JSON.stringify(lab));
}

/** The lab in this folder, or that of VIADUCT_SOCKET, or the only one. */
export function findLab(chosen?: string): RunningLab {
  const socket = process.env.VIADUCT_SOCKET ?? '';
  const folder = chosen ?? (readLab(dirname(socket)) === undefined ? undefined : dirname(socket));
  const labs = folder === undefined ? runningLabs() : [readLab(folder)].filter((lab) => lab !== undefined);
  const [lab] = labs;
  if (lab === undefined) {
    throw new ViaductError('unreachable', folder === undefined ? 'No lab is running.' : `No lab is running in ${folder}.`, {
      hint: 'Start one with `viaduct lab up`.',
    });
  }
  if (labs.length > 1) {
    throw new ViaductError('invalid-argument', 'Several labs are running.', {
      hint: `Choose one with --lab: ${labs.map((one) => one.folder).join(', ')}`,
    });
  }
  return lab;
}

/** The lab's spaces, entered from here. */
export function enterLab({ holder, userNamespace, folder }: RunningLab): World {
  return new World(through(holder, userNamespace), folder);
}

function runningLabs(): RunningLab[] {
  return [...new Set([tmpdir(), '/tmp'])].flatMap((base) =>
    readdirSync(base)
      .filter((name) => name.startsWith(prefix))
      .flatMap((name) => readLab(join(base, name)) ?? []),
  );
}

/** Undefined when there is none, or it is another user's, or it has ended without tidying up. */
function readLab(folder: string): RunningLab | undefined {
  try {
    const lab = JSON.parse(readFileSync(join(folder, file), 'utf8')) as RunningLab;
    process.kill(lab.owner, 0);
    return lab;
  } catch {
    return undefined;
  }
}
