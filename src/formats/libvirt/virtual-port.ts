import { ViaductError } from '../../model/errors.ts';
import type { VirtualPort } from '../../model/network.ts';
import { parseUuid } from '../../model/units.ts';
import { parseCNumber, present, readWith } from './read.ts';
import { attribute, child, type XmlElement } from './xml.ts';
import { element as out, type XmlOut } from './xml-writer.ts';

const types = ['802.1Qbg', '802.1Qbh', 'openvswitch', 'midonet'] as const;

/** Which parameters a type knows; libvirt drops midonet's extra ones in silence, so do we. */
const parametersOf: Readonly<Record<(typeof types)[number], readonly string[]>> = {
  '802.1Qbg': ['managerid', 'typeid', 'typeidversion', 'instanceid'],
  '802.1Qbh': ['profileid'],
  openvswitch: ['profileid', 'interfaceid'],
  midonet: ['interfaceid'],
};

const allParameters: readonly string[] = [...new Set(Object.values(parametersOf).flat())];

/** Bytes of a profile's name, one less than the 40 of the kernel's PORT_PROFILE_MAX. */
const longestProfile = 39;

/**
 * Undefined when it says nothing at all.
 *
 * @param typeRequired A network has to say which kind it is; a portgroup may add to the network's own.
 */
export function parseVirtualPort(element: XmlElement, typeRequired: boolean): VirtualPort | undefined {
  const text = attribute(element, 'type');
  const type = types.find((known) => known === text);
  if (text !== undefined && type === undefined) {
    throw new ViaductError('config-unsupported', `unknown virtualport type ${text}`, { hint: `Use one of: ${types.join(', ')}.` });
  }
  if (type === undefined && typeRequired) throw new ViaductError('xml-invalid', 'missing required virtualport type');
  const parameters = child(element, 'parameters');
  const virtualPort: VirtualPort = { ...present({ type }), ...(parameters && parseParameters(parameters, type)) };
  return Object.keys(virtualPort).length === 0 ? undefined : virtualPort;
}

function parseParameters(element: XmlElement, type: VirtualPort['type']): VirtualPort {
  const known = type === undefined ? allParameters : parametersOf[type];
  const extra = element.attributes.find(({ name }) => allParameters.includes(name) && !known.includes(name));
  if (extra !== undefined && type !== 'midonet') {
    throw new ViaductError('xml-invalid', `extra ${extra.name} unsupported in <virtualport type='${type}'>`, {
      hint: `A virtualport of this type takes ${known.join(', ')}.`,
    });
  }
  const read = <Value>(name: string, parse: (text: string) => Value | undefined, message: string) =>
    known.includes(name) ? readWith(element, name, parse, 'xml-invalid', () => message) : undefined;
  const number = (name: string, most: number, outOfRange: string) => {
    const value = read(name, parseCNumber, `cannot parse value of ${name} parameter`);
    if (value !== undefined && value > most) throw new ViaductError('xml-invalid', outOfRange);
    return value;
  };
  const uuid = (name: string) => read(name, parseUuid, `cannot parse ${name} parameter as a uuid`);
  return present({
    managerId: number('managerid', 0xff, 'value of managerid out of range'),
    typeId: number('typeid', 0xffffff, 'value for typeid out of range'),
    typeIdVersion: number('typeidversion', 0xff, 'value of typeidversion out of range'),
    instanceId: uuid('instanceid'),
    interfaceId: uuid('interfaceid'),
    profileId: read('profileid', parseProfile, 'profileid parameter too long') || undefined,
  });
}

function parseProfile(text: string): string | undefined {
  return new TextEncoder().encode(text).length > longestProfile ? undefined : text;
}

export function formatVirtualPort(virtualPort: VirtualPort): XmlOut {
  const { type, managerId, typeId, typeIdVersion, instanceId, interfaceId, profileId } = virtualPort;
  const parameters = {
    managerid: managerId,
    typeid: typeId,
    typeidversion: typeIdVersion,
    instanceid: instanceId,
    interfaceid: interfaceId,
    profileid: profileId,
  };
  const any = Object.values(parameters).some((value) => value !== undefined);
  return out('virtualport', { type }, any ? [out('parameters', parameters)] : []);
}
