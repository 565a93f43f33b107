import type { MetadataTarget } from '../../service/operation-types.ts';
import { domains } from '../api-names.ts';
import { checkFlags, invalidArgument } from '../errors.ts';
import { done, noSuchNetwork, operationCall, tableOf } from '../procedures.ts';
import { networkObject, optionalText, text } from '../protocol.ts';
import { int, nothing, struct, uint } from '../xdr.ts';
import { impact } from './network.ts';

/** virNetworkMetadataType by number. */
const kinds = ['description', 'title', 'element'] as const;

interface Asked {
  readonly network: { readonly name: string; readonly uuid: string };
  readonly type: number;
  readonly uri: string | null;
  readonly flags: number;
}

function toTarget({ network, type, uri, flags }: Asked, api: 'Get' | 'Set'): MetadataTarget {
  checkFlags(flags, 3, `network${api}Metadata`);
  const what = kinds[type];
  if (what === undefined) throw refused('unknown metadata type');
  if (what === 'element' && uri === null) throw refused(`uri in virNetwork${api}Metadata must not be NULL`);
  if (what !== 'element' && uri !== null) throw refused(`uri in virNetwork${api}Metadata must be NULL`);
  return { network: network.uuid, what, ...(uri !== null && { uri }), ...impact(flags) };
}

function refused(detail: string) {
  return invalidArgument(detail, domains.network);
}

const set = operationCall({
  number: 444,
  args: struct({ network: networkObject, type: int, metadata: optionalText, key: optionalText, uri: optionalText, flags: uint }),
  ret: nothing,
  write: true,
  operation: 'network.setMetadata',
  toInput(args) {
    const { metadata, key } = args;
    const target = toTarget(args, 'Set');
    if (target.what === 'title' && metadata?.includes('\n')) throw refused("metadata title can't contain newlines");
    if (target.what !== 'element' && key !== null) throw refused('key in virNetworkSetMetadata must be NULL');
    if (target.what === 'element' && metadata !== null && key === null) throw refused('key in virNetworkSetMetadata must not be NULL');
    return { ...target, ...(metadata !== null && { value: metadata }), ...(key !== null && { key }) };
  },
  toReply: done,
  missing: ({ network }) => noSuchNetwork(network),
});

const get = operationCall({
  number: 445,
  args: struct({ network: networkObject, type: int, uri: optionalText, flags: uint }),
  ret: struct({ metadata: text }),
  operation: 'network.metadata',
  toInput: (args) => toTarget(args, 'Get'),
  toReply: ({ value }) => ({ metadata: value }),
  missing: ({ network }) => noSuchNetwork(network),
});

export const metadataProcedures = tableOf(set, get);
