import { parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { emptyCatalog, type Catalog } from '../../../src/model/catalog.ts';
import type { Network } from '../../../src/model/network.ts';
import type { Mac, Uuid } from '../../../src/model/units.ts';
import { completeNetwork } from '../../../src/service/complete.ts';
import { activate, define } from '../../../src/service/network-edits.ts';
import type { PortDraft } from '../../../src/service/port-edits.ts';

export const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as Uuid;
export const mac = (number: number) => `52:54:00:00:00:${number.toString(16).padStart(2, '0')}` as Mac;

/** A network from the inside of its XML, completed as the daemon does. */
export function network(name: string, inside = '', number = 1): Network {
  const draft = parseNetwork(`<network><name>${name}</name><uuid>${uuid(number)}</uuid>${inside}</network>`);
  return completeNetwork(emptyCatalog, draft, new Set());
}

export function nat(name: string, number = 1, more = ''): Network {
  const dhcp = `<dhcp><range start='10.0.${number}.2' end='10.0.${number}.20'/></dhcp>`;
  return network(
    name,
    `<forward mode='nat'/><bridge name='vb${number}'/><ip address='10.0.${number}.1' prefix='24'>${dhcp}</ip>${more}`,
    number,
  );
}

/** A catalog in which all of these are defined and active. */
export function running(...networks: Network[]): Catalog {
  return networks.reduce((catalog, one) => activate(define(catalog, one), one.uuid), emptyCatalog);
}

export function port(number: number, more: Partial<PortDraft> = {}): PortDraft {
  return { uuid: uuid(100 + number), owner: { name: `guest${number}`, uuid: uuid(200 + number) }, mac: mac(number), ...more };
}
