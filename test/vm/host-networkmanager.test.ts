import { proveTool } from './host-tool.ts';

/** The profile's name is as a desktop in Chinese gives it: nothing here goes by names. */
proveTool({
  backend: 'networkmanager',
  facts: [
    'S044 S046 S048 S049 S050: NetworkManager itself makes a bridge over the card, and one over its VLAN, from the files that Viaduct writes',
    'S058: NetworkManager makes the same again at the next boot',
  ],
  file: '/etc/NetworkManager/system-connections/有线连接 1.nmconnection',
  text: `[connection]
id=有线连接 1
uuid=11111111-0000-4000-8000-000000000001
type=ethernet
interface-name=eth0

[ipv4]
method=manual
address1=10.0.2.50/24,10.0.2.2
dns=10.0.2.3;

[ipv6]
method=disabled
`,
  first: 'nmcli connection reload; nmcli connection up uuid 11111111-0000-4000-8000-000000000001',
  units: ['NetworkManager', 'systemd-resolved'],
});
