import { parseNetwork } from '../src/formats/libvirt/network.ts';
import { formatSpec } from '../src/formats/spec.ts';
import type { TestHost } from '../test/netns/harness.ts';

/** NAT networks as many as are wanted, each with DHCP: the usual case. */
export function natNetwork(number: number): { readonly name: string; readonly bridge: string; readonly xml: string } {
  const name = `net${number}`;
  const bridge = `br${number}`;
  const subnet = subnetOf(number);
  const xml = `<network>
  <name>${name}</name>
  <forward mode='nat'/>
  <bridge name='${bridge}' stp='off' delay='0'/>
  <ip address='${subnet}.1' prefix='24'>
    <dhcp><range start='${subnet}.2' end='${subnet}.254'/></dhcp>
  </ip>
</network>
`;
  return { name, bridge, xml };
}

/** One network with room for thousands of guests, whose ends go into one namespace: made on a host, with how a port of it is asked for. */
export async function guestNetwork(
  host: TestHost,
): Promise<{ readonly bridge: string; readonly create: (number: number) => Promise<unknown> }> {
  const { name: network, bridge, xml } = natNetwork(0);
  await host.start(
    xml.replace(`<ip address='10.100.0.1' prefix='24'>`, `<ip address='10.100.0.1' prefix='16'>`).replace('10.100.0.254', '10.100.40.254'),
  );
  await host.host.must(['ip', 'netns', 'add', 'guests']);
  const create = (number: number) =>
    host.client.call('port.create', {
      network,
      name: `g${number}`,
      for: 'none',
      link: { kind: 'veth', netns: 'guests', inside: `e${number}` },
    });
  return { bridge, create };
}

export function subnetOf(number: number): string {
  return `10.${100 + (number >> 8)}.${number & 255}`;
}

export function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** All of them as one specification. */
export function specOf(all: readonly number[]): string {
  return all.map((number) => formatSpec(parseNetwork(natNetwork(number).xml))).join('---\n');
}

/** The same, gone. */
export function absenceOf(all: readonly number[]): string {
  return all.map((number) => `apiVersion: viaduct/v1\nkind: Network\nname: ${natNetwork(number).name}\nabsent: true\n`).join('---\n');
}
