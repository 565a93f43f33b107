import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from './run.ts';

const golden = join(import.meta.dirname, '../../golden/hostconfig');
const xml = (name: string): string => readFileSync(join(golden, name, 'intent.xml'), 'utf8');
const plan = (name: string, stage: 'before' | 'after', backend: string, more: readonly string[] = []) =>
  run(['host', 'plan', 'br0.xml', '--root', join(golden, name, stage, backend), ...more], { files: { 'br0.xml': xml(name) } });

describe('host plan shows how files have to change', () => {
  it('S057: whose files, why, and the difference; exit status 4', async () => {
    const { status, stdout } = await plan('bridge-over-a-nic-by-dhcp', 'before', 'ifupdown');
    expect(status).toBe(4);
    expect(stdout).toBe(`\
Written for ifupdown. /etc/network/interfaces:10 describes eth0 for ifupdown.
--- /etc/network/interfaces
+++ /etc/network/interfaces
@@ -7,4 +7,4 @@
 
 # The primary network interface
 allow-hotplug eth0
-iface eth0 inet dhcp
+iface eth0 inet manual
--- /dev/null
+++ /etc/network/interfaces.d/br0
@@ -0,0 +1,5 @@
+auto br0
+iface br0 inet dhcp
+  bridge_ports eth0
+  bridge_stp off
+  bridge_fd 0
`);
  });

  it('nothing, when the files say so already; exit status 0', async () => {
    const { status, stdout } = await plan('bridge-over-a-nic-by-dhcp', 'after', 'netplan');
    expect(status).toBe(0);
    expect(stdout).toContain('Nothing to do: the files say so already.');
  });

  it('the same to a machine, with the modes of new files', async () => {
    const { status, stdout } = await plan('bridge-over-a-nic-by-dhcp', 'before', 'netplan', ['--json']);
    expect(status).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      backend: 'netplan',
      changes: [{ path: '/etc/netplan/50-cloud-init.yaml' }, { path: '/etc/netplan/90-viaduct.yaml', mode: '0600' }],
    });
  });

  it('S067: several interfaces together', async () => {
    const files = {
      '10.xml': readFileSync(join(golden, 'vlan-bridges/intent1.xml'), 'utf8'),
      '20.xml': readFileSync(join(golden, 'vlan-bridges/intent2.xml'), 'utf8'),
    };
    const { stdout } = await run(['host', 'plan', '10.xml', '--and', '20.xml', '--root', join(golden, 'vlan-bridges/before/ifupdown')], {
      files,
    });
    expect(stdout).toContain('+++ /etc/network/interfaces.d/brvlan10');
    expect(stdout).toContain('+++ /etc/network/interfaces.d/brvlan20');
  });

  it('an interface that goes', async () => {
    const { stdout } = await plan('bridge-removed', 'before', 'ifcfg', ['--remove', 'br0']);
    expect(stdout).toContain('--- /etc/sysconfig/network-scripts/ifcfg-br0\n+++ /dev/null\n');
  });

  it('for another program, when asked', async () => {
    const { stdout } = await plan('bridge-over-a-nic-by-dhcp', 'before', 'ifupdown', ['--backend', 'networkd']);
    expect(stdout).toContain('+++ /etc/systemd/network/10-br0.netdev');
  });

  it('what a dialect cannot say is refused with the reason', async () => {
    const { status, stderr } = await plan('gateway-beside-dhcp', 'before', 'ifupdown');
    expect(status).toBe(1);
    expect(stderr).toContain('ifupdown sets a gateway only beside a fixed address of eth0.');
  });
});
