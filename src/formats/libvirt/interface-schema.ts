import { yesNoWords, type Shape } from './schema.ts';

const link: Shape = { attributes: { speed: 'any', state: 'any' } };
const mac: Shape = { attributes: { address: 'any' } };
const vlan: Shape = {
  attributes: { tag: 'any', protocol: ['802.1Q', '802.1ad'] },
  children: { interface: { attributes: { name: 'any' } } },
};

/** What may lie below: each kind has its own element, and what its link reports. */
function part(children: Readonly<Record<string, Shape>>): Shape {
  return { attributes: { type: 'any', name: 'any' }, children: { link, mac, ...children } };
}

const bond: Shape = {
  attributes: { mode: 'any' },
  children: {
    miimon: { attributes: { freq: 'any', downdelay: 'any', updelay: 'any', carrier: ['ioctl', 'netif'] } },
    arpmon: { attributes: { interval: 'any', target: 'any', validate: ['none', 'active', 'backup', 'all'] } },
    interface: part({}),
  },
  many: ['interface'],
};

const protocol: Shape = {
  attributes: { family: ['ipv4', 'ipv6'] },
  children: {
    autoconf: {},
    dhcp: { attributes: { peerdns: yesNoWords } },
    ip: { attributes: { address: 'any', prefix: 'any' } },
    route: { attributes: { gateway: 'any' } },
  },
  many: ['ip'],
};

/** Every element and attribute of a host interface's document. */
export const interfaceShape: Shape = {
  attributes: { type: 'any', name: 'any' },
  children: {
    start: { attributes: { mode: ['onboot', 'none', 'hotplug'] } },
    mtu: { attributes: { size: 'any' } },
    protocol,
    link,
    mac,
    bond,
    vlan,
    bridge: {
      attributes: { stp: ['on', 'off'], delay: 'any', vlanFiltering: ['on', 'off'] },
      children: { interface: part({ bond, vlan }) },
      many: ['interface'],
    },
  },
  many: ['protocol'],
};
