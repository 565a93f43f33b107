import type { Input, OperationName, Output } from '../service/operation-types.ts';
import { ViaductError } from '../model/errors.ts';
import { apiName } from './api-names.ts';
import { encodePacket, readPayload } from './frame.ts';
import type { Packet } from './frame.ts';
import { rpcError } from './errors.ts';
import { messageType } from './protocol.ts';
import type { NetworkObject } from './protocol.ts';
import type { Session } from './session.ts';
import type { Codec } from './xdr.ts';
import { XdrError } from './xdr-stream.ts';

/** A call as both ends know it: its number, and what goes over and comes back. */
export interface Call<Args, Ret> {
  readonly number: number;
  readonly args: Codec<Args>;
  readonly ret: Codec<Ret>;
}

/** One row of the table: a call and what the server does about it. */
export interface Procedure {
  readonly number: number;
  /** libvirt's public function, `virNetworkCreate`. */
  readonly name: string;
  /** Refused on read-only connections. */
  readonly write: boolean;
  /** Answered before the connection was opened. */
  readonly early: boolean;
  /** The reply packet. */
  answer(session: Session, packet: Packet): Promise<Buffer>;
}

/** A call about the connection itself: handshake, identity, events. */
export function dialogueCall<Args, Ret>(
  row: Call<Args, Ret> & { readonly early?: true; answer(session: Session, args: NoInfer<Args>): NoInfer<Ret> | Promise<NoInfer<Ret>> },
): Procedure & Call<Args, Ret> {
  return {
    ...called(row),
    write: false,
    early: row.early ?? false,
    async answer(session, packet) {
      return reply(packet, row.ret, await row.answer(session, readArguments(packet, row.args)));
    },
  };
}

interface OperationRow<Args, Ret, Name extends OperationName> extends Call<Args, Ret> {
  readonly write?: true;
  readonly operation: Name;
  toInput(args: NoInfer<Args>): Input<Name>;
  toReply(output: Output<Name>, args: NoInfer<Args>): NoInfer<Ret>;
  /** What libvirt says when the object that `args` name is not there; the operation's own words by default. */
  missing?(args: NoInfer<Args>): string;
}

/** A call that one operation of the service answers. */
export function operationCall<Args, Ret, Name extends OperationName>(row: OperationRow<Args, Ret, Name>): Procedure & Call<Args, Ret> {
  return {
    ...called(row),
    write: row.write ?? false,
    early: false,
    async answer(session, packet) {
      const args = readArguments(packet, row.args);
      const input = row.toInput(args);
      const output = await session.service.runOperation(session.caller, row.operation, input).catch((error: unknown) => {
        throw row.missing === undefined ? error : reword(error, () => row.missing!(args));
      });
      return reply(packet, row.ret, row.toReply(output, args));
    },
  };
}

/** {@link operationCall} for a call whose arguments begin with the network it is about. */
export function networkCall<Args extends { readonly net: NetworkObject }, Ret, Name extends OperationName>(
  row: Omit<OperationRow<Args, Ret, Name>, 'missing'>,
): Procedure & Call<Args, Ret> {
  return operationCall({ ...row, missing: ({ net }) => noSuchNetwork(net) });
}

/** The name is only what the client thinks; libvirt repeats it all the same. */
export function noSuchNetwork(net: NetworkObject): string {
  return `no network with matching uuid '${net.uuid}' (${net.name})`;
}

export function tableOf(...rows: readonly Procedure[]): ReadonlyMap<number, Procedure> {
  return new Map(rows.map((row) => [row.number, row]));
}

/** For operations whose answer is that they are done. */
export const done = (): void => undefined;

function called<Args, Ret>({ number, args, ret }: Call<Args, Ret>) {
  return { number, name: apiName(number) ?? `procedure ${number}`, args, ret };
}

function readArguments<Args>(packet: Packet, codec: Codec<Args>): Args {
  try {
    return readPayload(packet, codec);
  } catch (error) {
    throw error instanceof XdrError ? rpcError('Unable to decode message payload') : error;
  }
}

function reply<Ret>(packet: Packet, codec: Codec<Ret>, value: Ret): Buffer {
  const { program, version, procedure, serial } = packet;
  try {
    return encodePacket({ program, version, procedure, serial, type: messageType.reply }, codec, value);
  } catch (error) {
    throw error instanceof XdrError ? rpcError('Unable to encode message payload') : error;
  }
}

function reword(error: unknown, words: () => string): unknown {
  const missing = error instanceof ViaductError && (error.code === 'network-not-found' || error.code === 'interface-not-found');
  return missing ? new ViaductError(error.code, words(), { params: error.params, cause: error }) : error;
}
