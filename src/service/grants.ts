import { getMetadata, setMetadata } from '../formats/libvirt/metadata.ts';
import { attribute, elementsOf, parseXml } from '../formats/libvirt/xml.ts';
import { element, writeXml } from '../formats/libvirt/xml-writer.ts';
import { ViaductError } from '../model/errors.ts';
import type { Network } from '../model/network.ts';
import { readText } from '../system/files.ts';
import { change } from './change.ts';
import type { Caller, Context } from './context.ts';
import { findNetwork } from './lookup.ts';
import { updateDefinitions } from './network-edits.ts';
import type { Input } from './operation-types.ts';

/** Where a network's grants are kept: libvirt's clients carry this element along. */
export const grantsNamespace = 'urn:viaduct:grants';

/** Users and groups who may plug into a network themselves: `user:ann`, `group:kvm`, by name or number. */
export function grantsOf(network: Network): readonly string[] {
  const xml = network.metadata.find(({ uri }) => uri === grantsNamespace) && getMetadata(network, 'element', grantsNamespace);
  if (xml === undefined) return [];
  return elementsOf(parseXml(xml, '(metadata)')).flatMap((grant) => {
    const [user, group] = [attribute(grant, 'user'), attribute(grant, 'group')];
    return [...(user === undefined ? [] : [`user:${user}`]), ...(group === undefined ? [] : [`group:${group}`])];
  });
}

export function isGranted(network: Network, { uid, gid, user, groups = [] }: Caller): boolean {
  return grantsOf(network).some((grant) => {
    const [kind, name] = grant.split(':');
    if (kind === 'user') return name === user || name === String(uid);
    return [gid, ...groups].includes(groupNumber(name ?? ''));
  });
}

export function listGrants(context: Context, { network }: Input<'grant.list'>): readonly string[] {
  return grantsOf(findNetwork(context.store.catalog(), network).network);
}

export function addGrant(context: Context, { network, grant }: Input<'grant.add'>): Promise<readonly string[]> {
  const checked = checkedGrant(grant);
  return editGrants(context, network, (grants) => (grants.includes(checked) ? grants : [...grants, checked]));
}

export function removeGrant(context: Context, { network, grant }: Input<'grant.remove'>): Promise<readonly string[]> {
  return editGrants(context, network, (grants) => {
    if (grants.includes(grant)) return grants.filter((one) => one !== grant);
    throw new ViaductError('invalid-argument', `Network '${network}' is not granted to ${grant}.`, {
      hint: `See who has it: viaduct net grants ${network}`,
    });
  });
}

async function editGrants(
  context: Context,
  network: string,
  edit: (grants: readonly string[]) => readonly string[],
): Promise<readonly string[]> {
  const { uuid } = findNetwork(context.store.catalog(), network);
  const { after } = await change(
    context,
    (catalog) =>
      updateDefinitions(catalog, uuid, { live: true, config: true }, (definition) => withGrants(definition, edit(grantsOf(definition)))),
    { replaced: 'network-updated' },
  );
  return grantsOf(findNetwork(after, uuid).network);
}

function withGrants(network: Network, grants: readonly string[]): Network {
  const children = grants.map((grant) => {
    const [kind = '', name] = grant.split(':');
    return element('grant', { [kind]: name });
  });
  return setMetadata(network, 'element', grants.length === 0 ? undefined : writeXml(element('grants', {}, children)), {
    uri: grantsNamespace,
    key: 'viaduct',
  });
}

function checkedGrant(grant: string): string {
  if (/^(?:user|group):[\w.@+-]+$/.test(grant)) return grant;
  throw new ViaductError('invalid-argument', `'${grant}' names neither a user nor a group.`, {
    hint: 'Write it as user:NAME or group:NAME.',
  });
}

function groupNumber(name: string): number {
  if (/^\d+$/.test(name)) return Number(name);
  const line = (readText('/etc/group') ?? '').split('\n').find((one) => one.startsWith(`${name}:`));
  return line === undefined ? -1 : Number(line.split(':')[2]);
}
