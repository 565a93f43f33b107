import { nftTable } from '../../model/nft-skeleton.ts';
import type { NftBaseChain, NftElement, NftRule, NftSet } from '../../model/nft.ts';
import { AttributeWriter } from './attributes.ts';
import { lowerRule } from './nft-expressions.ts';
import { writeExpressions, writeVerdict } from './nft-wire.ts';
import { keyBytes, keyLength, keyTypeNumber } from './nft-values.ts';
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL } from './netlink.ts';
import type { Message } from './netlink.ts';

/** NFNL_SUBSYS_NFTABLES: the upper byte of every message type. */
export const nftSubsystem = 10;
const type = {
  newTable: 0,
  delTable: 2,
  newChain: 3,
  getChain: 4,
  delChain: 5,
  newRule: 6,
  getRule: 7,
  delRule: 8,
  newSet: 9,
  getSet: 10,
  newElement: 12,
  getElement: 13,
  delElement: 14,
  newGeneration: 15,
  getGeneration: 16,
} as const;
export const newGeneration = (nftSubsystem << 8) | type.newGeneration;
/** struct nfgenmsg: NFPROTO_INET, version 0, no resource. See {@link inFamily}. */
export const header = Buffer.from([1, 0, 0, 0]);
/** NFPROTO_INET, NFPROTO_BRIDGE: first byte of every message. */
export const familyNumber = { inet: 1, bridge: 7 } as const;
export const hookNumber = { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4 } as const;
export const priorityNumber = { filter: 0, srcnat: 100, dstnat: -100, 'bridge-filter': -200 } as const;
export const setIsMap = 8;
/** NFT_DATA_VERDICT: what a verdict map holds. */
export const verdictData = 0xffffff00;
const policyAccept = 1;
/** NFTNL_UDATA_RULE_COMMENT and NFTNL_UDATA_SET_ELEM_COMMENT. */
const commentTag = 0;

/** Messages are made for the table of family `inet`; this is the same for the table of that name in another family. */
export function inFamily(family: keyof typeof familyNumber, message: Message): Message {
  const body = Buffer.from(message.body);
  body[0] = familyNumber[family];
  return { ...message, body };
}

export function newTable(): Message {
  return message('newTable', NLM_F_CREATE, `table inet ${nftTable}`, (body) => body.text(1, nftTable).be32(2, 0));
}

export function deleteTable(): Message {
  return message('delTable', 0, `table inet ${nftTable}`, (body) => body.text(1, nftTable));
}

/** @param id Different for each set made in one transaction. */
export function newSet(set: NftSet, id: number): Message {
  return message('newSet', NLM_F_CREATE, `set ${set.name}`, (body) => {
    body
      .text(1, nftTable)
      .text(2, set.name)
      .be32(3, isMap(set) ? setIsMap : 0);
    body.be32(4, keyTypeNumber(set.type)).be32(5, keyLength(set.type));
    if (set.verdicts === true) body.be32(6, verdictData).be32(7, 0);
    if (set.data !== undefined) body.be32(6, keyTypeNumber(set.data)).be32(7, keyLength(set.data));
    body.be32(10, id).bytes(13, byteOrders(set));
  });
}

export function newChain({ name, hook }: Pick<NftBaseChain, 'name' | 'hook'>): Message {
  return message('newChain', NLM_F_CREATE, `chain ${name}`, (body) => {
    body.text(1, nftTable).text(3, name);
    if (hook === undefined) return;
    body.nest(4, (where) => where.be32(1, hookNumber[hook.hook]).be32(2, priorityNumber[hook.priority] >>> 0));
    body.be32(5, policyAccept).text(7, hook.type);
  });
}

export function deleteChain(name: string): Message {
  return message('delChain', 0, `chain ${name}`, (body) => body.text(1, nftTable).text(3, name));
}

/** Takes every rule out of a chain that is there. */
export function flushChain(name: string): Message {
  return message('delRule', 0, `the rules of chain ${name}`, (body) => body.text(1, nftTable).text(2, name));
}

/** @param position From 0; for messages only, since rules are appended. */
export function newRule(chain: string, rule: NftRule, position: number): Message {
  return message('newRule', NLM_F_CREATE | NLM_F_APPEND, `rule ${position + 1} of chain ${chain}`, (body) => {
    body.text(1, nftTable).text(2, chain);
    body.nest(4, (list) => writeExpressions(list, lowerRule(rule)));
    if (rule.comment !== undefined) body.bytes(7, commentBytes(rule.comment));
  });
}

