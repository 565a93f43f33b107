import { proveTool } from './host-tool.ts';

proveTool({
  backend: 'networkd',
  facts: [
    'S062: systemd-networkd itself makes a bridge over the card, and one over its VLAN, from the files that Viaduct writes',
    'S058: systemd-networkd makes the same again at the next boot',
  ],
  file: '/etc/systemd/network/20-wired.network',
  text: `# the office
[Match]
Name=eth0

[Network]
Address=10.0.2.50/24
Gateway=10.0.2.2
DNS=10.0.2.3
`,
  first: 'networkctl reload',
  units: ['systemd-networkd', 'systemd-resolved'],
});
