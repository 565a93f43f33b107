import { describe, expect, test } from 'vitest';
import { backends, chooseBackend, readHost } from '../../../src/hostconfig/index.ts';
import type { BackendName } from '../../../src/model/host-config.ts';

const choose = (
  names: readonly string[],
  texts: Partial<Record<BackendName, Readonly<Record<string, string>>>>,
  active?: readonly BackendName[],
) => {
  const files = new Map(backends.map(({ name }) => [name, Object.entries(texts[name] ?? {}).map(([path, text]) => ({ path, text }))]));
  return chooseBackend({ names, files, written: readHost(files).interfaces, ...(active !== undefined && { active }) });
};
const netplan = { netplan: { '/etc/netplan/50.yaml': 'network: {renderer: NetworkManager, ethernets: {eth0: {dhcp4: true}}}' } };
const interfaces = { ifupdown: { '/etc/network/interfaces': 'auto eth0\niface eth0 inet dhcp\n' } };

describe('whose files an interface belongs in', () => {
  test('those that name it', () => {
    expect(choose(['br0', 'eth0'], interfaces, ['networkmanager'])).toEqual({
      backend: 'ifupdown',
      evidence: ['/etc/network/interfaces:2 describes eth0 for ifupdown.'],
    });
  });

  test("netplan's, with the program it hands them to", () => {
    expect(choose(['eth0'], netplan)).toEqual({
      backend: 'netplan',
      evidence: ['/etc/netplan/50.yaml:1 describes eth0 for netplan.', 'netplan hands it to NetworkManager.'],
    });
  });

  test('those of the program that runs, when no file names it', () => {
    expect(choose(['eth7'], interfaces, ['networkd'])).toEqual({
      backend: 'networkd',
      evidence: ['No file describes eth7 yet.', 'The service of networkd runs.'],
    });
  });

  test('those that are there, when nobody knows what runs', () => {
    expect(choose(['eth7'], interfaces).backend).toBe('ifupdown');
  });

  test('nobody chooses between two that name it', () => {
    expect(() => choose(['eth0'], { ...netplan, ...interfaces })).toThrow('netplan and ifupdown both describe eth0');
  });

  test('a host without any is not guessed at', () => {
    expect(() => choose(['eth0'], {})).toThrow('No file describes eth0 yet. No program that would read one is known to run here');
  });
});
