import { attribute, child, children, parseRoot } from '../formats/libvirt/xml.ts';
import type { XmlElement } from '../formats/libvirt/xml.ts';
import { ViaductError } from '../model/errors.ts';
import { parseMac, parseUuid } from '../model/units.ts';
import type { Mac, Uuid } from '../model/units.ts';
import { LibvirtClient, LibvirtRefusal } from './client.ts';
import { domainXml, interfaceAddresses, listAllDomains, lookupDomainByName } from './procedures/guest.ts';
import type { DomainObject } from './protocol.ts';

/** A guest of the hypervisor's daemon, and the wires that go into it. */
export interface Guest {
  readonly name: string;
  readonly uuid: Uuid;
  readonly active: boolean;
  /** Its number while it runs. */
  readonly id?: number;
  readonly interfaces: readonly GuestInterface[];
}

/** One row of `domiflist`. */
export interface GuestInterface {
  /** The host's half, `vnet3`; absent while the guest is off. */
  readonly link?: string;
  /** `network`, `bridge`, `direct`, … */
  readonly type: string;
  /** The network's, bridge's or device's name. */
  readonly source?: string;
  readonly model?: string;
  readonly mac?: Mac;
  /** The network port that this NIC holds. */
  readonly port?: Uuid;
}

/** What `domifaddr` knows of one NIC. */
export interface GuestAddresses {
  readonly name: string;
  readonly mac?: string;
  readonly addresses: readonly { readonly family: 'ipv4' | 'ipv6'; readonly address: string; readonly prefix: number }[];
}

export interface HypervisorOptions {
  /** Where the daemon's sockets are; `/var/run/libvirt` by default. */
  readonly directory?: string;
  readonly timeoutMs?: number;
}

/** virConnectListAllDomainsFlags: active and inactive. */
const everyDomain = 3;
/** virDomainXMLFlags. */
const inactiveXml = 2;
/** virDomainInterfaceAddressesSource. */
const addressSources = { lease: 0, agent: 1, arp: 2 } as const;

/** Every guest, running or not. Throws `unreachable` where no hypervisor daemon answers. */
export async function hypervisorGuests(options: HypervisorOptions = {}): Promise<readonly Guest[]> {
  await using client = await openHypervisor(options, true);
  const { domains } = await client.call(listAllDomains, { need_results: 1, flags: everyDomain });
  const guests = await Promise.all(domains.map((dom) => describeGuest(client, dom).catch(skipVanished)));
  return guests.filter((guest) => guest !== undefined);
}

/** `domiflist`: the NICs of one guest, as they are, or with `inactive` as they will be after its next start. */
export async function guestInterfaces(
  name: string,
  options: HypervisorOptions & { inactive?: boolean } = {},
): Promise<readonly GuestInterface[]> {
  await using client = await openHypervisor(options, true);
  const dom = await findGuest(client, name);
  return await interfacesOf(client, dom, options.inactive === true ? inactiveXml : 0);
}

/** `domifaddr`. Asking the guest's own agent needs the right to write. */
export async function guestAddresses(
  name: string,
  options: HypervisorOptions & { source?: keyof typeof addressSources } = {},
): Promise<readonly GuestAddresses[]> {
  const { source = 'lease' } = options;
  await using client = await openHypervisor(options, source !== 'agent');
  const dom = await findGuest(client, name);
  const { ifaces } = await client.call(interfaceAddresses, { dom, source: addressSources[source], flags: 0 }).catch(inOurWords);
  return ifaces.map(({ name: link, hwaddr, addrs }) => ({
    name: link,
    ...(hwaddr !== null && { mac: hwaddr }),
    addresses: addrs.map(({ type, addr, prefix }) => ({ family: type === 0 ? 'ipv4' : 'ipv6', address: addr, prefix })),
  }));
}

/** The modular daemon first, as libvirt's own clients choose. */
async function openHypervisor({ directory = '/var/run/libvirt', timeoutMs }: HypervisorOptions, readOnly: boolean): Promise<LibvirtClient> {
  const tried: unknown[] = [];
  for (const socket of ['virtqemud-sock', 'libvirt-sock']) {
    const path = `${directory}/${socket}${readOnly ? '-ro' : ''}`;
    try {
      return await LibvirtClient.open(path, { uri: 'qemu:///system', readOnly, ...(timeoutMs !== undefined && { timeoutMs }) });
    } catch (error) {
      if (error instanceof LibvirtRefusal) return inOurWords(error);
      tried.push(error);
    }
  }
  throw new ViaductError('unreachable', `No hypervisor daemon of libvirt answers in ${directory}.`, {
    hint: 'Start virtqemud or libvirtd; Viaduct’s own networks work without it.',
    cause: tried,
  });
}

async function findGuest(client: LibvirtClient, name: string): Promise<DomainObject> {
  const { dom } = await client.call(lookupDomainByName, { name }).catch((error: unknown) => {
    if (!isMissing(error)) return inOurWords(error);
    throw new ViaductError('guest-not-found', `no domain with matching name '${name}'`, { params: { guest: name }, cause: error });
  });
  return dom;
}

async function describeGuest(client: LibvirtClient, dom: DomainObject): Promise<Guest> {
  return {
    name: dom.name,
    uuid: dom.uuid,
    active: dom.id >= 0,
    ...(dom.id >= 0 && { id: dom.id }),
    interfaces: await interfacesOf(client, dom, 0),
  };
}

async function interfacesOf(client: LibvirtClient, dom: DomainObject, flags: number): Promise<readonly GuestInterface[]> {
  const { xml } = await client.call(domainXml, { dom, flags });
  const devices = child(parseRoot(xml, '(domain_definition)', 'domain'), 'devices');
  return devices === undefined ? [] : children(devices, 'interface').map(toInterface);
}

function toInterface(nic: XmlElement): GuestInterface {
  const type = attribute(nic, 'type') ?? 'unknown';
  const of = (element: string, name: string): string | undefined => {
    const found = child(nic, element);
    return found === undefined ? undefined : attribute(found, name);
  };
  const source = of('source', sourceAttributes[type] ?? type);
  const link = of('target', 'dev');
  const model = of('model', 'type');
  const mac = parseMac(of('mac', 'address') ?? '');
  const port = parseUuid(of('source', 'portid') ?? '');
  return {
    type,
    ...(link !== undefined && { link }),
    ...(source !== undefined && { source }),
    ...(model !== undefined && { model }),
    ...(mac !== undefined && { mac }),
    ...(port !== undefined && { port }),
  };
}

/** Where the type of a NIC does not name the attribute of its source. */
const sourceAttributes: Readonly<Record<string, string>> = { direct: 'dev', ethernet: 'dev', vhostuser: 'path', vdpa: 'dev' };

/** virErrorNumber: no domain. A guest may end between the list and the question. */
function isMissing(error: unknown): boolean {
  return error instanceof LibvirtRefusal && error.code === 42;
}

function skipVanished(error: unknown): undefined {
  if (!isMissing(error)) inOurWords(error);
}

function inOurWords(error: unknown): never {
  if (!(error instanceof LibvirtRefusal)) throw error;
  throw new ViaductError('operation-invalid', `The hypervisor's daemon refused: ${error.message}`, { cause: error });
}
