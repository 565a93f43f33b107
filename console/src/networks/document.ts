import { queryOptions } from '@tanstack/react-query';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { operation } from '../lib/live.ts';

/** What the pages read out of a network's XML. The daemon wrote it, so it is well-formed. */
export interface NetworkDocument {
  readonly domain: string | undefined;
  readonly ranges: readonly { readonly start: string; readonly end: string }[];
  readonly reservations: readonly Reservation[];
  readonly dns: {
    readonly hosts: readonly DnsHost[];
    readonly txts: readonly { name: string; value: string }[];
    readonly srvs: readonly { service: string; protocol: string; target: string; port: string }[];
    readonly forwarders: readonly string[];
  };
}
export interface Reservation {
  readonly mac: string;
  readonly name: string;
  readonly ip: string;
}
export interface DnsHost {
  readonly ip: string;
  readonly names: readonly string[];
}

export const xmlQuery = (network: NetworkSummary) => operation('network.xml', { network: network.name, inactive: network.persistent });
export const documentQuery = (network: NetworkSummary) =>
  queryOptions({ ...xmlQuery(network), select: ({ xml }: { xml: string }) => readDocument(xml) });

export function readDocument(xml: string): NetworkDocument {
  const root = new DOMParser().parseFromString(xml, 'text/xml');
  const all = (selector: string): readonly Element[] => [...root.querySelectorAll(selector)];
  const get = (element: Element | null | undefined, name: string): string => element?.getAttribute(name) ?? '';
  return {
    domain: root.querySelector('network > domain')?.getAttribute('name') ?? undefined,
    ranges: all('ip > dhcp > range').map((range) => ({ start: get(range, 'start'), end: get(range, 'end') })),
    reservations: all('ip > dhcp > host').map((host) => ({
      mac: get(host, 'mac') || get(host, 'id'),
      name: get(host, 'name'),
      ip: get(host, 'ip'),
    })),
    dns: {
      hosts: all('dns > host').map((host) => ({
        ip: get(host, 'ip'),
        names: [...host.querySelectorAll('hostname')].map(({ textContent }) => textContent ?? ''),
      })),
      txts: all('dns > txt').map((txt) => ({ name: get(txt, 'name'), value: get(txt, 'value') })),
      srvs: all('dns > srv').map((srv) => ({
        service: get(srv, 'service'),
        protocol: get(srv, 'protocol'),
        target: get(srv, 'target'),
        port: get(srv, 'port'),
      })),
      forwarders: all('dns > forwarder').map((forwarder) => [get(forwarder, 'domain'), get(forwarder, 'addr')].filter(Boolean).join(' → ')),
    },
  };
}

/** Addresses in the IPv4 ranges together. */
export function poolSize({ ranges }: NetworkDocument): number {
  const number = (address: string): number => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return ranges.filter(({ start }) => start.includes('.')).reduce((sum, { start, end }) => sum + number(end) - number(start) + 1, 0);
}

export const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll("'", '&apos;').replaceAll('<', '&lt;');

export function reservationXml({ mac, name, ip }: Reservation): string {
  return `<host mac='${escapeXml(mac)}'${name === '' ? '' : ` name='${escapeXml(name)}'`} ip='${escapeXml(ip)}'/>`;
}

/** `MAC ADDRESS [NAME]` per line, separated by blanks, commas or semicolons, in any order; what is neither is the name. */
export function parseReservations(text: string): readonly Reservation[] {
  return text
    .split('\n')
    .map((line) => line.split(/[\s,;]+/).filter(Boolean))
    .filter((words) => words.length >= 2)
    .map((words) => {
      const mac = words.find((word) => /^([\da-f]{2}[:-]){5}[\da-f]{2}$/i.test(word)) ?? '';
      const ip = words.find((word) => /^\d+(\.\d+){3}$/.test(word)) ?? '';
      return { mac: mac.replaceAll('-', ':'), ip, name: words.find((word) => word !== mac && word !== ip) ?? '' };
    });
}
