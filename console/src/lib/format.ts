/** `12.3 kbit/s`, from bytes per second. Decimal steps, as network gear counts. */
export function rateText(bytesPerSecond: number): string {
  let value = bytesPerSecond * 8;
  for (const unit of ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s']) {
    if (value < 1000 || unit === 'Gbit/s') return `${value >= 100 || unit === 'bit/s' ? Math.round(value) : value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return '';
}

/** `3.4 MiB`, from bytes. */
export function bytesText(bytes: number): string {
  let value = bytes;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB', 'TiB']) {
    if (value < 1024 || unit === 'TiB') return `${unit === 'B' ? value : value.toFixed(1)} ${unit}`;
    value /= 1024;
  }
  return '';
}
