/** Networks of every type for the packet tests. Spanning tree is off, so that ports forward at once. */
export interface Shape {
  readonly name: string;
  readonly bridge: string;
  /** The `<forward>` element; empty for an isolated network. */
  readonly forward?: string;
  /** Third number of 192.168.N.0/24, and the same in fd00:N::/64. Without it there is no address on the host. */
  readonly subnet?: number;
  readonly dhcp?: string;
  /** Further elements of `<network>`. */
  readonly more?: string;
  readonly stp?: boolean;
}

export function networkXml({ name, bridge, forward = '', subnet, dhcp, more = '', stp = false }: Shape): string {
  const ipv4 = (n: number): string =>
    `<ip address='192.168.${n}.1' netmask='255.255.255.0'><dhcp>${dhcp ?? `<range start='192.168.${n}.2' end='192.168.${n}.254'/>`}</dhcp></ip>`;
  const ipv6 = (n: number): string => `<ip family='ipv6' address='fd00:${n}::1' prefix='64'/>`;
  return `<network>
  <name>${name}</name>
  ${forward}
  <bridge name='${bridge}' stp='${stp ? 'on' : 'off'}' delay='0'/>
  ${more}
  ${subnet === undefined ? '' : ipv4(subnet) + ipv6(subnet)}
</network>
`;
}

export function gateway(subnet: number): { readonly ipv4: string; readonly ipv6: string } {
  return { ipv4: `192.168.${subnet}.1`, ipv6: `fd00:${subnet}::1` };
}

/** As libvirt installs it. */
export const defaultNetwork = `<network>
  <name>default</name>
  <forward mode='nat'/>
  <bridge name='virbr0' stp='on' delay='0'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='192.168.122.2' end='192.168.122.254'/>
    </dhcp>
  </ip>
</network>
`;
