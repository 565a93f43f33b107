import { ViaductError } from '../../model/errors.ts';
import type { NetworkDraft } from '../../model/network.ts';
import type { UpdateCommand, UpdateSection } from '../../model/update.ts';
import { validateNetwork } from '../../model/validate.ts';
import { updateDhcpHost, updateDhcpRange } from './update-dhcp.ts';
import { updateDnsHost, updateDnsSrv, updateDnsTxt } from './update-dns.ts';
import { updateForwardInterface, updatePortGroup } from './update-devices.ts';
import { parseXml, type XmlElement } from './xml.ts';

/** One `virsh net-update`. */
export interface NetworkEdit {
  readonly command: UpdateCommand;
  readonly section: UpdateSection;
  /** The element to add, to put in another's place, or to find and take away. */
  readonly xml: string;
  /** Which `<ip>`, counted from 0 over both families; absent or negative: the one that has dhcp. */
  readonly parentIndex?: number;
  /** Ports that use each device of the pool: a used one cannot be taken away. */
  readonly poolConnections?: ReadonlyMap<string, number>;
}

/** The parts of a network that an update of one section changes. */
export type SectionUpdate = (
  network: NetworkDraft,
  command: UpdateCommand,
  element: XmlElement,
  edit: NetworkEdit,
) => Partial<Pick<NetworkDraft, 'ips' | 'dns' | 'portGroups' | 'forward'>>;

/** What can be updated, and the element it takes. */
const sections: Readonly<Partial<Record<UpdateSection, { readonly element: string; readonly update: SectionUpdate }>>> = {
  'ip-dhcp-host': { element: 'host', update: updateDhcpHost },
  'ip-dhcp-range': { element: 'range', update: updateDhcpRange },
  'dns-host': { element: 'host', update: updateDnsHost },
  'dns-txt': { element: 'txt', update: updateDnsTxt },
  'dns-srv': { element: 'srv', update: updateDnsSrv },
  portgroup: { element: 'portgroup', update: updatePortGroup },
  'forward-interface': { element: 'interface', update: updateForwardInterface },
};

/**
 * The network after an update, checked as a whole again.
 *
 * @throws `operation-unsupported` for what libvirt cannot update, `operation-invalid` when the entry is not
 *   there, there twice or there already, `xml-invalid` for another element, and what parsing and
 *   `validateNetwork` throw.
 */
export function applyUpdate<Definition extends NetworkDraft>(network: Definition, edit: NetworkEdit): Definition {
  const section = sections[edit.section];
  if (section === undefined) {
    throw new ViaductError(
      'operation-unsupported',
      `can't update '${edit.section.replaceAll('-', ' ')}' section of network '${network.name}'`,
      {
        hint: `What can be updated: ${Object.keys(sections).join(', ')}. For anything else, define the network anew.`,
      },
    );
  }
  const element = parseXml(edit.xml, 'network_update_xml');
  if (element.name !== section.element) {
    throw new ViaductError(
      'xml-invalid',
      `unexpected element <${element.name}>, expecting <${section.element}>, while updating network '${network.name}'`,
    );
  }
  const after = { ...network, ...section.update(network, edit.command, element, edit) };
  validateNetwork(after);
  return after;
}
