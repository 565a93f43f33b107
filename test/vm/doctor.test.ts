import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, before } from 'node:test';

import type { FindingCode } from '../../src/model/doctor.ts';
import { eventually } from '../netns/harness.ts';
import { Machine } from './machine.ts';
import { proof } from './proof.ts';

/** Where br_netfilter is a module and udev runs: a kernel that has it built in shows none of this. */
const machine = new Machine();
const key = '/proc/sys/net/bridge/bridge-nf-call-iptables';
const conf = '/etc/sysctl.d/bridge.conf';
const rule = '/etc/udev/rules.d/99-bridge.rules';

before(async () => {
  await machine.host.sh('modprobe bridge; modprobe -r br_netfilter');
  for (const folder of ['/etc/sysctl.d', '/etc/udev/rules.d']) mkdirSync(folder, { recursive: true });
  await machine.startDaemon();
});
after(() => machine.close());

const read = (path: string) => readFileSync(path, 'utf8').trim();
const load = () => machine.host.sh('udevadm control --reload; modprobe br_netfilter; udevadm settle');
const unload = () => machine.host.sh('modprobe -r br_netfilter');
const codes = async (): Promise<readonly FindingCode[]> =>
  (await machine.client.call('doctor.examine', {})).findings.map(({ code }) => code);
const filterOf = (bridge: string) => read(`/sys/class/net/${bridge}/bridge/nf_call_iptables`);

proof('S074: a module that is not loaded is told from switches that are off, and its switches are on as soon as it is loaded', async () => {
  assert.equal(existsSync(key), false);
  assert.ok((await codes()).includes('bridge-filter-absent'));
  await load();
  assert.equal(read(key), '1');
  assert.ok((await codes()).includes('bridge-filter-on'));
  await unload();
});

proof('D07: S073: a udev rule that waits for module bridge sets nothing on this kernel, and the doctor says so', async () => {
  writeFileSync(conf, 'net.bridge.bridge-nf-call-iptables = 0\nnet.bridge.bridge-nf-call-ip6tables = 0\n');
  writeFileSync(rule, `ACTION=="add", SUBSYSTEM=="module", KERNEL=="bridge", RUN+="/sbin/sysctl -p ${conf}"\n`);
  await load();
  assert.equal(read(key), '1');
  assert.ok((await codes()).includes('bridge-filter-wrong-module'));
  for (const path of [conf, rule]) rmSync(path);
  await unload();
});

proof(
  'S072: S073: what the doctor writes lasts: where there is no switch yet it sets none, and udev does when the module is loaded',
  async () => {
    await machine.host.sh('ip link add docker0 type bridge');
    await machine.must('doctor', '--fix');
    assert.equal(existsSync(key), false);
    await load();
    await eventually('the switch is off', async () => read(key) === '0');
    assert.ok((await codes()).includes('bridge-filter-off'));
  },
);

proof("S076: Docker's bridges have their own switches, those that Docker makes later too, and no others", async () => {
  assert.equal(filterOf('docker0'), '1');
  await machine.host.sh('ip link add br-0123456789ab type bridge; ip link add other0 type bridge; udevadm settle');
  await eventually('the new bridge has its switch', async () => filterOf('br-0123456789ab') === '1');
  assert.equal(filterOf('other0'), '0');
});

proof('S072: what the doctor takes back is gone: a module that is loaded anew has its switches on again', async () => {
  await machine.must('doctor', '--undo');
  await unload();
  await load();
  assert.equal(read(key), '1');
});
