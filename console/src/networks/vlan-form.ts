import type { Vlan } from '../../../src/model/network.ts';
import { portVlans, readVlans, trunkOf, vlanIdProblem, vlanRuns, vlanText } from '../../../src/model/vlan.ts';

export const vlanKinds = ['inherit', 'access', 'trunk'] as const;
export type VlanKind = (typeof vlanKinds)[number];

/** The VLANs of a port as typed. */
export interface VlanForm {
  readonly kind: VlanKind;
  /** Of an access port. */
  readonly tag: string;
  /** Of a trunk: `10, 20-29`. */
  readonly tags: string;
  /** Of a trunk's frames without a tag; empty for none. */
  readonly native: string;
}

/** What the port carries now; `inherit` where nobody says anything. */
export function vlanFormOf(vlan: Vlan | undefined): VlanForm {
  if (vlan === undefined) return { kind: 'inherit', tag: '', tags: '', native: '' };
  if (vlan.trunk !== true && vlan.tags.length === 1) return { kind: 'access', tag: String(vlan.tags[0]?.id ?? ''), tags: '', native: '' };
  const native = vlan.tags.find(({ nativeMode }) => nativeMode !== undefined);
  const tagged = portVlans({ trunk: true, tags: vlan.tags.filter((tag) => tag !== native) });
  return { kind: 'trunk', tag: '', tags: vlanText(vlanRuns(tagged)), native: String(native?.id ?? '') };
}

const partsOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter(Boolean);
const isTag = (text: string): boolean => /^\d+$/.test(text) && vlanIdProblem(Number(text)) === undefined;
const areTags = (text: string): boolean => readVlans(text)?.every((id) => vlanIdProblem(id) === undefined) === true;

/** Of each field the first word that is no VLAN. */
export function badTags({ tag, tags, native }: VlanForm): Readonly<Record<'tag' | 'tags' | 'native', string | undefined>> {
  const bad = (text: string): string | undefined => (text.trim() === '' || isTag(text.trim()) ? undefined : text.trim());
  return { tag: bad(tag), tags: partsOf(tags).find((part) => !areTags(part)), native: bad(native) };
}

export function isVlanWhole(form: VlanForm): boolean {
  const bad = badTags(form);
  if (form.kind === 'inherit') return true;
  if (form.kind === 'access') return form.tag.trim() !== '' && bad.tag === undefined;
  return partsOf(form.tags).length > 0 && bad.tags === undefined && bad.native === undefined;
}

/** For `port.setVlan`; undefined lets the portgroup or network say. */
export function vlanFrom({ kind, tag, tags, native }: VlanForm): Vlan | undefined {
  if (kind === 'inherit') return undefined;
  if (kind === 'access') return { tags: [{ id: Number(tag) }] };
  return trunkOf(
    partsOf(tags).flatMap((part) => readVlans(part) ?? []),
    native.trim() === '' ? undefined : Number(native),
  );
}

/** `10`, or `10,20-29 native 1`. */
export const carriedText = (vlan: Vlan): string => vlanText(portVlans(vlan));
