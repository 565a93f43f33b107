import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { exchanges, hasRoot, transcript, viaduct } from './space.ts';
import type { Exchange } from './space.ts';

/**
 * Other programs and languages than virsh, unmodified, held to what they print against libvirtd 9.0 of Debian 12.
 * libvirt-dbus is not among them: it opens hypervisors only, whose daemon asks the network daemon in its own turn, and
 * Debian's never does; with a real virtqemud it is tried (virtqemud-guest.test.ts).
 */
const bindings: readonly { readonly name: string; readonly scenario: string; readonly told: string; readonly needs: readonly string[] }[] =
  [
    { name: "Perl's Sys::Virt", scenario: 'perl', told: 'recorded/perl', needs: ['/usr/lib/x86_64-linux-gnu/perl5/5.36/Sys/Virt.pm'] },
    { name: 'ruby-libvirt', scenario: 'ruby', told: 'recorded/ruby', needs: ['/usr/share/doc/ruby-libvirt'] },
    {
      name: 'libvirt-glib',
      scenario: 'glib',
      told: 'recorded/glib',
      needs: ['/usr/lib/x86_64-linux-gnu/girepository-1.0/LibvirtGObject-1.0.typelib', '/usr/lib/python3/dist-packages/gi'],
    },
    {
      name: "Ansible's virt_net",
      scenario: 'ansible',
      told: 'recorded/ansible',
      needs: [
        '/usr/lib/python3/dist-packages/ansible_collections/community/libvirt/plugins/modules/virt_net.py',
        '/usr/lib/python3/dist-packages/lxml',
      ],
    },
    // Terraform is not in Debian; this is the library that its libvirt provider speaks through, making its calls.
    {
      name: 'go-libvirt of DigitalOcean',
      scenario: 'terraform',
      told: 'recorded/terraform',
      needs: ['/usr/bin/go', '/usr/share/gocode/src/github.com/digitalocean/go-libvirt'],
    },
    {
      name: "Go's binding of libvirt's C library",
      scenario: 'go',
      told: 'recorded/go',
      needs: [
        '/usr/bin/go',
        '/usr/bin/gcc',
        '/usr/bin/pkg-config',
        '/usr/include/stdlib.h',
        '/usr/include/libvirt/libvirt.h',
        '/usr/share/gocode/src/github.com/libvirt/libvirt-go',
      ],
    },
    { name: 'libvirt-php', scenario: 'php', told: 'recorded/php', needs: ['/usr/bin/php', '/usr/lib/php/20220829/libvirt-php.so'] },
    // libvirt's own network daemon is refused by it, for want of capabilities.
    {
      name: "virt-install's library",
      scenario: 'own/virtinst',
      told: 'expected/virtinst',
      needs: ['/usr/share/virt-manager/virtinst/network.py'],
    },
  ];

for (const { name, scenario, told, needs } of bindings) {
  const missing = needs.filter((path) => !existsSync(path));
  if (missing.length > 0) console.log(`${name} is not tried, for want of ${missing.join(', ')}`);
  describe.skipIf(!hasRoot || missing.length > 0)(name, () => {
    let ours: readonly Exchange[] = [];
    beforeAll(async () => {
      ours = exchanges(await transcript(viaduct, scenario));
    }, 300_000);
    const theirs = exchanges(readFileSync(join(import.meta.dirname, `${told}.txt`), 'utf8'));
    theirs.forEach((exchange, index) => test(exchange.command, () => expect(ours[index]).toEqual(exchange)));
  });
}
