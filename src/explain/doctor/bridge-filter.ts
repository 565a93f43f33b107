import { bridgeFilterKey, bridgeFilterModule, bridgeFilterSwitches, type BridgeFilterSwitch } from '../../model/bridge-filter.ts';
import type { Finding, HostHealth, ModuleRule } from '../../model/doctor.ts';
import { whoDrops } from '../packet-filter.ts';
import { acceptCommand, dropWords } from './accept.ts';
import { finding } from './findings.ts';

type Bridge = HostHealth['bridges'][number];

/** Whether frames that stay inside a bridge pass the host's packet filter, what comes of it, and whether it stays so. */
export function bridgeFilterFindings(health: HostHealth): Finding[] {
  const module = bridgeFilterModule(health.release);
  const isLoaded = Object.keys(health.switches).length > 0;
  return [...(isLoaded ? liveFindings(health, module) : [absent(health, module)]), ...fileFindings(health, module)];
}

/** The kubelet looks at the host's switch, and stops working when it is off. */
export function mayTurnOff({ bridges }: HostHealth): boolean {
  return !bridges.some(({ owner }) => owner === 'kubernetes');
}

function remedyOf(health: HostHealth): { remedy?: 'bridge-filter' } {
  return mayTurnOff(health) ? { remedy: 'bridge-filter' } : {};
}

function absent(health: HostHealth, module: string): Finding {
  const isSafe = lasts(health, module);
  const found = finding('bridge-filter', 'bridge-filter-absent', {
    verdict: isSafe ? 'ok' : 'note',
    object: `module ${module}`,
    params: { module },
    ...(!isSafe && remedyOf(health)),
  });
  const { fix: _fix, ...rest } = found;
  return isSafe ? rest : found;
}

function liveFindings(health: HostHealth, module: string): Finding[] {
  const { bridges, switches, off } = health;
  const others = (owner: string) => bridges.filter((bridge) => bridge.owner === owner);
  const asked = bridges.filter(({ owner, guests }) => (owner !== 'docker' && owner !== 'kubernetes' && guests > 0) || owner === 'viaduct');
  const on = bridgeFilterSwitches.filter((name) => switches[name] === '1');
  const findings: Finding[] = [];
  for (const bridge of asked) findings.push(...onBridge(health, module, bridge));
  if (on.length > 0 && asked.length === 0)
    findings.push(
      finding('bridge-filter', 'bridge-filter-on', {
        verdict: 'note',
        object: `module ${module}`,
        params: { keys: keysOf(on) },
        ...remedyOf(health),
      }),
    );
  if (off !== undefined && on.length > 0)
    findings.push(
      finding('bridge-filter', 'bridge-filter-undone', {
        verdict: 'warning',
        object: bridgeFilterKey(on[0]!),
        params: { key: keysOf(on) },
        remedy: 'bridge-filter',
      }),
    );
  if (findings.length > 0) return [...findings, ...opposites(health, others('docker'), others('kubernetes'), on)];
  const isSafe = lasts(health, module);
  return [
    finding('bridge-filter', isSafe ? 'bridge-filter-off' : 'bridge-filter-forgotten', {
      verdict: isSafe ? 'ok' : 'warning',
      object: `module ${module}`,
      params: { module },
      ...(!isSafe && remedyOf(health)),
    }),
  ];
}

/** One finding for a bridge: the worst of both families. */
function onBridge(health: HostHealth, module: string, bridge: Bridge): Finding[] {
  const { name } = bridge;
  const filtered = (['ipv4', 'ipv6'] as const).filter((family) => passes(health, bridge, filterOf[family]));
  if (filtered.length === 0) return [];
  const object = `bridge ${name}`;
  const keys = filtered.map((family) => reasonOf(health, bridge, filterOf[family])).join(', ');
  for (const family of filtered) {
    const subnet = bridge.subnets.find((one) => one.family === family);
    const ends = subnet === undefined ? {} : { from: subnet, to: subnet };
    const dropped = whoDrops(health.filters ?? [], { family, in: name, out: name, ...ends, state: 'new', bridged: true });
    if (dropped === undefined) continue;
    const params = { bridge: name, module, keys, family: familyNames[family], ...dropWords(dropped, name, name) };
    const code = dropped.perhaps ? 'bridge-filter-may-drop' : 'bridge-filter-drops';
    return [finding('bridge-filter', code, { verdict: dropped.perhaps ? 'warning' : 'problem', object, params, ...remedyOf(health) })];
  }
  return [finding('bridge-filter', 'bridge-filter-on', { verdict: 'note', object, params: { bridge: name, keys }, ...remedyOf(health) })];
}

