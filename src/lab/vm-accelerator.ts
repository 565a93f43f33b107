import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { VmImage } from './vm-image.ts';

const kvm = ['-accel', 'kvm', '-cpu', 'host'];
const emulated = ['-accel', 'tcg', '-cpu', 'max'];

/** A kernel that KVM runs has said its first word long before. */
const patienceMs = 5000;

/**
 * How QEMU is to run a guest: by KVM where that really works, emulated otherwise. A device file alone says
 * little: inside virtual machines there are some that start a guest and never run it. So it is tried once
 * for each boot of the host, and remembered.
 */
export async function accelerator(image: VmImage): Promise<readonly string[]> {
  if (!mayUseKvm()) return emulated;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const file = join(image.folder, 'accelerator');
  const [known, verdict] = readOr(file).split(' ');
  if (known === boot) return verdict === 'kvm' ? kvm : emulated;
  const works = await boots(image);
  writeFileSync(file, `${boot} ${works ? 'kvm' : 'tcg'}`);
  return works ? kvm : emulated;
}

function mayUseKvm(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function boots({ kernel, initrd }: VmImage): Promise<boolean> {
  const argv = [
    ...kvm,
    '-M',
    'q35',
    '-m',
    '128',
    '-nodefaults',
    '-no-user-config',
    '-no-reboot',
    '-display',
    'none',
    '-serial',
    'stdio',
    '-kernel',
    kernel,
    '-initrd',
    initrd,
  ];
  const child = spawn('qemu-system-x86_64', [...argv, '-append', 'console=ttyS0 quiet panic=-1 guest=probe'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve) => {
    let text = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (text.includes('@up')) child.kill('SIGKILL');
    });
    child.once('error', () => resolve(false));
    child.once('close', () => {
      clearTimeout(timer);
      resolve(text.includes('@up'));
    });
  });
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
