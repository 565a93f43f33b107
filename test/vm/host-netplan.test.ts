import { proveTool } from './host-tool.ts';

proveTool({
  backend: 'netplan',
  facts: [
    'S060 S061: netplan itself makes a bridge over the card, and one over its VLAN, from the files that Viaduct writes',
    'S058: netplan makes the same again at the next boot',
  ],
  file: '/etc/netplan/50-cloud-init.yaml',
  text: `network:
  version: 2
  renderer: networkd
  ethernets:
    eth0:  # the office
      addresses: [10.0.2.50/24]
      routes: [{to: default, via: 10.0.2.2}]
      nameservers: {addresses: [10.0.2.3]}
`,
  first: 'netplan apply',
  units: ['systemd-networkd', 'systemd-resolved'],
});