const filterOf = { ipv4: 'iptables', ipv6: 'ip6tables' } as const;
export const familyNames = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;

function passes({ switches }: HostHealth, { filters }: Bridge, name: BridgeFilterSwitch): boolean {
  return switches[name] === '1' || filters.includes(name);
}

function reasonOf({ switches }: HostHealth, bridge: Bridge, name: BridgeFilterSwitch): string {
  return switches[name] === '1' ? `${bridgeFilterKey(name)}=1` : `nf_call_${name}=1 on ${bridge.name}`;
}

function keysOf(names: readonly BridgeFilterSwitch[]): string {
  return names.map((name) => `${bridgeFilterKey(name)}=1`).join(', ');
}

/** Programs that want the switches on, beside guests that want them off. */
function opposites(
  { filters = [] }: HostHealth,
  docker: readonly Bridge[],
  kubernetes: readonly Bridge[],
  on: readonly BridgeFilterSwitch[],
): Finding[] {
  const names = (bridges: readonly Bridge[]) => bridges.map(({ name }) => name).join(', ');
  const table = filters.find(({ chains, family }) => family !== 'ip6' && chains.has('DOCKER-USER'));
  const accept =
    table === undefined
      ? 'iptables -I FORWARD -i BRIDGE -o BRIDGE -j ACCEPT'
      : acceptCommand({ table, chain: 'FORWARD' }, 'BRIDGE', 'BRIDGE');
  return [
    ...(docker.length === 0
      ? []
      : [
          finding('bridge-filter', 'bridge-filter-docker', {
            verdict: 'note',
            object: 'Docker',
            params: { bridges: names(docker), accept },
            ...(kubernetes.length === 0 && { remedy: 'bridge-filter' as const }),
          }),
        ]),
    ...(kubernetes.length === 0
      ? []
      : [
          finding('bridge-filter', 'bridge-filter-kubernetes', {
            verdict: 'note',
            object: 'Kubernetes',
            params: { bridges: names(kubernetes), accept, keys: keysOf(on) },
          }),
        ]),
  ];
}

/** Off at the host's next start too, whenever the module is loaded. */
function lasts({ settings, moduleRules, modulesAtStart }: HostHealth, module: string): boolean {
  const isSetOff = (['iptables', 'ip6tables'] as const).every(
    (name) => settings.findLast(({ key }) => key === bridgeFilterKey(name))?.value === '0',
  );
  return isSetOff && isReadAgain(moduleRules, modulesAtStart, module);
}

function isReadAgain(rules: readonly ModuleRule[], modulesAtStart: readonly string[], module: string): boolean {
  return modulesAtStart.includes(module) || rules.some((rule) => rule.modules.includes(module) && setsSwitches(rule));
}

function setsSwitches({ runs }: ModuleRule): boolean {
  return runs.some((run) => /sysctl/.test(run));
}

/** What the host's own files say about the switches and will not do. */
function fileFindings({ release, settings, moduleRules, modulesAtStart }: HostHealth, module: string): Finding[] {
  const wrong = moduleRules.filter(
    (rule) =>
      setsSwitches(rule) && !rule.modules.includes(module) && rule.modules.some((name) => name === 'bridge' || name === 'br_netfilter'),
  );
  const own = settings.filter(({ key }) => key.startsWith('net.bridge.bridge-nf-call-'));
  const firstOfEachFile = new Map(own.toReversed().map((setting) => [setting.file, setting])).values();
  const lost = isReadAgain(moduleRules, modulesAtStart, module) ? [] : [...firstOfEachFile];
  return [
    ...wrong.map((rule) =>
      finding('bridge-filter', 'bridge-filter-wrong-module', {
        verdict: 'warning',
        object: `${rule.file}:${rule.line}`,
        params: { waits: rule.modules.join(', '), module, release, ...(module === 'br_netfilter' && { since: '3.18' }) },
        remedy: 'bridge-filter',
      }),
    ),
    ...lost.map(({ key, file, line }) =>
      finding('bridge-filter', 'bridge-filter-too-early', {
        verdict: 'warning',
        object: `${file}:${line}`,
        params: { key, module },
        remedy: 'bridge-filter',
      }),
    ),
  ];
}
