import { proveTool } from './host-tool.ts';

/** ifupdown tells its hooks the name servers and sets none itself; Debian 12's hook for resolved loses them between its quotes. */
const hook = '/etc/network/if-up.d/proof';

proveTool({
  backend: 'ifupdown',
  facts: [
    'S057 S067: ifupdown itself makes a bridge over the card, and one over its VLAN, from the files that Viaduct writes',
    'S058: ifupdown makes the same again at the next boot',
  ],
  file: '/etc/network/interfaces.d/wired',
  text: `# the office
auto eth0
iface eth0 inet static
  address 10.0.2.50/24
  gateway 10.0.2.2
  dns-nameservers 10.0.2.3
`,
  first: `printf '#!/bin/sh\\necho $IF_DNS_NAMESERVERS >/run/name-servers-of-$IFACE\\n' >${hook}
    chmod 755 ${hook}
    ifup eth0`,
  dns: 'cat /run/name-servers-of-br0',
  units: ['networking', 'systemd-resolved'],
});
