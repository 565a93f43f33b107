import { ViaductError } from '../../model/errors.ts';
import { parsePortGroup } from './network.ts';
import { required } from './read.ts';
import type { SectionUpdate } from './update.ts';
import { editList } from './update-list.ts';

export const updatePortGroup: SectionUpdate = (network, command, element) => {
  const group = parsePortGroup(element);
  const shown = `<portgroup name='${group.name}'>`;
  const portGroups = editList(network.portGroups, command, group, ({ name }) => name === group.name, {
    exists: `there is an existing portgroup entry in network '${network.name}' that matches "${shown}"`,
    absent: `couldn't find a portgroup entry in network '${network.name}' matching ${shown}`,
  });
  if (command !== 'delete' && portGroups.filter((candidate) => candidate.default === true).length > 1) {
    throw new ViaductError(
      'operation-invalid',
      `a different portgroup entry in network '${network.name}' is already set as the default. Only one default is allowed.`,
    );
  }
  return { portGroups };
};

/** A device of the pool, or the one way out of a network the host routes for. */
export const updateForwardInterface: SectionUpdate = (network, command, element, { poolConnections }) => {
  const { name, forward } = network;
  const dev = required(element, 'dev', 'xml-invalid', 'missing dev attribute in <interface> element');
  if (forward.mode === 'isolated') {
    throw new ViaductError('operation-invalid', `network '${name}' has no <forward>, so it has no interface entries`);
  }
  const listed = 'interfaces' in forward ? forward.interfaces : 'uplink' in forward && forward.uplink !== undefined ? [forward.uplink] : [];
  const interfaces = editList(listed, command, dev, (candidate) => candidate === dev, {
    exists: `there is an existing interface entry in network '${name}' that matches "<interface dev='${dev}'>"`,
    absent: `couldn't find an interface entry in network '${name}' matching <interface dev='${dev}'>`,
    unmodifiable: 'forward interface entries cannot be modified, only added or deleted',
  });
  const users = poolConnections?.get(dev) ?? 0;
  if (command === 'delete' && users > 0) {
    throw new ViaductError(
      'operation-invalid',
      `unable to delete interface '${dev}' in network '${name}'. It is currently being used by ${users} domains.`,
    );
  }
  if ('interfaces' in forward) return { forward: { ...forward, interfaces } };
  if (forward.mode === 'open')
    throw new ViaductError('xml-invalid', `forward dev not allowed for network '${name}' with forward mode='open'`);
  if (interfaces.length > 1) {
    throw new ViaductError('xml-invalid', `multiple forwarding interfaces specified for network '${name}', only one is supported`);
  }
  const { uplink: _before, ...rest } = forward;
  const [uplink] = interfaces;
  return { forward: uplink === undefined ? rest : { ...rest, uplink } };
};