/** Refused when the key is taken: then another network has the same address. */
export function newElement(set: NftSet, element: NftElement): Message {
  return elementMessage('newElement', NLM_F_CREATE | NLM_F_EXCL, set, element);
}

export function deleteElement(set: NftSet, { into, key }: NftElement): Message {
  return elementMessage('delElement', 0, set, { into, key });
}

export function getElement(set: NftSet, key: readonly string[]): Message {
  return elementMessage('getElement', 0, set, { into: set.name, key });
}

export function dumpElements(set: NftSet): Message {
  return message('getElement', NLM_F_DUMP, `the elements of ${set.name}`, (body) => body.text(1, nftTable).text(2, set.name));
}

export function getSet(name: string): Message {
  return message('getSet', 0, `set ${name}`, (body) => body.text(1, nftTable).text(2, name));
}

export function getChain(name: string): Message {
  return message('getChain', 0, `chain ${name}`, (body) => body.text(1, nftTable).text(3, name));
}

/** The chains of all tables of the family. */
export function dumpChains(): Message {
  return message('getChain', NLM_F_DUMP, 'the chains', () => undefined);
}

/** The rules of one chain, none when there is no such chain; or of the whole table. */
export function dumpRules(chain?: string): Message {
  return message('getRule', NLM_F_DUMP, `the rules of ${chain === undefined ? 'the table' : `chain ${chain}`}`, (body) => {
    body.text(1, nftTable);
    if (chain !== undefined) body.text(2, chain);
  });
}

export function getGeneration(): Message {
  return message('getGeneration', 0, 'the generation of the rules', () => undefined);
}

/** The comment in a rule's or element's user data, which is a list of tag, length, value. */
export function readComment(userData: Buffer | undefined): string | undefined {
  if (userData === undefined) return undefined;
  for (let at = 0; at + 2 <= userData.length;) {
    const value = userData.subarray(at + 2, at + 2 + userData[at + 1]!);
    if (userData[at] === commentTag) return value.toString('utf8', 0, value.length - 1);
    at += 2 + value.length;
  }
  return undefined;
}

function elementMessage(kind: 'newElement' | 'getElement' | 'delElement', flags: number, set: NftSet, element: NftElement): Message {
  const { key, jump, to, comment } = element;
  return message(kind, flags, `element ${key.join(' . ')} of ${set.name}`, (body) => {
    body.text(1, nftTable).text(2, set.name);
    body.nest(3, (list) =>
      list.nest(1, (item) => {
        item.nest(1, (data) => data.bytes(1, keyBytes(set.type, key)));
        if (jump !== undefined) item.nest(2, (data) => writeVerdict(data, 'jump', jump));
        if (to !== undefined && set.data !== undefined) {
          const value = keyBytes(set.data, to);
          item.nest(2, (data) => data.bytes(1, value));
        }
        if (comment !== undefined) item.bytes(6, commentBytes(comment));
      }),
    );
  });
}

export function isMap({ verdicts, data }: NftSet): boolean {
  return verdicts === true || data !== undefined;
}

/**
 * NFTNL_UDATA_SET_KEYBYTEORDER and _DATABYTEORDER, without which nft lists interface names as empty: 1 is the
 * host's order, 2 big-endian, 0 mixed.
 */
function byteOrders({ type: fields, data }: NftSet): Buffer {
  const order = (tag: number, types: NftSet['type']) => [tag, 4, types.length > 1 ? 0 : types[0] === 'ifname' ? 1 : 2, 0, 0, 0];
  return Buffer.from([...order(0, fields), ...(data === undefined ? [] : order(1, data))]);
}

function commentBytes(comment: string): Buffer {
  const text = Buffer.from(`${comment}\0`);
  return Buffer.concat([Buffer.from([commentTag, text.length]), text]);
}

function message(kind: keyof typeof type, flags: number, call: string, fill: (body: AttributeWriter) => unknown): Message {
  const body = new AttributeWriter(header);
  fill(body);
  return { type: (nftSubsystem << 8) | type[kind], flags, body: body.body(), call };
}
