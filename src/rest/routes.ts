import type { OperationName } from '../service/operation-types.ts';

/** Where an operation answers. `{network}` in the path, the query of a GET and the body of the rest together are its input. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly summary: string;
}

export const routes: Readonly<Record<OperationName, Route>> = {
  'status.get': { method: 'GET', path: '/status', summary: 'What is up, and what needs attention' },
  'topology.get': { method: 'GET', path: '/topology', summary: 'What hangs on what, with counters' },
  'explain.way': { method: 'GET', path: '/way', summary: 'How one end reaches another, layer by layer' },
  'audit.list': { method: 'GET', path: '/audit', summary: 'The newest changes and who asked for them' },

  'network.list': { method: 'GET', path: '/networks', summary: 'List networks' },
  'network.define': { method: 'POST', path: '/networks', summary: 'Keep a definition, new or changed' },
  'network.create': { method: 'POST', path: '/transient-networks', summary: 'Start a network that is forgotten when it stops' },
  'network.propose': { method: 'GET', path: '/proposal', summary: 'A name, bridge and subnet nobody uses' },
  'network.preview': { method: 'POST', path: '/preview', summary: 'What a definition would become and do' },
  'network.get': { method: 'GET', path: '/networks/{network}', summary: 'One network' },
  'network.copy': { method: 'POST', path: '/networks/{network}/copy', summary: 'Define a second network like this one' },
  'network.undefine': { method: 'DELETE', path: '/networks/{network}', summary: 'Forget the definition' },
  'network.update': { method: 'PATCH', path: '/networks/{network}', summary: 'Change one section of a definition' },
  'network.xml': { method: 'GET', path: '/networks/{network}/xml', summary: 'The definition as libvirt writes it' },
  'network.start': { method: 'POST', path: '/networks/{network}/start', summary: 'Start a network' },
  'network.destroy': { method: 'POST', path: '/networks/{network}/stop', summary: 'Stop a network' },
  'network.autostart': { method: 'PUT', path: '/networks/{network}/autostart', summary: 'Say whether it starts with the host' },
  'network.leases': { method: 'GET', path: '/networks/{network}/leases', summary: 'Addresses given to guests' },
  'network.metadata': { method: 'GET', path: '/networks/{network}/metadata', summary: 'Title, description or a foreign element' },
  'network.setMetadata': {
    method: 'PUT',
    path: '/networks/{network}/metadata',
    summary: 'Change or remove title, description or a foreign element',
  },
  'network.bridgeName': { method: 'GET', path: '/networks/{network}/bridge', summary: 'Name of its bridge' },
  'network.rules': { method: 'GET', path: '/networks/{network}/rules', summary: 'Its firewall rules, with counters' },
  'network.history': { method: 'GET', path: '/history', summary: 'Who changed networks, and how they were before' },
  'network.undoPlan': { method: 'GET', path: '/history/{change}/undo', summary: 'What taking a change back would do' },
  'network.undo': { method: 'POST', path: '/history/{change}/undo', summary: 'Take a change of a network back' },
  'lease.release': { method: 'DELETE', path: '/networks/{network}/leases/{address}', summary: 'Take an address back' },

  'port.list': { method: 'GET', path: '/ports', summary: 'List ports of all networks or of one' },
  'port.create': { method: 'POST', path: '/networks/{network}/ports', summary: 'Plug a guest in' },
  'port.createXml': { method: 'POST', path: '/networks/{network}/ports/xml', summary: 'Plug a guest in, as libvirt describes it' },
  'port.get': { method: 'GET', path: '/networks/{network}/ports/{port}', summary: 'One port' },
  'port.delete': { method: 'DELETE', path: '/networks/{network}/ports/{port}', summary: 'Unplug' },
  'port.xml': { method: 'GET', path: '/networks/{network}/ports/{port}/xml', summary: 'The port as libvirt writes it' },
  'port.setLink': { method: 'PUT', path: '/networks/{network}/ports/{port}/link', summary: 'Pull its cable, or plug it in again' },
  'port.move': {
    method: 'POST',
    path: '/networks/{network}/ports/{port}/move',
    summary: 'Take a port to another network, wire and all',
  },
  'port.arguments': {
    method: 'GET',
    path: '/networks/{network}/ports/{port}/arguments',
    summary: 'What to tell the program that runs the guest',
  },
  'port.open': {
    method: 'POST',
    path: '/networks/{network}/ports/{port}/open',
    summary: 'May its tap be opened; with an upgrade of the connection, its descriptor',
  },
  'grant.list': { method: 'GET', path: '/networks/{network}/grants', summary: 'Who may plug in besides administrators' },
  'grant.add': { method: 'POST', path: '/networks/{network}/grants', summary: 'Let somebody plug in' },
  'grant.remove': { method: 'DELETE', path: '/networks/{network}/grants/{grant}', summary: 'No longer let somebody plug in' },
  'mac.new': { method: 'GET', path: '/mac', summary: 'A MAC address nobody has' },
  'nic.models': { method: 'GET', path: '/nic-models', summary: 'Models of network card that QEMU has here' },
  'guest.list': { method: 'GET', path: '/guests', summary: 'Guests, also those of the hypervisor' },
  'guest.interfaces': { method: 'GET', path: '/guests/{guest}/interfaces', summary: 'The cards of a guest' },
  'guest.addresses': { method: 'GET', path: '/guests/{guest}/addresses', summary: 'The addresses of a guest' },
  'port.setVlan': { method: 'PUT', path: '/networks/{network}/ports/{port}/vlan', summary: 'Change the VLANs it carries' },
  'port.bandwidth': { method: 'GET', path: '/networks/{network}/ports/{port}/bandwidth', summary: 'Its limits' },
  'port.setBandwidth': { method: 'PUT', path: '/networks/{network}/ports/{port}/bandwidth', summary: 'Change its limits' },

  'forward.list': { method: 'GET', path: '/forwards', summary: 'Ports of the host that lead to guests' },
  'forward.add': { method: 'POST', path: '/networks/{network}/forwards', summary: 'Lead a port of the host to a guest' },
  'forward.remove': {
    method: 'DELETE',
    path: '/networks/{network}/forwards/{protocol}/{listen}',
    summary: 'Lead a port to no guest any more',
  },
  'guard.list': { method: 'GET', path: '/guards', summary: 'What guards have dropped' },
  'guard.set': { method: 'PUT', path: '/networks/{network}/guard', summary: 'Say what guests may not forge or offer' },
  'host.names': { method: 'GET', path: '/names', summary: 'Names and addresses of guests' },
  'port.renew': { method: 'POST', path: '/networks/{network}/ports/{port}/renew', summary: 'Make the guest ask for its address again' },

  'spec.plan': { method: 'POST', path: '/plan', summary: 'What applying documents would do' },
  'spec.apply': { method: 'POST', path: '/apply', summary: 'Apply documents in one transaction' },

  'doctor.examine': { method: 'GET', path: '/doctor', summary: 'What is wrong with this host, and what helps' },
  'doctor.fix': { method: 'POST', path: '/doctor/fix', summary: "Keep bridged frames out of the host's packet filter" },
  'doctor.undo': { method: 'POST', path: '/doctor/undo', summary: 'Put back what the doctor changed' },

  'bridge.list': { method: 'GET', path: '/bridges', summary: 'Bridges of this host' },
  'bridge.get': { method: 'GET', path: '/bridges/{bridge}', summary: 'One bridge, with VLANs, states and what it has learnt' },
  'bridge.create': { method: 'POST', path: '/bridges', summary: 'Make a bridge over cards of this host' },
  'bridge.add': { method: 'PUT', path: '/bridges/{bridge}/ports/{port}', summary: 'Put a card into a bridge' },
  'bridge.remove': { method: 'DELETE', path: '/bridges/{bridge}/ports/{port}', summary: 'Take a card out of a bridge' },
  'bridge.delete': { method: 'DELETE', path: '/bridges/{bridge}', summary: 'Take a bridge away' },
  'vlan.list': { method: 'GET', path: '/vlans', summary: 'VLANs of this host' },
  'vlan.create': { method: 'POST', path: '/vlans', summary: 'Make a VLAN of a card, with its bridge' },
  'vlan.delete': { method: 'DELETE', path: '/vlans/{id}', summary: 'Take a VLAN away, with its bridge' },
  'host.apply': { method: 'POST', path: '/host/interfaces', summary: 'Define an interface and bring it up, until somebody confirms it' },
  'host.confirm': { method: 'POST', path: '/host/confirm', summary: 'Keep a change of the host' },
  'host.rollback': { method: 'POST', path: '/host/rollback', summary: 'Take a change of the host back' },
  'host.undo': { method: 'POST', path: '/host/undo', summary: 'Take back what was confirmed last' },
  'host.status': { method: 'GET', path: '/host', summary: 'What waits to be confirmed, and whose files describe which interface' },
  'interface.list': { method: 'GET', path: '/interfaces', summary: 'Interfaces of this host' },
  'interface.define': { method: 'POST', path: '/interfaces', summary: 'Keep an interface definition' },
  'interface.get': { method: 'GET', path: '/interfaces/{interface}', summary: 'One interface' },
  'interface.undefine': { method: 'DELETE', path: '/interfaces/{interface}', summary: 'Forget an interface definition' },
  'interface.xml': { method: 'GET', path: '/interfaces/{interface}/xml', summary: 'The interface as libvirt writes it' },
  'interface.start': { method: 'POST', path: '/interfaces/{interface}/start', summary: 'Bring an interface up' },
  'interface.stop': { method: 'POST', path: '/interfaces/{interface}/stop', summary: 'Take an interface down' },
  'interface.bridge': { method: 'POST', path: '/interfaces/{interface}/bridge', summary: 'Put a bridge over an interface' },
  'interface.unbridge': { method: 'DELETE', path: '/bridges/{bridge}/port', summary: 'Take a bridge away from its one port' },
  'interface.begin': { method: 'POST', path: '/checkpoint', summary: 'Remember the interfaces as they are' },
  'interface.commit': { method: 'PUT', path: '/checkpoint', summary: 'Keep what changed since then' },
  'interface.rollback': { method: 'DELETE', path: '/checkpoint', summary: 'Put the interfaces back' },
};

export const operationNames = Object.keys(routes) as readonly OperationName[];
