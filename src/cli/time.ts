/** `2026-11-21 12:25:51` on this host's clock, as virsh prints a lease's end. `at` is milliseconds since the epoch. */
export function localTime(at: number): string {
  const date = new Date(at);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** `2026-11-21 12:25:51.042+0000`, as virsh stamps events. */
export function utcTime(at: number): string {
  return `${new Date(at).toISOString().replace('T', ' ').slice(0, -1)}+0000`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
