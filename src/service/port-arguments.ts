import { ViaductError } from '../model/errors.ts';
import { isVirtio, modelDevice, usualModel } from '../model/nic-model.ts';
import type { Port, PortClient, PortLink } from '../model/port.ts';
import type { PortArguments } from './operation-types.ts';
import { portLabel, portName } from './port-names.ts';

/** What is known of the wire besides the port itself. */
export interface WireFacts {
  /** Number of the device, which names the file of a macvtap. */
  readonly index: number;
  /** Of the network; the usual 1500 when absent. */
  readonly mtu?: number;
}

/** What a program has to be told so that its guest hangs on this port. Pure: the wire is there already. */
export function portArguments(port: Port, client: PortClient, { index, mtu }: WireFacts): PortArguments {
  const { link } = port;
  if (link === undefined) {
    throw new ViaductError('operation-invalid', `The wire of ${portLabel(port)} is the hypervisor's own.`, {
      hint: 'Make a port with --for to get a wire from Viaduct.',
    });
  }
  if (link.kind === 'veth') {
    throw new ViaductError(
      'operation-invalid',
      `Port '${portName(port)}' leads into namespace '${link.netns}' as ${link.inside}; no program has to be told.`,
      {
        hint: `Use it with: ip netns exec ${link.netns} COMMAND`,
      },
    );
  }
  switch (client) {
    case 'qemu':
      return commandLine(client, qemu(port, link, mtu), openFile(link, index));
    case 'cloud-hypervisor':
      return commandLine(client, cloudHypervisor(port, link, mtu), openFile(link, index));
    case 'firecracker': {
      if (link.kind === 'macvtap')
        throw new ViaductError('config-unsupported', 'Firecracker cannot use a macvtap.', { hint: 'Use a network with a bridge.' });
      const json = JSON.stringify(
        { 'network-interfaces': [{ iface_id: 'eth0', guest_mac: port.mac, host_dev_name: link.name }] },
        undefined,
        2,
      );
      return { for: client, json, text: `${json}\n` };
    }
    case 'libvirt': {
      const xml = libvirtXml(port, link, mtu);
      return { for: client, xml, text: xml };
    }
    case 'none':
      return { for: client, argv: [link.name], text: `${link.name}\n` };
  }
}

/** A macvtap is a file of its own, which the shell opens as descriptor 3. */
function openFile(link: PortLink, index: number): string {
  return link.kind === 'macvtap' ? ` 3<>/dev/tap${index}` : '';
}

const queues = 2;

function qemu(
  { mac, model = usualModel }: Port,
  link: Extract<PortLink, { kind: 'tap' | 'macvtap' }>,
  mtu: number | undefined,
): readonly string[] {
  const id = `net-${link.name.replaceAll(/[^\w.-]/g, '_')}`;
  const many = link.kind === 'tap' && link.multiQueue === true;
  const backend = link.kind === 'macvtap' ? 'fd=3' : `ifname=${link.name.replaceAll(',', ',,')},script=no,downscript=no`;
  const header = link.kind === 'tap' && link.vnetHeader === false ? ',vnet_hdr=off' : '';
  const card = [
    `${modelDevice(model)},netdev=${id},mac=${mac}`,
    // Cards of hardware learn neither of a larger packet nor of a second queue.
    ...(mtu === undefined || !isVirtio(model) ? [] : [`host_mtu=${mtu}`]),
    ...(many ? ['mq=on', `vectors=${2 * queues + 2}`] : []),
  ];
  return ['-netdev', `tap,id=${id},${backend}${many ? `,queues=${queues}` : ''}${header}`, '-device', card.join(',')];
}

function cloudHypervisor({ mac }: Port, link: Extract<PortLink, { kind: 'tap' | 'macvtap' }>, mtu: number | undefined): readonly string[] {
  const many = link.kind === 'tap' && link.multiQueue === true;
  const backend = link.kind === 'macvtap' ? 'fd=3' : `tap=${link.name}`;
  return ['--net', [backend, `mac=${mac}`, `num_queues=${many ? 2 * queues : 2}`, ...(mtu === undefined ? [] : [`mtu=${mtu}`])].join(',')];
}

/** A device that is there already and is left alone: libvirt neither makes nor removes it. */
function libvirtXml({ mac, model = usualModel }: Port, link: PortLink, mtu: number | undefined): string {
  const many = link.kind === 'tap' && link.multiQueue === true;
  const lines = [
    `<interface type='ethernet'>`,
    `  <mac address='${mac}'/>`,
    `  <target dev='${escape(link.name)}' managed='no'/>`,
    `  <model type='${escape(model)}'/>`,
    ...(many ? [`  <driver queues='${queues}'/>`] : []),
    ...(mtu === undefined ? [] : [`  <mtu size='${mtu}'/>`]),
    `</interface>`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&apos;');
}

function commandLine(client: PortClient, argv: readonly string[], redirect: string): PortArguments {
  return { for: client, argv, text: `${argv.map(quoted).join(' ')}${redirect}\n` };
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
