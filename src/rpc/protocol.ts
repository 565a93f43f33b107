import { notUtf8 } from '../formats/libvirt/xml-bytes.ts';
import { array, double, hyper, int, optional, string, struct, uhyper, uint, union, uuid } from './xdr.ts';
import type { ValueOf } from './xdr.ts';

/** The programs that speak over one connection, and the one version each of them has. */
export const programs = { remote: 0x20008086, keepalive: 0x6b656570 } as const;
export const protocolVersion = 1;

export const messageType = { call: 0, reply: 1, event: 2, stream: 3, callWithFds: 4, replyWithFds: 5, streamHole: 6 } as const;
export const messageStatus = { ok: 0, error: 1 } as const;
export const keepaliveProcedure = { ping: 1, pong: 2 } as const;

/** Bytes and counts that libvirt's own definitions allow at most. */
export const limits = {
  /** Of everything after the length word. */
  message: 33_554_432,
  string: 4_194_304,
  networks: 16_384,
  ports: 16_384,
  interfaces: 16_384,
  domains: 16_384,
  leases: 65_536,
  portParameters: 16,
  identityParameters: 20,
  authTypes: 20,
  domainInterfaces: 2_048,
  domainAddresses: 2_048,
} as const;

export const text = string(limits.string);
export const optionalText = optional(text);
/** A document in XML; bytes that are no UTF-8 are the parser's to refuse, and it says where they are. */
export const xmlText = string(limits.string, notUtf8);

/** Networks are found by their UUID alone; the name is there for messages. */
export const networkObject = struct({ name: text, uuid });
export type NetworkObject = ValueOf<typeof networkObject>;
export const portObject = struct({ net: networkObject, uuid });
/** Interfaces are found by their name. */
export const interfaceObject = struct({ name: text, mac: text });
/** `id` is -1 while the guest is off. */
export const domainObject = struct({ name: text, uuid, id: int });
export type DomainObject = ValueOf<typeof domainObject>;

/** virTypedParameterType, as the arms of the union that carries the value. */
export const typedParameter = struct({
  field: text,
  value: union({ 1: int, 2: uint, 3: hyper, 4: uhyper, 5: double, 6: int, 7: text }),
});
export type TypedParameter = ValueOf<typeof typedParameter>;

export function typedParameters(maximum: number) {
  return array(typedParameter, maximum);
}

/** What a reply carries whose status is an error. */
export const remoteError = struct({
  code: int,
  domain: int,
  message: optionalText,
  level: int,
  dom: optional(domainObject),
  str1: optionalText,
  str2: optionalText,
  str3: optionalText,
  int1: int,
  int2: int,
  net: optional(networkObject),
});
export type RemoteError = ValueOf<typeof remoteError>;
