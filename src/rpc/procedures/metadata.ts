import type { MetadataTarget } from '../../service/operation-types.ts';
import { domains } from '../api-names.ts';
import { checkFlags, DialogueError, errorNumbers, invalidArgument } from '../errors.ts';
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
  checkFlags(flags, 3, api === 'Get' ? 'virNetworkObjGetMetadata' : 'networkSetMetadata');
  const what = kinds[type];
  if (what === undefined) throw invalidArgument(`unknown metadata type '${type}'`, domains.network);
  if (what === 'element' && uri === null) throw refused(`uri in virNetwork${api}Metadata must not be NULL`);
  if (what !== 'element' && uri !== null) throw refused(`uri in virNetwork${api}Metadata must be NULL`);
  return { network: network.uuid, what, ...(uri !== null && { uri }), ...impact(flags) };
}

/** What libvirt's public functions say themselves has no prefix. */
function refused(message: string) {
  return new DialogueError(errorNumbers.invalidArgument, domains.network, message);
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
  toInput(args) {
    if ((args.flags & 3) === 3)
      throw refused("Flags 'VIR_NETWORK_UPDATE_AFFECT_LIVE' and 'VIR_NETWORK_UPDATE_AFFECT_CONFIG' are mutually exclusive");
    return toTarget(args, 'Get');
  },
  toReply: ({ value }) => ({ metadata: value }),
  missing: ({ network }) => noSuchNetwork(network),
});

export const metadataProcedures = tableOf(set, get);
