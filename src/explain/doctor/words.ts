import type { FindingCode } from '../../model/doctor.ts';

/** For each finding its cause and what helps: the first text whose values it carries. */
export type FindingTexts = Readonly<Record<FindingCode, { readonly cause: readonly string[]; readonly fix?: readonly string[] }>>;

export const findingTexts: FindingTexts = {
  'bridge-filter-absent': {
    cause: [
      'Module {{module}} is not loaded, so frames that stay inside a bridge pass no packet filter of this host. That is not the same as switches that are off: whoever loads it (Docker does) turns them all on.',
    ],
    fix: ['`viaduct doctor --fix` has them turned off whenever the module is loaded.'],
  },
  'bridge-filter-off': {
    cause: ['Frames that stay inside a bridge pass no packet filter of this host: the switches of {{module}} are 0.'],
  },
  'bridge-filter-on': {
    cause: [
      'Frames between guests of {{bridge}} pass the packet filter of this host ({{keys}}), which lets them through at present; it costs time for each frame.',
      'Frames that stay inside a bridge pass the packet filter of this host ({{keys}}). No guests are on one now.',
    ],
    fix: ['`viaduct doctor --fix` turns it off.'],
  },
  'bridge-filter-drops': {
    cause: [
      'Guests of {{bridge}} do not reach each other over {{family}}: {{module}} shows their frames to the packet filter of this host ({{keys}}), and {{chain}} of {{table}} drops them, by {{rule}}.',
      'Guests of {{bridge}} do not reach each other over {{family}}: {{module}} shows their frames to the packet filter of this host ({{keys}}), and {{chain}} of {{table}} drops what no rule of it accepts.',
    ],
    fix: ['`viaduct doctor --fix` keeps such frames out of the filter. Or accept them there: {{accept}}', 'Accept them there: {{accept}}'],
  },
  'bridge-filter-may-drop': {
    cause: [
      'Guests of {{bridge}} may not reach each other over {{family}}: {{module}} shows their frames to the packet filter of this host ({{keys}}), and {{chain}} of {{table}} may drop them, by {{rule}}; some of its rules are beyond this check.',
      'Guests of {{bridge}} may not reach each other over {{family}}: {{module}} shows their frames to the packet filter of this host ({{keys}}), and {{chain}} of {{table}} drops what no rule of it accepts; some of its rules are beyond this check.',
    ],
    fix: ['`viaduct doctor --fix` keeps such frames out of the filter. Or accept them there: {{accept}}', 'Accept them there: {{accept}}'],
  },
  'bridge-filter-docker': {
    cause: [
      'Docker wants the opposite for its own bridges ({{bridges}}): that their frames pass the filter. The switches of the host are for all bridges at once; the one that a bridge has for itself can add to them, but takes nothing back.',
    ],
    fix: [
      "Two ways. `viaduct doctor --fix` turns the host's switches off and gives Docker's bridges their own, also those that Docker makes later. Or the switches stay, and frames between guests are accepted where Docker keeps rules for that: {{accept}}",
    ],
  },
  'bridge-filter-kubernetes': {
    cause: [
      'Kubernetes wants {{keys}}, for all bridges of this host, and checks it ({{bridges}}): so the doctor leaves the switches alone.',
    ],
    fix: ['Accept frames between guests explicitly: {{accept}}'],
  },
  'bridge-filter-forgotten': {
    cause: ['The switches are 0, but no file says so: when {{module}} is loaded at the next start of this host they are 1.'],
    fix: ['`viaduct doctor --fix` writes it down.'],
  },
  'bridge-filter-too-early': {
    cause: [
      '{{key}} is set when the host starts. {{module}} is not loaded by then, so there is no such switch yet; when the module comes the switch is 1, and nobody reads this file again.',
    ],
    fix: ['`viaduct doctor --fix` adds a udev rule that does.'],
  },
  'bridge-filter-wrong-module': {
    cause: [
      'The rule waits for module {{waits}}, but on this kernel ({{release}}) the switches come with {{module}}, since Linux {{since}}: when it fires there is nothing to set.',
      'The rule waits for module {{waits}}, which brings no switches on this kernel ({{release}}): they come with {{module}}.',
    ],
    fix: ['Write KERNEL=="{{module}}" there; or let `viaduct doctor --fix` write a rule of its own, and remove this one.'],
  },
  'bridge-filter-undone': {
    cause: ['`viaduct doctor --fix` has turned {{key}} off, and somebody has turned it on again since.'],
    fix: ['See who does (Docker, when it starts), and turn it off again: viaduct doctor --fix'],
  },
  'forwarding-on': {
    cause: ['{{key}} is 1, as these networks need it: {{networks}}; Viaduct turns it on again when somebody turns it off.'],
  },
  'forwarding-off': {
    cause: ['{{key}} is {{value}}, so this host passes on nothing of these networks: {{networks}}.'],
    fix: ['Viaduct turns it on within a second. If it is off again and again, find who turns it off: grep -r {{key}} /etc'],
  },
  'forwarding-file-off': {
    cause: [
      'The file sets {{key}} to 0. Each `sysctl --system` cuts guests of these networks off ({{networks}}) until Viaduct notices, within a second.',
    ],
    fix: ['Take the line out of {{file}}.'],
  },
  'advertisements-kept': {
    cause: ['{{link}} lives from router advertisements, and this host forwards IPv6: accept_ra is 2, so that it goes on doing so.'],
  },
  'advertisements-lost': {
    cause: [
      '{{link}} lives from router advertisements, and passes over them because this host forwards IPv6 and accept_ra is {{value}}: its default route ends with the last one it heard.',
    ],
    fix: ['sysctl -w net.ipv6.conf.{{link}}.accept_ra=2'],
  },
  'way-out-well': { cause: ['Network {{network}} leaves by {{uplink}}, and no packet filter of this host stands in its way.'] },
  'way-out-none': {
    cause: ['This host has no default route for {{family}}, so guests of network {{network}} get nowhere either.'],
    fix: ["Give the host's card an address and a gateway, by DHCP or by hand: NAT only passes on what the host can reach itself."],
  },
  'way-out-missing': {
    cause: ['Network {{network}} may leave by {{uplink}} alone, and this host has no such interface.'],
    fix: ["Correct dev='{{uplink}}' in <forward>: viaduct net-edit {{network}}"],
  },
  'way-out-down': { cause: ['Network {{network}} leaves by {{uplink}}, which is down.'], fix: ['Bring it up: ip link set {{uplink}} up'] },
  'way-out-unplugged': {
    cause: ['Network {{network}} leaves by {{uplink}}, which has no carrier.'],
    fix: ['Look after its cable, or the switch at the other end.'],
  },
  'way-out-dropped': {
    cause: [
      'What goes from {{in}} to {{out}} over {{family}} is dropped: {{chain}} of {{table}} does so, by {{rule}}. So network {{network}} has no way out, whatever the rules of Viaduct say: a drop in any table is final.',
      'What goes from {{in}} to {{out}} over {{family}} is dropped: {{chain}} of {{table}} drops what no rule of it accepts. So network {{network}} has no way out, whatever the rules of Viaduct say: a drop in any table is final.',
    ],
    fix: ['Accept it there: {{accept}}'],
  },
  'way-out-may-drop': {
    cause: [
      'What goes from {{in}} to {{out}} over {{family}}, for network {{network}}, may be dropped by {{chain}} of {{table}}, by {{rule}}; some of its rules are beyond this check.',
      'What goes from {{in}} to {{out}} over {{family}}, for network {{network}}, may be dropped: {{chain}} of {{table}} drops what no rule of it accepts, and some of its rules are beyond this check.',
    ],
    fix: ['If guests get nowhere, accept it there: {{accept}}'],
  },
  'firewall-unread': {
    cause: [
      'The rules of other programs could not be read: there is no program nft here, so nobody looked whether they drop what guests send.',
    ],
    fix: ['Install the package nftables.'],
  },
  'network-public': {
    cause: [
      'Network {{network}} translates its addresses and gives out {{subnet}}, which others have on the internet: its guests never reach those, and get no answer instead of an error.',
    ],
    fix: ['Take a private block instead: one of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.'],
  },
  'card-given-away': {
    cause: [
      'Network {{network}} hands {{card}} to one guest alone, and {{card}} carries the default route of this host: as soon as a guest has it, the host and all other guests are without.',
    ],
    fix: ['Give the network another card, or put the card into a bridge that all share: viaduct bridge create br0 --port {{card}}'],
  },
  'guests-apart': {
    cause: [
      'Guests {{one}} ({{address}}) and {{other}} ({{otherAddress}}) hang on {{bridge}} together, but are in different subnets, and {{bridge}} has no router: they do not reach each other.',
    ],
    fix: ['Give both an address of one subnet, or give the network an address of the host, which is then their gateway.'],
  },
  'port-astray': {
    cause: [
      'Guest {{guest}} is plugged into {{bridge}} by {{link}}, say its definition and every table made from it; the kernel has {{link}} in {{master}}.',
      'Guest {{guest}} is plugged into {{bridge}} by {{link}}, say its definition and every table made from it; the kernel has {{link}} in no bridge at all.',
    ],
    fix: ['Put it back: ip link set {{link}} master {{bridge}}'],
  },
  'network-well': { cause: ['The host is as network {{network}} wants it.'] },
  'network-troubled': {
    cause: ['Network {{network}} is in trouble: {{reason}}'],
    fix: ['viaduct net-info {{network}} and journalctl -u viaduct tell more.'],
  },
  'network-differs': {
    cause: ['The host is not as network {{network}} wants it. Still to do: {{steps}}.'],
    fix: ['Viaduct puts that right by itself; if it comes back, another program manages the same links or rules.'],
  },
};
