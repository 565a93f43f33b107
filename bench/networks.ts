import { parseNetwork } from '../src/formats/libvirt/network.ts';
import { formatSpec } from '../src/formats/spec.ts';

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
