import { parseAddress } from './address.ts';
import { ViaductError } from './errors.ts';
import type { DevicePool, Nat, NetworkDraft } from './network.ts';
import { pciText } from './pci.ts';
import { oneLine } from './validate-text.ts';

/** How guests leave the network: addresses to be translated, and pools of devices. */
export function validateForward(draft: NetworkDraft): void {
  const { name, forward } = draft;
  switch (forward.mode) {
    case 'isolated':
      return;
    case 'open':
      return refuseWithoutAddress(draft);
    case 'nat':
    case 'route':
      refuseWithoutAddress(draft);
      if (forward.uplink !== undefined) oneLine(forward.uplink, 'xml-invalid', `forward dev '${forward.uplink}' of network '${name}'`);
      if (forward.mode === 'nat' && forward.nat !== undefined) validateNat(forward.nat, name);
      return;
    default:
      validatePool(forward, draft);
  }
}

function refuseWithoutAddress({ name, forward, ips }: NetworkDraft): void {
  if (ips.length > 0) return;
  throw new ViaductError('xml-invalid', `${forward.mode} forwarding requested, but no IP address provided for network '${name}'`, {
    hint: "Add an <ip address='…'>, or leave <forward> out for an isolated network.",
  });
}

function validateNat({ address, port }: Nat, network: string): void {
  if (address !== undefined) {
    for (const end of ['start', 'end'] as const) {
      if (parseAddress(address[end])?.family === 'ipv4') continue;
      throw new ViaductError('xml-invalid', `Bad ipv4 ${end} address '${address[end]}' in <nat> in <forward> in network '${network}'`);
    }
    if ((parseAddress(address.start)?.value ?? 0n) > (parseAddress(address.end)?.value ?? 0n)) {
      throw new ViaductError('range-invalid', `range ${address.start} - ${address.end} is reversed`, { hint: 'Swap start and end.' });
    }
  }
  if (port === undefined) return;
  const bad = port.start > 65535 ? 'start' : port.end > 65535 || port.end < port.start ? 'end' : undefined;
  if (bad !== undefined) {
    throw new ViaductError('xml-value', `Missing or invalid '${bad}' attribute in <port> in <nat> in <forward> in network ${network}`, {
      hint: 'Ports go up to 65535, and start comes before end.',
    });
  }
}

function validatePool(pool: DevicePool & { readonly mode: string }, { name, bridge }: NetworkDraft): void {
  const { mode, interfaces, pf, addresses } = pool;
  const twice = interfaces.find((device, index) => interfaces.indexOf(device) !== index);
  if (twice !== undefined) throw new ViaductError('xml-invalid', `interface '${twice}' can only be listed once in network ${name}`);
  const texts = addresses.map(pciText);
  const twicePci = texts.find((text, index) => texts.indexOf(text) !== index);
  if (twicePci !== undefined) throw new ViaductError('xml-invalid', `PCI device '${twicePci}' can only be listed once in network ${name}`);
  for (const device of [...interfaces, ...(pf === undefined ? [] : [pf])]) {
    oneLine(device, 'xml-invalid', `forward dev '${device}' of network '${name}'`);
  }
  const kinds = [interfaces.length > 0, addresses.length > 0, pf !== undefined].filter(Boolean).length;
  if (kinds > 1) {
    throw new ViaductError(
      'config-unsupported',
      `<address>, <interface>, and <pf> elements of <forward> in network ${name} are mutually exclusive`,
      {
        hint: 'Name the devices, their PCI addresses, or one physical function.',
      },
    );
  }
  if (mode === 'hostdev' && interfaces.length > 0) {
    throw new ViaductError(
      'config-unsupported',
      `network '${name}' has forward mode 'hostdev' but lists a device by name in the device pool`,
      {
        hint: "List PCI addresses, or one <pf dev='…'/>.",
      },
    );
  }
  if (mode !== 'hostdev' && addresses.length > 0) {
    throw new ViaductError(
      'config-unsupported',
      `network '${name}' has forward mode '${mode}' but lists a device by PCI address in the device pool. This is only supported for networks with forward mode 'hostdev'`,
    );
  }
  if (mode === 'bridge' && bridge?.name !== undefined && kinds > 0) {
    throw new ViaductError(
      'xml-invalid',
      `A network with forward mode='bridge' can specify a bridge name or a forward dev, but not both (network '${name}')`,
    );
  }
}
