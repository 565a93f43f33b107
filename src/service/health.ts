import { release } from 'node:os';
import { subnetsOf } from '../compile/subnets.ts';
import { ownerOf } from '../explain/owner.ts';
import { isGuestLink } from '../explain/topology.ts';
import { parseModulesFile, parseSysctlFile, parseUdevFile, readingOrder, settingPlaces } from '../formats/settings.ts';
import { bridgeFilterKey, bridgeFilterSwitches } from '../model/bridge-filter.ts';
import type { NetworkEntry } from '../model/catalog.ts';
import type { HostHealth } from '../model/doctor.ts';
import type { HostRoute } from '../model/facts.ts';
import type { LinkFacts } from '../model/link.ts';
import { ownsBridge } from '../model/network.ts';
import type { Uuid } from '../model/units.ts';
import { readFirewall } from '../system/firewall.ts';
import { hostFilesAt } from '../system/host-files.ts';
import { readSysctl } from '../system/kernel/sysctl.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { areWell } from './heal.ts';
import { guestHealth } from './health-guests.ts';
import { getTopology } from './topology.ts';

/** Looks at everything that the doctor judges, and changes nothing. */
export async function gatherHealth(context: Context): Promise<HostHealth> {
  const { store, system } = context;
  const { bridgeFilterOff: off } = store.catalog();
  const [links, routes, advertised, filters, networks, { topology }] = await Promise.all([
    system.links(),
    system.routes(),
    system.advertisedUplinks(),
    readFirewall(),
    activeNetworks(context),
    getTopology(context),
  ]);
  const wires = new Set([...store.catalog().ports.values()].flatMap(({ link }) => (link === undefined ? [] : [link.name as string])));
  return {
    release: release(),
    switches: Object.fromEntries(bridgeFilterSwitches.flatMap((name) => valueOf(name, bridgeFilterKey(name)))),
    ...(off !== undefined && { off }),
    bridges: bridgesOf(links, wires, networks),
    ...(filters !== undefined && { filters }),
    ...readSettings(),
    forwarding: Object.fromEntries([...valueOf('ipv4', 'net.ipv4.ip_forward'), ...valueOf('ipv6', 'net.ipv6.conf.all.forwarding')]),
    uplinks: uplinksOf(links, routes, new Set(networks.map(({ bridge }) => bridge)), new Set(advertised)),
    networks,
    ...guestHealth(store.catalog(), topology, links),
  };
}

/** Networks with a bridge of ours that run. All are looked at together, and one by one only where something is amiss. */
async function activeNetworks(context: Context): Promise<HostHealth['networks']> {
  const active = [...context.store.catalog().networks].filter(([, { live }]) => live !== undefined && ownsBridge(live));
  const well = await areWell(
    context,
    active.map(([uuid]) => uuid),
  );
  return Promise.all(active.map(async ([uuid, entry]) => describe(context, uuid, entry, well ? {} : await missingOf(context, uuid))));
}

async function missingOf(context: Context, uuid: Uuid): Promise<{ missing?: readonly string[]; trouble?: string }> {
  try {
    const { plan } = await change(context, (catalog) => catalog, { recheck: [uuid], dryRun: true });
    return { missing: plan.steps.map(({ summary }) => summary) };
  } catch (cause) {
    return { trouble: cause instanceof Error ? cause.message : String(cause) };
  }
}

function describe(
  { troubles }: Context,
  uuid: Uuid,
  { live }: NetworkEntry,
  found: { readonly missing?: readonly string[]; readonly trouble?: string },
): HostHealth['networks'][number] {
  const { name, forward, bridge } = live!;
  const trouble = found.trouble ?? troubles.get(uuid);
  return {
    name,
    mode: forward.mode,
    bridge: bridge?.name ?? '',
    subnets: subnetsOf({ ...live!, routes: [] }),
    ...('uplink' in forward && forward.uplink !== undefined && { uplink: forward.uplink }),
    ...(trouble !== undefined && { trouble }),
    missing: found.missing ?? [],
  };
}

function bridgesOf(links: readonly LinkFacts[], wires: ReadonlySet<string>, networks: HostHealth['networks']): HostHealth['bridges'] {
  const names = new Set(links.flatMap(({ name, type }) => (type === 'bridge' ? [name as string] : [])));
  const guests = new Map<string, number>();
  for (const link of links)
    if (link.master !== undefined && isGuestLink(link, names, wires.has(link.name)))
      guests.set(link.master, (guests.get(link.master) ?? 0) + 1);
  return links.flatMap(({ name, bridge }) => {
    if (bridge === undefined) return [];
    const network = networks.find((one) => one.bridge === name);
    return [
      {
        name,
        owner: network === undefined ? ownerOf(name) : ('viaduct' as const),
        filters: bridge.filters ?? [],
        guests: guests.get(name) ?? 0,
        subnets: network?.subnets ?? [],
      },
    ];
  });
}

/** Links of the host that may lead out: those that carry a default route, and others that are nobody's port. */
function uplinksOf(
  links: readonly LinkFacts[],
  routes: readonly HostRoute[],
  ours: ReadonlySet<string>,
  advertised: ReadonlySet<string>,
): HostHealth['uplinks'] {
  const defaults = new Map<string, Set<'ipv4' | 'ipv6'>>();
  for (const { destination, link } of routes) {
    if (!destination.endsWith('/0')) continue;
    defaults.set(link, (defaults.get(link) ?? new Set()).add(destination.includes(':') ? 'ipv6' : 'ipv4'));
  }
  return links.flatMap(({ name, up, carrier, master }) => {
    if (name === 'lo' || ours.has(name) || (master !== undefined && !defaults.has(name))) return [];
    const value = advertised.has(name) ? readSysctl(`net.ipv6.conf.${name.replaceAll('.', '/')}.accept_ra`) : undefined;
    return [{ name, up, carrier, defaults: [...(defaults.get(name) ?? [])], ...(value !== undefined && { advertised: value }) }];
  });
}

/** What files of the host say about its switches, and about what happens when their module is loaded. */
function readSettings(): Pick<HostHealth, 'settings' | 'moduleRules' | 'modulesAtStart'> {
  const filesIn = (places: readonly string[]) => places.flatMap(hostFilesAt);
  return {
    settings: [...readingOrder(filesIn(settingPlaces.sysctl), '.conf'), ...hostFilesAt('/etc/sysctl.conf')].flatMap(parseSysctlFile),
    moduleRules: readingOrder(filesIn(settingPlaces.udev), '.rules').flatMap(parseUdevFile),
    modulesAtStart: readingOrder(filesIn(settingPlaces.modules), '.conf').flatMap(parseModulesFile),
  };
}

/** As an entry; none where the kernel has no such switch. */
function valueOf<Name extends string>(name: Name, key: string): (readonly [Name, string])[] {
  const value = readSysctl(key);
  return value === undefined ? [] : [[name, value]];
}
