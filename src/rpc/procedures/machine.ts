import { arch } from 'node:os';

const machines: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64', ppc64: 'ppc64le', ia32: 'i686' };

/** The host's architecture, as the kernel calls it. */
export function machine(): string {
  return machines[arch()] ?? arch();
}
