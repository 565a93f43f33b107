import { readFileSync } from 'node:fs';

export interface Said {
  readonly connection: number;
  readonly speaker: 'client' | 'server';
  readonly hex: string;
}

/** What virtqemud and virtnetworkd said to each other, as scripts/record-virtqemud.sh recorded it. */
export const dialogues = readDialogues(readFileSync(new URL('recorded/virtqemud.jsonl', import.meta.url), 'utf8'));

function readDialogues(text: string): readonly { readonly title: string; readonly packets: Said[] }[] {
  const found: { title: string; packets: Said[] }[] = [];
  const different: string[] = [];
  for (const line of text.trim().split('\n')) {
    const said = JSON.parse(line) as { title?: string; connection: number; client?: string | number; server?: string | number };
    if (said.title !== undefined) {
      found.push({ title: said.title, packets: [] });
      continue;
    }
    const packet = said.client ?? said.server ?? 0;
    if (typeof packet === 'string') different.push(packet);
    const hex = typeof packet === 'string' ? packet : (different[packet] ?? '');
    found.at(-1)?.packets.push({ connection: said.connection, speaker: said.client === undefined ? 'server' : 'client', hex });
  }
  return found;
}
