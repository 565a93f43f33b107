// Everything `npm test` runs, in order, and the verdict.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { wantIfupdown } from './ifupdown.mjs';
import { root, run } from './owner.mjs';
import { browserPrograms, find, machinePrograms, wantPeers, wantPrograms } from './programs.mjs';
import { notReady, tell } from './tell.mjs';
import { proveInMachines, whyNoMachines } from './vm.mjs';

const local = (name) => join(root, 'node_modules', name);
const node = process.execPath;
const viaduct = join(root, 'bin/viaduct');
const conformance = join(root, '../shared/conformance/run');

/** Without arguments everything; with arguments only vitest, which gets them. Resolves to the exit status. */
export async function test(args) {
  const isWhole = args.length === 0;
  const failedSteps = isWhole ? await runSteps(steps()) : [];
  const counts = await runVitest(isWhole ? await prepareWhole() : args);
  const proved = isWhole ? await wantMachines() : { passed: 0, failed: 0 };
  for (const title of failedSteps) tell(`Failed: ${title}`, `未通过:${title}`);
  return verdict({ passed: counts.passed + proved.passed, failed: counts.failed + proved.failed + failedSteps.length });
}

/** `npm run test:vm`: what has to be proved in virtual machines. */
export async function testInMachines(names) {
  const why = whyNoMachines();
  if (why === undefined) return verdict(await proveInMachines(names));
  tell(`No virtual machines can be booted here: ${why[0]}.`, `此处无法启动虚拟机:${why[1]}。`);
  return notReady;
}

function verdict({ passed, failed }) {
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Last, because it takes longest; left out where it cannot be had. */
async function wantMachines() {
  const missing = await wantPrograms(whyNoMachines() === undefined ? machinePrograms : []);
  const why = missing.length > 0 ? [`${missing.join(', ')} cannot be had`, `无法安装 ${missing.join('、')}`] : whyNoMachines();
  if (why === undefined) return proveInMachines();
  tell(`Left out what is proved in virtual machines: ${why[0]}.`, `略过虚拟机中的测试:${why[1]}。`);
  return { passed: 0, failed: 0 };
}

/** Gets what the tests cannot get for themselves, because the namespaces they run in lead nowhere. Resolves to vitest's arguments. */
async function prepareWhole() {
  const missing = await wantPeers();
  if (missing.length > 0) tell(`Left out for want of: ${missing.join(', ')}`, `因缺少下列软件包而略过部分测试:${missing.join('、')}`);
  if (!(await wantIfupdown())) tell('Left out for want of: ifupdown', '因缺少下列软件包而略过部分测试:ifupdown');
  await run([viaduct, 'lab', 'image'], { stdio: ['ignore', 'ignore', 'inherit'] });
  return browserPrograms.every(find) ? [] : ['--project', '!console'];
}

function steps() {
  const all = [
    ['types', [node, local('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json']],
    ['types of the console', [node, local('typescript/bin/tsc'), '-p', 'console/tsconfig.json']],
    ['rooms', [node, 'scripts/check-rooms.mjs']],
    ['format', [node, local('oxfmt/bin/oxfmt'), '--check', 'bench', 'console/src', 'scripts', 'src', 'test', 'tools']],
    ['lint', [node, local('oxlint/bin/oxlint'), '--quiet', '--type-aware', '--tsconfig', 'tsconfig.json', 'src', 'test', 'bench']],
  ];
  if (existsSync(conformance)) all.push(['conformance', [node, conformance, '--viaduct', viaduct]]);
  return all;
}

async function runSteps(all) {
  const failed = [];
  for (const [title, argv] of all) {
    const began = Date.now();
    const status = await run(argv);
    tell(
      `${status === 0 ? 'ok' : 'NOT OK'} ${title} (${((Date.now() - began) / 1000).toFixed(1)} s)`,
      `${status === 0 ? '通过' : '未通过'} ${title}(${((Date.now() - began) / 1000).toFixed(1)} 秒)`,
    );
    if (status !== 0) failed.push(title);
  }
  return failed;
}

/** In namespaces of its own: whatever a test does to links and firewalls, this machine's stay as they are. */
async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'viaduct-test-'));
  const report = join(folder, 'report.json');
  try {
    const status = await run([
      viaduct,
      'lab',
      'sandbox',
      '--',
      node,
      local('vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ]);
    if (!existsSync(report)) return { passed: 0, failed: 1 };
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: status === 0 ? numFailedTests : Math.max(1, numFailedTests) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
