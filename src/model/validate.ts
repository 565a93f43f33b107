import { about, inPart } from './blame.ts';
import { ViaductError } from './errors.ts';
import { ownsBridge, type NetworkDraft, type Vlan } from './network.ts';
import { validateForwards } from './port-forward.ts';
import { validateDns, validateDomain } from './validate-dns.ts';
import { validateForward } from './validate-forward.ts';
import { validateIps, validateReservations, validateRoutes } from './validate-ip.ts';
import { oneLine } from './validate-text.ts';
import { refuseVlanId } from './vlan.ts';

/**
 * What a network's definition has to keep to, whatever document it came from. The sentences are libvirt's
 * where libvirt has that error. What depends on the host (a name that is taken, a subnet in use, a bridge
 * name the kernel refuses) is found when the network is defined or started.
 */
export function validateNetwork(draft: NetworkDraft): void {
  validateNames(draft);
  validateForward(draft);
  validateForeignBridge(draft);
  validateDomain(draft);
  validateDns(draft);
  validateIps(draft);
  validateRoutes(draft);
  validateVlans(draft);
  validateBandwidths(draft);
  validatePortGroups(draft);
  validateForwards(draft);
  validateGuard(draft);
  for (const option of draft.dnsmasqOptions) oneLine(option, 'xml-invalid', `dnsmasq option '${option}' of network '${draft.name}'`);
}

/** Bytes; the name is a file's name, with up to 16 more. */
const longestName = 239;

function validateNames({ name, title, bridge }: NetworkDraft): void {
  if (name === '') throw new ViaductError('name-missing', 'missing name information', { hint: 'Add <name>…</name>.' });
  const bad = /[/\p{Cc}]/u.exec(name)?.[0];
  if (bad !== undefined) {
    throw new ViaductError('xml-value', `invalid char in name: ${bad}`, { hint: 'A network name has no slash and no control character.' });
  }
  const { length } = new TextEncoder().encode(name);
  if (name === '.' || name === '..' || length > longestName) {
    const reason = length > longestName ? `${length} bytes, and the name of a file takes ${longestName}` : `'${name}' names no file`;
    throw new ViaductError('xml-value', `invalid name: ${reason}`, {
      hint: 'A network is kept in a file of its name: choose another one.',
    });
  }
  if (title?.includes('\n') === true) {
    throw new ViaductError('xml-invalid', "Network title can't contain newlines", { hint: 'Put longer text into <description>.' });
  }
  if (bridge?.name !== undefined) oneLine(bridge.name, 'xml-invalid', `bridge name '${bridge.name}' of network '${name}'`);
  if (bridge?.zone !== undefined) oneLine(bridge.zone, 'xml-invalid', `bridge zone '${bridge.zone}' of network '${name}'`);
}

/** What only a bridge of our own can have. */
function validateForeignBridge(draft: NetworkDraft): void {
  if (ownsBridge(draft)) return;
  const { name, bridge, dns, forward } = draft;
  const { mode } = forward;
  const wrong = (what: string) => new ViaductError('xml-invalid', `${what} (network '${name}')`, { hint: ownBridgeHint });
  if (mode !== 'bridge') {
    if (bridge?.name !== undefined) throw wrong(`bridge name not allowed in ${mode} mode`);
    if (bridge?.zone !== undefined) throw wrong(`bridge zone not allowed in ${mode} mode`);
    if (bridge?.macTableManager !== undefined) throw wrong(`bridge macTableManager setting not allowed in ${mode} mode`);
  }
  if (bridge?.stp !== undefined || (bridge?.delay ?? 0) > 0 || bridge?.zone !== undefined) {
    throw wrong(`bridge delay/stp/zone options only allowed in route, nat, and isolated mode, not in ${mode}`);
  }
  if (draft.mtu !== undefined) throw wrong(`mtu size only allowed in open, route, nat, and isolated mode, not in ${mode}`);
  const unsupported = {
    '<mac>': draft.mac !== undefined,
    '<ip>': draft.ips.length > 0,
    '<domain>': draft.domain !== undefined,
    '<dns>': dns !== undefined && dns.txts.length + dns.srvs.length + dns.hosts.length > 0,
  };
  for (const [element, there] of Object.entries(unsupported)) {
    if (!there) continue;
    throw new ViaductError('config-unsupported', `Unsupported ${element} element in network ${name} with forward mode='${mode}'`, {
      hint: ownBridgeHint,
    });
  }
}

const ownBridgeHint = 'Only networks whose bridge is their own have it: isolated, nat, route and open ones.';

/** Guards are rules for what passes a bridge. */
/** @param allowed The addresses that somebody has named for a port. */
export function validateGuard(draft: NetworkDraft, allowed?: readonly string[]): void {
  const { name, forward, bridge, guard, virtualPort } = draft;
  const guarded = guard !== undefined && Object.values(guard).includes(true);
  if (!guarded || ownsBridge(draft)) return;
  if (forward.mode === 'bridge' && bridge?.name !== undefined && virtualPort?.type !== 'openvswitch') {
    const blind = (['ipv4', 'ipv6', 'arp', 'nd'] as const).filter((one) => guard[one] === true);
    if (blind.length === 0 || allowed !== undefined) return;
    throw new ViaductError(
      'config-unsupported',
      `Network '${name}' cannot guard ${blind.join(', ')}: its guests have their addresses from elsewhere`,
      {
        hint: 'On a bridge of the host nobody here knows which addresses are whose. Use mac, ra and dhcpServer, or name the addresses of each port: viaduct guard set NETWORK … --port PORT --address ADDRESS',
        params: { network: name },
      },
    );
  }
  throw new ViaductError('config-unsupported', `Network '${name}' of mode '${forward.mode}' cannot guard its ports`, {
    hint: 'Guards need a bridge of the kernel that the frames of guests pass.',
    params: { network: name },
  });
}

