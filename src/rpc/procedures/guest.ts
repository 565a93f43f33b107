import { domainObject, limits, optionalText, text } from '../protocol.ts';
import { array, int, struct, uint } from '../xdr.ts';

/** The calls of a hypervisor's daemon that we make as its client. */

export const listAllDomains = {
  number: 273,
  args: struct({ need_results: int, flags: uint }),
  ret: struct({ domains: array(domainObject, limits.domains), ret: uint }),
};

export const lookupDomainByName = { number: 23, args: struct({ name: text }), ret: struct({ dom: domainObject }) };

export const domainXml = { number: 14, args: struct({ dom: domainObject, flags: uint }), ret: struct({ xml: text }) };

const address = struct({ type: int, addr: text, prefix: uint });

export const interfaceAddresses = {
  number: 353,
  args: struct({ dom: domainObject, source: uint, flags: uint }),
  ret: struct({
    ifaces: array(struct({ name: text, hwaddr: optionalText, addrs: array(address, limits.domainAddresses) }), limits.domainInterfaces),
  }),
};
