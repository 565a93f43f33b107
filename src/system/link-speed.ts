import { readFile } from 'node:fs/promises';

/**
 * Mbit/s of a link that is up, as its driver says it; undefined where the driver does not know. Read by a thread of
 * the pool: the kernel makes the reader wait while its links are being changed.
 */
export async function linkSpeed(name: string): Promise<number | undefined> {
  // Bridges without ports and links that are down refuse to be read.
  const text = await readFile(`/sys/class/net/${name}/speed`, 'utf8').catch(() => '');
  const speed = Number.parseInt(text, 10);
  return speed > 0 ? speed : undefined;
}
