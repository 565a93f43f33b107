/** One hue per broadcast domain, told from its name so that it stays the same from visit to visit. */
export function hueOf(name: string): number {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + char.charCodeAt(0)) % 65_536;
  // Golden angle: names that differ by one get hues far apart.
  return Math.round(hash * 137.508) % 360;
}
