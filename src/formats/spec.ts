import { stringify } from 'yaml';
import { ViaductError } from '../model/errors.ts';
import type { Network, NetworkDraft } from '../model/network.ts';
import { parseNetwork } from './libvirt/network.ts';
import { writeSpec } from './spec/write.ts';
import { parseYaml } from './spec/yaml.ts';

/** One network that somebody wants, whatever the language it was written in. */
export interface SpecDocument {
  readonly kind: 'network';
  readonly network: NetworkDraft;
  /** Absent: as it is. */
  readonly autostart?: boolean;
  readonly active: boolean;
  /** The network of this name is not to be; nothing else of `network` is said. */
  readonly absent?: true;
}

/**
 * Reads a specification: YAML or JSON of `apiVersion: viaduct/v1`, any number of documents, or one libvirt
 * `<network>`. The first character that is not blank tells them apart.
 *
 * @throws `spec-invalid`, the message beginning with line and column; for XML what `parseNetwork` throws.
 */
export function parseSpec(text: string): SpecDocument[] {
  const body = text.replace(/^\uFEFF/, '');
  const networks = body.trimStart().startsWith('<') ? [{ network: parseNetwork(body), active: true }] : parseYaml(body);
  if (networks.length === 0) {
    throw new ViaductError('spec-invalid', 'The specification is empty.', {
      hint: "It begins with 'apiVersion: viaduct/v1', or with '<network>'.",
    });
  }
  return networks.map((network) => ({ kind: 'network', ...network }));
}

/** The network in YAML; `parseSpec` makes the same network of it. */
export function formatSpec(
  network: Network | NetworkDraft,
  state: { readonly autostart?: boolean; readonly active?: boolean } = {},
): string {
  const active = state.active === false ? false : undefined; // True is what a specification means anyway.
  // Readers of YAML 1.1 take a bare MAC or `on` for something else, hence the quotes.
  return stringify(
    { ...writeSpec(network), autostart: state.autostart, active },
    { lineWidth: 0, compat: 'yaml-1.1', keepUndefined: false, aliasDuplicateObjects: false },
  );
}
