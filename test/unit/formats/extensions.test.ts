import { describe, expect, test } from 'vitest';
import { editMetadata } from '../../../src/formats/libvirt/extensions.ts';
import { setMetadata } from '../../../src/formats/libvirt/metadata.ts';
import { formatNetwork, parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { formatSpec, parseSpec } from '../../../src/formats/spec.ts';
import type { Network } from '../../../src/model/network.ts';
import { parseForward } from '../../../src/model/port-forward.ts';

const metadata = `<metadata>
    <app:note xmlns:app="urn:app">mine</app:note>
    <viaduct:forwards xmlns:viaduct="urn:viaduct:forwards">
      <viaduct:forward protocol="tcp" port="8080" to="web" toPort="80"/>
      <viaduct:forward protocol="udp" address="192.0.2.1" port="8000" end="8010" to="192.168.77.5" toPort="9000"/>
    </viaduct:forwards>
    <viaduct:guard xmlns:viaduct="urn:viaduct:guard" mac="yes" ra="no"/>
  </metadata>`;
const xml = networkXml(metadata);

function networkXml(inside: string, mode = 'nat'): string {
  return `<network>
  <name>blue</name>
  ${inside}
  <forward mode='${mode}'>${mode === 'nat' ? '<nat><port start="1024" end="65535"/></nat>' : ''}</forward>
  <bridge name='virbr7' stp='on' delay='0'/>
  <ip address='192.168.77.1' netmask='255.255.255.0'/>
</network>
`;
}

test("forwards and guards are kept in the metadata, after everybody else's", () => {
  const network = parseNetwork(xml);
  expect(network.metadata.map(({ uri }) => uri)).toEqual(['urn:app']);
  expect(network.forwards).toEqual([
    { protocol: 'tcp', ports: { start: 8080, end: 8080 }, to: 'web', toPort: 80 },
    { protocol: 'udp', address: '192.0.2.1', ports: { start: 8000, end: 8010 }, to: '192.168.77.5', toPort: 9000 },
  ]);
  expect(network.guard).toEqual({ mac: true, ra: false });
  expect(formatNetwork(network)).toContain(metadata);
});

test('forwards and guards are short in YAML, and the same network', () => {
  const yaml = formatSpec(parseNetwork(xml));
  expect(yaml).toContain(
    'forwards:\n  - tcp 8080 web:80\n  - udp 192.0.2.1:8000-8010 192.168.77.5:9000\nguard:\n  mac: true\n  ra: false\n',
  );
  expect(parseSpec(yaml)[0]?.network).toEqual(parseNetwork(xml));
});

test('`guard: true` is every guard', () => {
  const [document] = parseSpec('apiVersion: viaduct/v1\nkind: Network\nname: blue\nmode: nat\nsubnet: 192.168.77.0/24\nguard: true\n');
  expect(document?.network.guard).toEqual({ mac: true, ipv4: true, ipv6: true, arp: true, nd: true, dhcpServer: true, ra: true });
});

test('whoever edits our metadata edits the forwards', () => {
  const network = parseNetwork(xml) as Network;
  expect(editMetadata(network, (whole) => setMetadata(whole, 'element', undefined, { uri: 'urn:viaduct:forwards' }))).not.toHaveProperty(
    'forwards',
  );
  const set = editMetadata(network, (whole) =>
    setMetadata(whole, 'element', '<forwards><forward protocol="tcp" port="22" to="web"/></forwards>', {
      uri: 'urn:viaduct:forwards',
      key: 'viaduct',
    }),
  );
  expect(set.forwards).toEqual([{ protocol: 'tcp', ports: { start: 22, end: 22 }, to: 'web', toPort: 22 }]);
});

test('guards that need to know addresses are refused on a bridge of the host, others are not', () => {
  const xml = (guard: string) =>
    `<network><name>m</name><metadata><g:guard xmlns:g='urn:viaduct:guard' ${guard}/></metadata><forward mode='bridge'/><bridge name='br0'/></network>`;
  expect(() => parseNetwork(xml("mac='yes' arp='yes' ipv4='yes'"))).toThrow(
    /Network 'm' cannot guard ipv4, arp: its guests have their addresses from elsewhere/,
  );
  expect(parseNetwork(xml("mac='yes' ra='yes'")).guard).toEqual({ mac: true, ra: true });
});

test('guards are refused where frames of guests pass no bridge', () => {
  const xml =
    "<network><name>m</name><metadata><g:guard xmlns:g='urn:viaduct:guard' mac='yes'/></metadata><forward mode='private'><interface dev='eth0'/></forward></network>";
  expect(() => parseNetwork(xml)).toThrow(/mode 'private' cannot guard its ports/);
});

describe('a forward is refused', () => {
  const rows: { name: string; typed: [string, string, string]; message: RegExp }[] = [
    { name: 'of a protocol without ports', typed: ['icmp', '1', 'web'], message: /'icmp' is no protocol/ },
    { name: 'of port 0', typed: ['tcp', '0', 'web'], message: /'0' is no range/ },
    { name: 'of a reversed range', typed: ['tcp', '9-8', 'web'], message: /'9-8' is no range/ },
    { name: 'of too many ports', typed: ['tcp', '1-2000', 'web'], message: /more than 1024 ports/ },
    { name: 'past the last port of the guest', typed: ['tcp', '10-20', 'web:65530'], message: /no port of a guest/ },
    { name: 'on a loopback address', typed: ['tcp', '127.0.0.1:80', 'web'], message: /loopback/ },
    { name: 'between the families', typed: ['tcp', '192.0.2.1:80', '[2001:db8::1]:80'], message: /other family/ },
    { name: 'to a name that no guest can have', typed: ['tcp', '80', 'a b'], message: /neither a guest's name/ },
  ];
  for (const { name, typed, message } of rows) test(name, () => expect(() => parseForward(...typed)).toThrow(message));

  test('in a network that nothing is forwarded to', () => {
    const inside =
      '<metadata><f:forwards xmlns:f="urn:viaduct:forwards"><f:forward protocol="tcp" port="1" to="web"/></f:forwards></metadata>';
    expect(() => parseNetwork(networkXml(inside).replace(/<forward mode.*\n/, ''))).toThrow(/mode 'isolated' cannot forward ports/);
  });

  test('to an address outside the network, and of a port that is forwarded already', () => {
    const inside = (more: string) =>
      `<metadata><f:forwards xmlns:f="urn:viaduct:forwards"><f:forward protocol="tcp" port="5" end="9" to="web"/>${more}</f:forwards></metadata>`;
    expect(() => parseNetwork(networkXml(inside('<f:forward protocol="tcp" port="1" to="192.168.78.1"/>')))).toThrow(
      /no address of network 'blue'/,
    );
    expect(() => parseNetwork(networkXml(inside('<f:forward protocol="tcp" port="9" address="192.0.2.1" to="db"/>')))).toThrow(
      /are the same port/,
    );
  });
});
