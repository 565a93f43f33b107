import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

import { eventually } from '../netns/harness.ts';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const script = `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')))`;

/** Serious and critical findings of axe on the page as it stands, each with the elements it is about. */
export async function findings(page: Page): Promise<readonly string[]> {
  await still(page);
  await page.evaluate(source);
  return page.evaluate<string[]>(script);
}

const stillScript = `document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect?.getComputedTiming().iterations === Infinity)`;

/** Waits until nothing fades or moves any more: a half-drawn text has too little contrast. */
export async function still(page: Page): Promise<void> {
  await eventually('nothing moves any more', () => page.evaluate<boolean>(stillScript));
}
