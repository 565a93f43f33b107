/** Every text of the console. `zh-CN.ts` has the same keys: the compiler checks it. */
export const en = {
  nav: { topology: 'Topology', networks: 'Networks', guests: 'Guests', host: 'Host', activity: 'Activity', skip: 'Skip to content', main: 'Main' },
  shell: {
    offline: 'The line to the daemon is down. Numbers below are old; the page reconnects by itself.',
    theme: 'Dark mode', language: '中文', search: 'Search', palette: 'Go to a page, a network or a guest', help: 'Keyboard keys', nothingFound: 'Nothing has that name.', problems_one: '{{count}} problem', problems_other: '{{count}} problems', readOnly: '{{user}} may look, not change',
    keys: { palette: 'Go to anything', search: 'Search in this page', help: 'This list', move: 'Next and previous row', open: 'Open the row' },
  },
  common: {
    active: 'active', inactive: 'inactive', trouble: 'in trouble', yes: 'yes', no: 'no', cancel: 'Cancel', close: 'Close', refresh: 'Refresh', copy: 'Copy', copied: 'Copied',
    loading: 'Loading', failed: 'That did not work', hint: 'What helps', none: 'none', save: 'Save', name: 'Name', state: 'State', actions: 'Actions', edit: 'Edit', undo: 'Undo',
    filter: 'Filter', clear: 'Clear', export: 'Export', more: 'More',
  },
  modes: {
    nat: 'NAT', route: 'Routed', open: 'Open', isolated: 'Isolated', veryIsolated: 'Very isolated', bridge: 'LAN bridge', private: 'macvtap, private', vepa: 'macvtap, VEPA', passthrough: 'macvtap, passthrough', hostdev: 'Direct assignment',
  },
  topology: {
    title: 'Topology', outside: 'Outside', hostPort: 'host', idle: 'idle: no ports', emptyTitle: 'No networks yet', emptyBody: 'Pick what your guests should reach; you see what will be done before it is done.',
    readOnly: 'Belongs to {{owner}}: shown, never touched.', exportSvg: 'SVG', exportPng: 'PNG', exportMermaid: 'Mermaid', receives: 'receives', sends: 'sends', tap: 'tap', mac: 'MAC', addresses: 'Addresses', stp: 'STP',
    nat: 'NAT', route: 'routes', drops: 'drops', fit: 'Show all', legend: 'Lines', wire: 'frames pass', natEdge: 'packets leave under the host’s address', routeEdge: 'packets are routed', details: 'Details', device: 'Device', roles: { trunk: 'trunk', access: 'VLAN {{vlan}}', uplink: 'uplink' }, allStates: 'Problems only',
  },
  networks: {
    title: 'Networks', create: 'New network', mode: 'Mode', subnet: 'Addresses', bridge: 'Bridge', guests: 'Ports', autostart: 'Autostart', start: 'Start', stop: 'Stop', remove: 'Delete', persistent: 'Persistent', clone: 'Clone',
    stopTitle: 'Stop {{name}}?', stopNobody: 'Nobody is plugged in.', stopBody: 'These guests lose this network until it is started again: {{guests}}. They are plugged back in then.', removeTitle: 'Delete {{name}}?', removeBody: 'Its definition is removed. You can undo this for as long as the page stays open.', removed: '{{name}} was deleted.',
    emptyTitle: 'No networks yet', emptyBody: 'A network is a virtual switch for your guests. Start with one of these.', started: '{{name}} is running.', stopped: '{{name}} is stopped.', cloneTitle: 'Clone {{name}}', cloneBody: 'The copy gets a subnet and a bridge of its own. Reservations and names that point into the old subnet are left out.',
  },
  network: {
    overview: 'Overview', ports: 'Ports', leases: 'Leases', rules: 'Rules', dns: 'DNS', definition: 'Definition', uuid: 'UUID', domain: 'Domain', dhcp: 'DHCP', forward: 'Forwarding', none: 'This network has none.',
    noPorts: 'Nobody is plugged in yet.', noLeases: 'No address has been given out yet.', noRules: 'Viaduct has no packet rules for this network.', hostname: 'Host name', expires: 'Expires', never: 'never', address: 'Address', keep: 'Keep this address', kept: '{{mac}} will always get {{address}}.', release: 'Release', reserved: 'Reserved', notGiven: 'not given out', reserve: 'Add reservations', reserveCount_one: 'Add {{count}} reservation', reserveCount_other: 'Add {{count}} reservations', reservationLines: 'One line for each guest: MAC, address, name', reservationHelp: 'Paste a list: blanks, commas or semicolons between the columns, in any order. The name may be left out.', forget: 'Forget', forgotten: '{{address}} is free again.', leasesFree: '{{used}} given out, {{free}} of {{pool}} free', noDns: 'Guests of this network ask somebody else’s name server.', noRecords: 'It answers the names of guests with leases, and asks the host’s name servers about all others.', answer: 'Answer', names: 'Names', addName: 'Add name', forwarder: 'forwarder', copySsh: 'Copy ssh line', client: 'Client', guest: 'Guest', owner: 'Owner', plug: 'Plugged into', tap: 'Tap',
    view: { xml: 'libvirt XML', yaml: 'YAML', virsh: 'virsh commands' }, apply: 'Apply', valid: 'This can be applied.', checking: 'Checking…', unchanged: 'Nothing would change.', applied: 'Applied.', plan: 'What will be done', liveNow: 'This changes the running network at once.', traffic: 'Traffic', troubled: 'This network needs attention',
  },
  create: {
    title: 'New network', question: 'What should guests reach?', name: 'Name', subnet: 'Subnet', dhcp: 'DHCP range', bridge: 'Bridge', uplink: 'Way out', anyUplink: 'any', hostBridge: 'Bridge on this host', device: 'Device', create: 'Create and start', plan: 'What will be done', commands: 'The same by hand', who: 'Who can reach whom', from: 'from', to: 'to', guest: 'guest', host: 'host', outside: 'outside', ipv6: 'IPv6 subnet', optional: 'optional', advanced: 'More settings', mtu: 'MTU', domain: 'DNS domain', stp: 'Spanning tree', autostart: 'Start at boot',
    intents: { nat: 'The internet, through this host', bridge: 'My LAN, directly', isolated: 'Each other and this host', veryIsolated: 'Only each other', route: 'The LAN, routed with their own addresses', open: 'Whatever my own firewall allows', vlan: 'One VLAN of my LAN', macvtap: 'The LAN, through one NIC (macvtap)' },
    about: {
      nat: 'Guests share this host’s address, as at home behind a router. Nobody outside can start a connection to them.',
      bridge: 'Guests sit on your LAN like any other computer and get their address from your router. Needs a bridge on this host.',
      isolated: 'Guests and this host talk; nothing passes on. DHCP and DNS work.',
      veryIsolated: 'This host has no address here at all. Guests only reach each other, and bring their own addresses.',
      route: 'Guests keep their own addresses outside. Your LAN’s router must know the way back.',
      open: 'Routed, and Viaduct adds no packet rules: your own firewall decides.',
      vlan: 'Guests sit in one VLAN of your LAN: their frames leave with its tag. Needs a bridge on this host and a kernel that filters VLANs on it.',
      macvtap: 'Each guest is a second MAC on your NIC. Guests and this host do not reach each other.',
    },
    routeHint: 'Your LAN’s router needs this route: {{route}}', taken: 'Overlaps with {{other}}. Free: {{free}}', yes: 'yes', no: 'no', replies: 'answers only', created: '{{name}} is running.', switch: 'switch', tag: 'VLAN tag', refused: 'This network cannot be', noBridge: 'This host has no bridge yet', noBridgeHelp: 'Guests reach a LAN directly through a bridge of this host that has a NIC as its port. Make one with the host’s own network configuration, then come back.',
  },
  ports: {
    attach: 'Attach a guest', attachTitle: 'Attach a guest to {{name}}', client: 'Run by', tapOnly: 'tap only', arguments: 'Arguments for its program', linkUp: 'Plug the cable in', linkDown: 'Pull the cable', limits: 'Limits', receiveLimit: 'Receives at most, Mbit/s', sendLimit: 'Sends at most, Mbit/s', noLimit: 'Empty: no limit.', notARate: 'A number above 0, such as 100 or 2.5.', capture: 'Capture {{seconds}} s (pcapng)', unplug: 'Unplug', unplugTitle: 'Unplug {{name}}?', unplugBody: 'The guest loses its network {{network}}, and the wire is removed. A guest that runs needs a new port and a restart of its card.', unplugged: '{{name}} was unplugged.',
    virtio: 'The card is a virtio one: Linux has its driver, Windows needs virtio-win first.',
    states: { planned: 'planned: network is not running', plugged: 'plugged in, nobody there', up: 'up', gone: 'gone', cut: 'cable pulled', down: 'down', learning: 'learning', blocking: 'blocked by spanning tree' },
    sources: { lease: 'lease', reservation: 'reserved', held: 'held', seen: 'seen on the wire' },
  },
  login: { title: 'Log in to Viaduct', token: 'Token', where: 'On the host, root finds it with: cat /var/lib/viaduct/console-token', enter: 'Log in', leave: 'Log out' },
  guests: { title: 'Guests', network: 'Network', addresses: 'Addresses', how: 'Known from', empty: 'No guest is plugged into a network of this host.', lease: 'lease', neighbour: 'seen on the wire', state: 'Port', rate: 'Traffic' },
  host: { title: 'Host', interfaces: 'Interfaces', bridges: 'Bridges', type: 'Type', mtu: 'MTU', owner: 'Belongs to', master: 'Member of', received: 'Received', sent: 'Sent', dropped: 'Dropped', errors: 'Errors', hardware: 'NIC' },
  activity: { title: 'Activity', events: 'Events', audit: 'Who did what', time: 'Time', what: 'What', who: 'Who', result: 'Result', ok: 'done', quiet: 'Nothing has happened since this page was opened.', noAudit: 'Nobody has changed anything since the daemon was started.',
    kinds: { 'network-defined': '{{name}} was defined', 'network-undefined': '{{name}} was undefined', 'network-started': '{{name}} was started', 'network-stopped': '{{name}} was stopped', 'network-updated': '{{name}} was updated', 'network-metadata': 'Notes on {{name}} were changed', 'network-healed': '{{name}} was repaired: {{detail}}', 'network-troubled': '{{name}} is in trouble: {{detail}}', 'port-created': 'A guest was plugged into {{name}}', 'port-deleted': 'A guest was unplugged from {{name}}', 'lease-given': '{{detail}} was given out on {{name}}', 'lease-ended': '{{detail}} was given back on {{name}}', 'links-changed': 'Devices changed: {{detail}}' },
  },
};

type Texts<T> = { [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };
export type Catalogue = Texts<typeof en>;