/** Which networks can carry a tag to the port; the bridge of the others is not told. */
function validateVlans({ name, forward, virtualPort, vlan, portGroups }: NetworkDraft): void {
  const carries = (type: string | undefined) =>
    forward.mode === 'hostdev' ||
    forward.mode === 'passthrough' ||
    (forward.mode === 'bridge' && (type === undefined || type === 'openvswitch'));
  const check = (tagged: Vlan | undefined, type: string | undefined) => {
    if (tagged !== undefined) inPart(tagged, () => checkTags(tagged, type));
  };
  const checkTags = (tagged: Vlan, type: string | undefined) => {
    validateTags(tagged);
    if (carries(type)) return;
    throw new ViaductError(
      'config-unsupported',
      `<vlan> element specified for network ${name}, whose type doesn't support vlan configuration`,
      { hint: "Use forward mode 'bridge' with a host bridge or Open vSwitch, 'passthrough' or 'hostdev'." },
    );
  };
  check(vlan, virtualPort?.type);
  for (const group of portGroups) check(group.vlan, group.virtualPort?.type ?? virtualPort?.type);
}

/** Also for ports. */
export function validateTags({ trunk, tags }: Vlan): void {
  if (tags.length === 0) throw refused("missing tag id - each <vlan> must have at least one <tag id='n'/> subelement");
  const large = tags.find(({ id }) => id > 4095);
  if (large !== undefined)
    throw refused(
      `vlan tag id ${large.id} too large (maximum 4095)`,
      'VLANs are numbered 1 to 4094: a tag has twelve bits for it, and 0 and 4095 mean something else.',
    );
  for (const { id } of tags) refuseVlanId(id, 'xml-invalid');
  const natives = tags.filter(({ nativeMode }) => nativeMode !== undefined).length;
  if (natives > 1) throw refused('duplicate native vlan setting');
  if (trunk === false && tags.length > 1)
    throw refused(`invalid "trunk='no'" in <vlan> - trunk='yes' is required for more than one vlan tag`);
  if (trunk === false && natives > 0) {
    throw refused(`invalid configuration in <vlan> - "trunk='no'" is not allowed with a native vlan id`);
  }
}

function refused(message: string, hint?: string): ViaductError {
  return new ViaductError('xml-invalid', message, { hint });
}

function validateBandwidths(draft: NetworkDraft): void {
  const { name, bandwidth, portGroups } = draft;
  for (const limits of [bandwidth, ...portGroups.map((group) => group.bandwidth)]) {
    if (limits === undefined) continue;
    if (limits.classId !== undefined)
      throw about(limits, new ViaductError('xml-value', 'classID attribute not supported on <bandwidth> in this usage context'));
    if (limits.inbound?.floor !== undefined || limits.outbound?.floor !== undefined) {
      throw about(
        limits,
        new ViaductError('config-unsupported', 'floor attribute is not supported for this config', {
          hint: "A floor belongs to a guest's interface, not to a network or portgroup.",
        }),
      );
    }
  }
  if (bandwidth !== undefined) refuseBandwidth(draft, `network ${name}`);
}

/**
 * What is asked of new definitions only. Portgroups cannot limit what has no bridge either: libvirt says so when a
 * network is defined, but lets `net-update` add such a portgroup, and a definition that was changed that way has to stay
 * readable. The same is true of reservations that contradict each other.
 */
export function validateNewDefinition(draft: NetworkDraft): void {
  const limited = draft.portGroups.find(({ bandwidth }) => bandwidth !== undefined);
  if (limited !== undefined) inPart(limited, () => refuseBandwidth(draft, `portgroup '${limited.name}' of network ${draft.name}`));
  validateReservations(draft);
}

function refuseBandwidth(draft: NetworkDraft, where: string): void {
  const { mode } = draft.forward;
  if (ownsBridge(draft) || (mode === 'bridge' && draft.bridge?.name !== undefined)) return;
  throw new ViaductError('config-unsupported', `Unsupported network-wide <bandwidth> element in ${where} with forward mode='${mode}'`, {
    hint: 'Bandwidth needs a bridge: give forward mode bridge a <bridge name>, or limit each guest.',
  });
}

function validatePortGroups({ name, portGroups }: NetworkDraft): void {
  const names = new Set<string>();
  for (const group of portGroups) {
    if (names.has(group.name)) {
      throw about(
        group,
        new ViaductError('config-unsupported', `multiple <portgroup> elements with the same name (${group.name}) in network '${name}'`),
      );
    }
    names.add(group.name);
  }
  const [first, second] = portGroups.filter((group) => group.default === true);
  if (first === undefined || second === undefined) return;
  throw about(
    second,
    new ViaductError(
      'config-unsupported',
      `network '${name}' has multiple default <portgroup> elements (${first.name} and ${second.name}), but only one default is allowed`,
    ),
  );
}
