import { expect, test } from 'vitest';
import { glossary } from '../../../src/explain/glossary.ts';

const hasChinese = /\p{Script=Han}/u;

test('S008: bridge, switch and routing switch are explained in English and Chinese', () => {
  for (const id of ['bridge', 'switch', 'routing-switch']) {
    const term = glossary.find((one) => one.id === id);
    expect(term?.en.says.length, id).toBeGreaterThan(80);
    expect(term?.['zh-CN'].says, id).toMatch(hasChinese);
  }
});

test('every word has both languages, and none is there twice', () => {
  expect(new Set(glossary.map(({ id }) => id)).size).toBe(glossary.length);
  for (const { id, en, 'zh-CN': zh } of glossary) {
    expect(en.says, id).not.toMatch(hasChinese);
    expect(zh.says, id).toMatch(hasChinese);
  }
});

test('S021: the kinds of networks are mapped to the words of Neutron', () => {
  const words = new Map(glossary.map(({ id, neutron }) => [id, neutron]));
  expect(words.get('very-isolated')).toContain('local');
  expect(words.get('lan-bridge')).toContain('flat');
  expect(words.get('vlan')).toContain('vlan');
  expect(words.get('overlay')).toContain('vxlan');
});
