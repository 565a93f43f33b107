export function download(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export type Row = Readonly<Record<string, string | number | boolean | undefined>>;

/** RFC 4180; the first row's keys are the header. A cell that a spreadsheet would run as a formula becomes text. */
export function toCsv(rows: readonly Row[]): string {
  const keys = Object.keys(rows[0] ?? {});
  const cell = (value: Row[string]): string => {
    const text = String(value ?? '');
    const safe = /^[=+@-]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [keys, ...rows.map((row) => keys.map((key) => row[key]))].map((cells) => cells.map(cell).join(',')).join('\r\n') + '\r\n';
}
