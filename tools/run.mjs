// `npm start`, `npm test` and `npm run bench`: gets this machine ready, then does it. Steps whose work is done are skipped.
import { join } from 'node:path';

import { bench } from './bench.mjs';
import { needBuild } from './build.mjs';
import { programPath, root } from './owner.mjs';
import { needPackages } from './packages.mjs';
import { browserPrograms, labPrograms, machinePrograms, needPrograms, testPrograms } from './programs.mjs';
import { giveUp } from './tell.mjs';
import { test, testInMachines } from './test.mjs';

const [task, ...rest] = process.argv.slice(2);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  giveUp(
    `Viaduct needs Node.js 20.19 or newer; this is ${process.versions.node}.`,
    `Viaduct 需要 Node.js 20.19 或更高版本;当前为 ${process.versions.node}。`,
  );
}
if (process.platform !== 'linux')
  giveUp('Viaduct builds networks of the Linux kernel: run it on Linux.', 'Viaduct 使用 Linux 内核构建网络,请在 Linux 上运行。');
process.env.PATH = programPath;

const programs = {
  start: labPrograms,
  'test:console': [...testPrograms, ...browserPrograms],
  'test:vm': machinePrograms,
};
await needPrograms(programs[task] ?? testPrograms);
await needPackages();
await needBuild();

const viaduct = join(root, 'bin/viaduct');
switch (task) {
  case 'start':
    // This process becomes the lab: nothing stands between it and Ctrl-C.
    process.argv = [process.execPath, viaduct, 'lab', 'up', ...rest];
    await import(viaduct);
    break;
  case 'test':
    process.exitCode = await test(rest);
    break;
  case 'test:console':
    process.exitCode = await test(['--project', 'console', ...rest]);
    break;
  case 'test:vm':
    process.exitCode = await testInMachines(rest);
    break;
  case 'bench':
    process.exitCode = await bench(rest);
    break;
  default:
    giveUp(
      'Usage: node tools/run.mjs start|test|test:console|test:vm|bench [ARGUMENT]…',
      '用法:node tools/run.mjs start|test|test:console|test:vm|bench [参数]…',
    );
}
