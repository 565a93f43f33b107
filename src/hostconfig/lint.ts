import { contains, formatSubnet, parseAddress, parseSubnet } from '../model/address.ts';
import type { HostFinding } from '../model/host-config.ts';
import { portNames, type Draft } from './draft.ts';

/** What is wrong across all files of a host: found by reading, before anything is brought up. */
export function lintDrafts(drafts: readonly Draft[]): HostFinding[] {
  return [...lostPorts(drafts), ...addressedPorts(drafts), ...wrongVlans(drafts), ...wrongAddresses(drafts), ...noWayOut(drafts)];
}

const about = (one: Draft, message: string, hint: string): HostFinding => ({
  file: one.file,
  line: one.line,
  object: one.name,
  message,
  hint,
});

/** A port that joins what no file defines stays alone after the next boot. */
function lostPorts(drafts: readonly Draft[]): HostFinding[] {
  const names = new Set(drafts.map(({ name }) => name));
  return drafts.flatMap((one) =>
    one.master === undefined || names.has(one.master)
      ? []
      : [about(one, `${one.name} joins ${one.master}, which no file defines`, `Define ${one.master}, or correct its name.`)],
  );
}

/** Frames for an enslaved NIC's own address go up through the bridge: the address stops answering. */
function addressedPorts(drafts: readonly Draft[]): HostFinding[] {
  const byName = new Map(drafts.map((one) => [one.name, one]));
  return [...portNames(drafts)].flatMap(([master, ports]) =>
    [...ports].flatMap((port) => {
      const one = byName.get(port);
      if (
        one === undefined ||
        byName.get(master)?.type !== 'bridge' ||
        (one.addresses.length === 0 && one.dhcp4 !== true && one.dhcp6 !== true)
      )
        return [];
      return [about(one, `${port} is a port of ${master} and has addresses of its own, which will not answer`, `Move them to ${master}.`)];
    }),
  );
}

/** IEEE 802.1Q: 0 means "no VLAN, only a priority", 4095 is reserved, 4096 does not fit into twelve bits. */
function wrongVlans(drafts: readonly Draft[]): HostFinding[] {
  const seen = new Map<string, string>();
  return drafts.flatMap((one) => {
    if (one.type !== 'vlan' || one.vlan === undefined) return [];
    const { tag, lower } = one.vlan;
    if (!Number.isInteger(tag) || tag < 1 || tag > 4094)
      return [
        about(
          one,
          `VLAN ID ${tag} of ${one.name} is not valid`,
          'VLAN IDs go from 1 to 4094: 0 and 4095 are reserved, and 12 bits hold no more.',
        ),
      ];
    const key = `${lower}.${tag}`;
    const other = seen.get(key);
    seen.set(key, one.name);
    return other === undefined
      ? []
      : [about(one, `${one.name} and ${other} are both VLAN ${tag} of ${lower}`, 'One device carries an ID once.')];
  });
}

function wrongAddresses(drafts: readonly Draft[]): HostFinding[] {
  return drafts.flatMap((one) => {
    const findings: HostFinding[] = [];
    for (const text of one.addresses) {
      if (parseAddress(text.split('/')[0] ?? '') === undefined)
        findings.push(about(one, `"${text}" on ${one.name} is not an address`, 'Write it like 192.0.2.10/24.'));
      else if (!text.includes('/'))
        findings.push(about(one, `${text} on ${one.name} has no prefix length`, `Write it like ${text}/${text.includes(':') ? 64 : 24}.`));
    }
    for (const text of [one.gateway4, one.gateway6]) {
      const gateway = text === undefined ? undefined : parseAddress(text);
      const subnets = one.addresses.flatMap((address) => parseSubnet(address) ?? []).filter(({ family }) => family === gateway?.family);
      if (
        gateway === undefined ||
        subnets.length === 0 ||
        text?.startsWith('fe80:') === true ||
        subnets.some((subnet) => contains(subnet, gateway))
      )
        continue;
      findings.push(
        about(
          one,
          `gateway ${text} of ${one.name} is not in ${subnets.map(formatSubnet).join(' or ')}`,
          'The default route cannot be set; correct the gateway or the prefix.',
        ),
      );
    }
    return findings;
  });
}

/** A bridge with fixed addresses and no default route anywhere cuts the host off from everything but its LAN. */
function noWayOut(drafts: readonly Draft[]): HostFinding[] {
  const hasWayOut = drafts.some(
    (one) => one.gateway4 !== undefined || one.gateway6 !== undefined || one.dhcp4 === true || one.dhcp6 === true || one.autoconf === true,
  );
  if (hasWayOut) return [];
  return drafts
    .filter((one) => one.type === 'bridge' && one.addresses.length > 0)
    .map((one) => about(one, `${one.name} has no default route`, 'Add a gateway, or the host reaches only its own LAN.'));
}
