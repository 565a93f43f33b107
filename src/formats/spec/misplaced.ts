import type { NetworkSpec } from './schema.ts';

/** What is wrong with a specification, and where: the way to a field from the top. */
export interface SpecIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly hint?: string;
}

const macvtap = ['macvtap-bridge', 'macvtap-private', 'macvtap-vepa', 'macvtap-passthrough'] as const;

/** Fields that only some modes have. */
const modesOf: readonly (readonly [keyof NetworkSpec, readonly NetworkSpec['mode'][]])[] = [
  ['uplink', ['nat', 'route']],
  ['nat', ['nat']],
  ['devices', macvtap],
  ['pf', [...macvtap, 'hostdev']],
  ['pci', ['hostdev']],
  ['managed', ['hostdev']],
  ['driver', ['hostdev']],
];

/** Fields that do not go together, although each is well-formed. */
export function misplaced(spec: NetworkSpec): SpecIssue[] {
  const issues: SpecIssue[] = [];
  for (const [field, modes] of modesOf) {
    if (spec[field] === undefined || modes.includes(spec.mode)) continue;
    issues.push({
      path: [field],
      message: `A network of mode ${spec.mode} has no '${field}'`,
      hint: `Modes with it: ${modes.join(', ')}.`,
    });
  }
  if (spec.subnet !== undefined && spec.addresses !== undefined)
    issues.push({ path: ['subnet'], message: "'subnet' and 'addresses' say the same", hint: 'Keep one of them.' });
  if (spec.dhcp !== undefined && spec.subnet === undefined)
    issues.push({ path: ['dhcp'], message: "'dhcp' belongs to a 'subnet'", hint: "Add the subnet, or move dhcp into one of 'addresses'." });
  const hasAddress = spec.subnet !== undefined || (spec.addresses ?? []).length > 0;
  if (spec.mode === 'isolated' && !hasAddress)
    issues.push({
      path: ['mode'],
      message: 'An isolated network has an address, so that the host can answer its guests',
      hint: "Add a 'subnet', or say very-isolated.",
    });
  if (spec.mode === 'very-isolated' && hasAddress)
    issues.push({
      path: ['mode'],
      message: 'A very isolated network has no address on the host',
      hint: 'Remove the addresses, or say isolated.',
    });
  return issues;
}
