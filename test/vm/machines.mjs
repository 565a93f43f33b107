// The machines that `npm run test:vm` boots, two at a time, and the proofs that run in each: as root, one after the other.
//
// To add a proof, write `test/vm/NAME.test.ts` with `proof('S036: what is so', async () => …)` (proof.ts) and put
// NAME into a boot below. One that makes its hosts itself, in namespaces (`TestHost`), shares a machine with others
// like it. One that needs services or changes the machine itself gets a machine of its own; so does one that reboots:
// with more than one boot the root disk is kept, and each boot goes on where the one before was shut down.
//
// `npm run test:vm -- NAME…` boots only the machines of these proofs, and `VM_SHELL=1` gives a shell there instead.

/**
 * @typedef {object} Boot
 * @property {readonly string[]} proofs In their order.
 * @property {readonly string[]} [start] Units to start before; see `boot --help` for what is installed.
 *
 * @typedef {object} Machine
 * @property {string} name
 * @property {boolean} [systemd] With services; otherwise the proofs are nearly the first processes.
 * @property {readonly string[]} [nics] As `boot --nic` takes them; one with DHCP where absent.
 * @property {readonly Boot[]} boots
 */

/** @type {readonly Machine[]} */
export const machines = [
  { name: 'vlans', boots: [{ proofs: ['vlan', 'bond'] }] },
  { name: 'filters', boots: [{ proofs: ['vlan-filter', 'open-vswitch'] }] },
  { name: 'resolved', systemd: true, boots: [{ start: ['systemd-resolved'], proofs: ['resolved'] }] },
  { name: 'doctor', systemd: true, boots: [{ proofs: ['doctor'] }] },
  { name: 'wireless', boots: [{ proofs: ['wireless'] }] },
  // The second boot only looks: whatever is there, the program itself has made at boot.
  ...[['netplan', 'systemd-networkd'], ['networkd', 'systemd-networkd'], ['networkmanager', 'NetworkManager'], ['ifupdown']].map(
    ([tool, ...units]) => ({
      name: tool,
      systemd: true,
      boots: [{ start: ['systemd-resolved', ...units], proofs: [`host-${tool}`] }, { proofs: [`host-${tool}`] }],
    }),
  ),
];
