import { hostname } from 'node:os';
import { domains } from '../api-names.ts';
import { checkFlags, DialogueError, errorNumbers, internalError } from '../errors.ts';
import { dialogueCall, done, operationCall, tableOf } from '../procedures.ts';
import { limits, networkObject, optionalText, text, typedParameters } from '../protocol.ts';
import { array, int, nothing, optional, struct, uhyper, uint } from '../xdr.ts';
import { machine } from './machine.ts';

/** remote_auth_type. The socket's file mode has decided already who may connect. */
const authNone = 0;

export const authList = dialogueCall({
  number: 66,
  args: nothing,
  ret: struct({ types: array(int, limits.authTypes) }),
  early: true,
  answer: () => ({ types: [authNone] }),
});

/** SASL and polkit: never offered, so who asks all the same is told that it failed. */
const refusedAuthentication = [67, 68, 69, 70].map((number) =>
  dialogueCall({
    number,
    args: nothing,
    ret: nothing,
    early: true,
    answer() {
      throw new DialogueError(errorNumbers.authFailed, domains.rpc, 'authentication failed: authentication failed');
    },
  }),
);

/** virDrvFeature: what this server can do. Any other number is answered 0, never with an error. */
const features = { fdPassing: 8, typedStrings: 9, keepalive: 10, eventCallbacks: 14, closeCallbacks: 15, updateOrder: 16 } as const;
const supported: ReadonlySet<number> = new Set(Object.values(features));

export const supportsFeature = dialogueCall({
  number: 60,
  args: struct({ feature: int }),
  ret: struct({ supported: int }),
  early: true,
  answer(session, { feature }) {
    if (feature === features.keepalive) session.startKeepalive();
    else if (!session.isOpen) throw internalError('hypervisor connection not open');
    return { supported: Number(supported.has(feature)) };
  },
});

/** virConnectFlags: read-only. */
const openReadOnly = 1;

export const connectOpen = dialogueCall({
  number: 1,
  args: struct({ name: optionalText, flags: uint }),
  ret: nothing,
  early: true,
  answer(session, { name, flags }) {
    if (session.isOpen) throw internalError('connection already open');
    checkFlags(flags, 3, 'virConnectOpenInternal', domains.none);
    checkUri(name ?? session.uri, session.driver.scheme);
    session.open((flags & openReadOnly) !== 0);
  },
});

function checkUri(uri: string, scheme: string): void {
  const [, found, path] = /^([^:/]+):\/\/[^/?#]*([^?#]*)/.exec(uri) ?? [];
  if (found !== scheme) {
    throw new DialogueError(errorNumbers.noConnect, domains.none, `no connection driver available for ${uri}`, {
      str1: 'no connection driver available for %s',
      str2: uri,
    });
  }
  if (path !== '/system') throw internalError(`unexpected ${scheme} URI path '${path}', try ${scheme}:///system`, domains.none);
}

export const connectClose = dialogueCall({
  number: 2,
  args: nothing,
  ret: nothing,
  early: true,
  answer: (session) => session.closeAfterReply(),
});

const getType = dialogueCall({
  number: 3,
  args: nothing,
  ret: struct({ type: text }),
  answer: (session) => ({ type: session.driver.scheme }),
});

/** libvirt's own daemon cannot answer this one; ours tells Viaduct's version, as `virsh version` likes it. */
const getVersion = operationCall({
  number: 4,
  args: nothing,
  ret: struct({ hv_ver: uhyper }),
  operation: 'status.get',
  toInput: () => ({}),
  toReply: ({ version }) => ({ hv_ver: versionNumber(version) }),
});

/** The libvirt whose protocol this is; clients choose by it what they ask. */
const protocolRelease = '11.3.0';

const getLibVersion = dialogueCall({
  number: 157,
  args: nothing,
  ret: struct({ lib_ver: uhyper }),
  answer: () => ({ lib_ver: versionNumber(protocolRelease) }),
});

function versionNumber(version: string): bigint {
  const [major = 0, minor = 0, release = 0] = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  return BigInt(major * 1_000_000 + minor * 1_000 + release);
}

const getHostname = dialogueCall({
  number: 59,
  args: nothing,
  ret: struct({ hostname: text }),
  answer: () => ({ hostname: hostname() }),
});

const getCapabilities = dialogueCall({
  number: 7,
  args: nothing,
  ret: struct({ capabilities: text }),
  answer: () => ({
    capabilities: `<capabilities>\n\n  <host>\n    <cpu>\n      <arch>${machine()}</arch>\n    </cpu>\n  </host>\n\n</capabilities>\n`,
  }),
});

const getUri = dialogueCall({ number: 110, args: nothing, ret: struct({ uri: text }), answer: (session) => ({ uri: session.uri }) });

/** A Unix socket is. */
const isSecure = dialogueCall({ number: 149, args: nothing, ret: struct({ secure: int }), answer: () => ({ secure: 1 }) });

/** There is nothing to remember: the news is the end of the connection itself. */
const registerCloseCallback = dialogueCall({ number: 360, args: nothing, ret: nothing, answer: done });
const unregisterCloseCallback = dialogueCall({ number: 361, args: nothing, ret: nothing, answer: done });

/** Another daemon says for whom it acts. */
const setIdentity = dialogueCall({
  number: 419,
  args: struct({ params: typedParameters(limits.identityParameters), flags: uint }),
  ret: nothing,
  answer(session, { params }) {
    session.actFor(new Map(params.map(({ field, value }) => [field, value.value])));
  },
});

export const connectProcedures = tableOf(
  authList,
  ...refusedAuthentication,
  supportsFeature,
  connectOpen,
  connectClose,
  getType,
  getVersion,
  getLibVersion,
  getHostname,
  getCapabilities,
  getUri,
  isSecure,
  registerCloseCallback,
  unregisterCloseCallback,
  setIdentity,
);

const registerEvent = dialogueCall({
  number: 313,
  args: struct({ eventID: int, net: optional(networkObject) }),
  ret: struct({ callbackID: int }),
  answer(session, { eventID, net }) {
    return { callbackID: session.events.register(eventID, net?.uuid) };
  },
});

const deregisterEvent = dialogueCall({
  number: 314,
  args: struct({ callbackID: int }),
  ret: nothing,
  answer: (session, { callbackID }) => session.events.deregister(callbackID),
});

export const eventProcedures = tableOf(registerEvent, deregisterEvent);
