import { textShape as text, yesNoWords, type Shape } from './schema.ts';

const lease: Shape = { attributes: { expiry: 'any', unit: ['seconds', 'minutes', 'hours'] } };
const families = ['ipv4', 'ipv6'];

/** Shared with ports. */
export const virtualPortShape: Shape = {
  attributes: { type: 'any' },
  children: {
    parameters: {
      attributes: { managerid: 'any', typeid: 'any', typeidversion: 'any', instanceid: 'any', profileid: 'any', interfaceid: 'any' },
    },
  },
};

export const vlanShape: Shape = {
  attributes: { trunk: yesNoWords },
  children: { tag: { attributes: { id: 'any', nativeMode: ['tagged', 'untagged'] } } },
  many: ['tag'],
};

export const bandwidthShape: Shape = {
  attributes: { classID: 'any' },
  children: {
    inbound: { attributes: { average: 'any', peak: 'any', burst: 'any', floor: 'any' } },
    outbound: { attributes: { average: 'any', peak: 'any', burst: 'any' } },
  },
};

export const pciAddressShape: Shape = {
  attributes: { type: ['pci'], domain: 'any', bus: 'any', slot: 'any', function: 'any' },
};

const forwardShape: Shape = {
  attributes: {
    mode: ['none', 'nat', 'route', 'open', 'bridge', 'private', 'vepa', 'passthrough', 'hostdev'],
    dev: 'any',
    managed: yesNoWords,
  },
  children: {
    interface: { attributes: { dev: 'any', connections: 'any' } },
    pf: { attributes: { dev: 'any' } },
    address: pciAddressShape,
    driver: { attributes: { name: ['vfio', 'kvm'], model: 'any' } },
    nat: {
      attributes: { ipv6: yesNoWords },
      children: { address: { attributes: { start: 'any', end: 'any' } }, port: { attributes: { start: 'any', end: 'any' } } },
    },
  },
  many: ['interface', 'address'],
};

const dnsShape: Shape = {
  attributes: { enable: yesNoWords, forwardPlainNames: yesNoWords },
  children: {
    forwarder: { attributes: { domain: 'any', addr: 'any' } },
    txt: { attributes: { name: 'any', value: 'any' } },
    srv: {
      attributes: { service: 'any', protocol: 'any', domain: 'any', target: 'any', port: 'any', priority: 'any', weight: 'any' },
    },
    host: { attributes: { ip: 'any' }, children: { hostname: text }, many: ['hostname'] },
  },
  many: ['forwarder', 'txt', 'srv', 'host'],
};

const ipShape: Shape = {
  attributes: { family: families, address: 'any', netmask: 'any', prefix: 'any', localPtr: yesNoWords },
  children: {
    tftp: { attributes: { root: 'any' } },
    dhcp: {
      children: {
        range: { attributes: { start: 'any', end: 'any' }, children: { lease } },
        host: { attributes: { mac: 'any', id: 'any', name: 'any', ip: 'any' }, children: { lease } },
        bootp: { attributes: { file: 'any', server: 'any' } },
      },
      many: ['range', 'host'],
    },
  },
};

/** Every element and attribute of a network document. */
export const networkShape: Shape = {
  attributes: { ipv6: yesNoWords, trustGuestRxFilters: yesNoWords, connections: 'any' },
  children: {
    name: text,
    uuid: text,
    title: text,
    description: text,
    metadata: { foreign: 'any' },
    forward: forwardShape,
    bridge: { attributes: { name: 'any', zone: 'any', stp: ['on', 'off'], delay: 'any', macTableManager: ['kernel', 'libvirt'] } },
    mtu: { attributes: { size: 'any' } },
    mac: { attributes: { address: 'any' } },
    domain: { attributes: { name: 'any', localOnly: yesNoWords, register: yesNoWords } },
    dns: dnsShape,
    ip: ipShape,
    route: { attributes: { family: families, address: 'any', netmask: 'any', prefix: 'any', gateway: 'any', metric: 'any' } },
    virtualport: virtualPortShape,
    vlan: vlanShape,
    bandwidth: bandwidthShape,
    port: { attributes: { isolated: yesNoWords } },
    portgroup: {
      attributes: { name: 'any', default: yesNoWords, trustGuestRxFilters: yesNoWords },
      children: { virtualport: virtualPortShape, vlan: vlanShape, bandwidth: bandwidthShape },
    },
  },
  many: ['ip', 'route', 'portgroup'],
  foreign: {
    namespace: 'http://libvirt.org/schemas/network/dnsmasq/1.0',
    name: 'options',
    shape: {
      namespace: 'http://libvirt.org/schemas/network/dnsmasq/1.0',
      children: { option: { attributes: { value: 'any' } } },
      many: ['option'],
    },
  },
};
