export type TemplateValues = Readonly<Record<string, string | number>>;

/** Puts values where `{{name}}` stands. */
export function fill(text: string, values: TemplateValues): string {
  return text.replaceAll(/\{\{(.+?)\}\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\{(.+?)\}\}/g)].map(([, name = '']) => name);
}

/** The first of several texts all of whose values are given, filled. */
export function fillFirst(texts: readonly string[], values: TemplateValues): string | undefined {
  const text = texts.find((candidate) => placeholders(candidate).every((name) => Object.hasOwn(values, name)));
  return text === undefined ? undefined : fill(text, values);
}
