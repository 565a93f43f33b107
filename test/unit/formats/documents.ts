/** Documents for tests. */

/** A network named `lab` around some elements; an address makes it one that any routed mode accepts. */
export function lab(inner: string, attributes = ''): string {
  return `<network${attributes}><name>lab</name>${inner}</network>`;
}

export const address = "<ip address='192.168.77.1' netmask='255.255.255.0'/>";
export const address6 = "<ip family='ipv6' address='2001:db8:77::1' prefix='64'/>";

/** An `<ip>` with dhcp. */
export function dhcp(inner: string): string {
  return `<ip address='192.168.77.1' netmask='255.255.255.0'><dhcp>${inner}</dhcp></ip>`;
}

export function dhcp6(inner: string): string {
  return `<ip family='ipv6' address='2001:db8:77::1' prefix='64'><dhcp>${inner}</dhcp></ip>`;
}

/** A network onto a bridge of the host. */
export function onHostBridge(inner: string): string {
  return lab(`<forward mode='bridge'/><bridge name='br0'/>${inner}`);
}
