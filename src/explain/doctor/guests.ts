import { parseAddress, parseSubnet, contains } from '../../model/address.ts';
import type { Finding, HostHealth } from '../../model/doctor.ts';
import { finding } from './findings.ts';

/** What is amiss between guests and what they hang on. */
export function guestFindings(health: HostHealth): Finding[] {
  return [...givenAway(health), ...apart(health), ...astray(health)];
}

/** The host itself loses a card that a guest gets for itself. */
function givenAway({ given }: HostHealth): Finding[] {
  return given.map((params) => finding('guests', 'card-given-away', { verdict: 'warning', object: `network ${params.network}`, params }));
}

/** Nobody tells us a guest's prefix; with fewer bits in common than this no prefix that people use holds both addresses. */
const shortestPrefix = 16;

/** Guests of one bridge whose subnets differ need a router to reach each other, and there is none. */
function apart({ domains }: HostHealth): Finding[] {
  return domains.flatMap(({ bridge, mayHaveRouter, guests }) => {
    if (mayHaveRouter) return [];
    const known = guests.flatMap(({ name, addresses }) => {
      const own = addresses.filter((text) => parseAddress(text)?.family === 'ipv4');
      return own.length === 0 ? [] : [{ name, addresses: own }];
    });
    const [first, ...others] = known;
    const stranger = others.find(
      (other) => first !== undefined && !first.addresses.some((one) => other.addresses.some((two) => areNear(one, two))),
    );
    if (first === undefined || stranger === undefined) return [];
    const params = {
      bridge,
      one: first.name,
      address: first.addresses.join(', '),
      other: stranger.name,
      otherAddress: stranger.addresses.join(', '),
    };
    return [finding('guests', 'guests-apart', { verdict: 'warning', object: `bridge ${bridge}`, params })];
  });
}

function areNear(one: string, two: string): boolean {
  const subnet = parseSubnet(`${one}/${shortestPrefix}`);
  const other = parseAddress(two);
  return subnet !== undefined && other !== undefined && contains(subnet, other);
}

/** What tables of guests say is not what the kernel has. */
function astray({ astray: ports }: HostHealth): Finding[] {
  return ports.map(({ guest, link, bridge, master = '' }) =>
    finding('guests', 'port-astray', {
      verdict: 'problem',
      object: `port ${link}`,
      params: { guest, link, bridge, ...(master !== '' && { master }) },
    }),
  );
}
