import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Port } from '../model/port.ts';
import { parseUuid } from '../model/units.ts';

/** What a port is called where people read it. */
export function portName({ name, owner }: Port): string {
  return name ?? owner.name;
}

export function portLabel(port: Port): string {
  return `port '${portName(port)}'`;
}

/** The name a new port gets: alone on this host, and no word that means another port already. */
export function freePortName({ ports }: Catalog, name: string): string {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u.test(name)) {
    throw new ViaductError('invalid-argument', `'${name}' is no name for a port.`, {
      hint: 'Use up to 63 letters, digits, dots, dashes and underscores.',
    });
  }
  if (parseUuid(name) !== undefined) throw new ViaductError('invalid-argument', `A port cannot be called '${name}': that reads as a UUID.`);
  for (const port of ports.values()) {
    if (port.name !== name) continue;
    throw new ViaductError('name-in-use', `A port named '${name}' exists already`, {
      hint: `Choose another name, or remove it: viaduct port delete ${name}`,
      params: { port: name },
    });
  }
  return name;
}
