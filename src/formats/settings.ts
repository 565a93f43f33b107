import type { HostFile } from '../model/host-config.ts';
import type { ModuleRule, SwitchSetting } from '../model/doctor.ts';

/** Where sysctl.d(5), udev(7) and modules-load.d(5) look, the first before the later: a name hides its namesakes. */
const roots = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'] as const;
export const settingPlaces = {
  sysctl: roots.map((root) => `${root}/sysctl.d`),
  udev: roots.map((root) => `${root}/udev/rules.d`),
  modules: roots.map((root) => `${root}/modules-load.d`),
} as const;

/**
 * Files of several folders in the order in which they are read: by their names alone, and of namesakes the first.
 * A file outside of such folders, /etc/sysctl.conf, is read last.
 */
export function readingOrder(files: readonly HostFile[], suffix: string): readonly HostFile[] {
  const byName = new Map<string, HostFile>();
  for (const file of files) {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    if (name.endsWith(suffix) && !byName.has(name)) byName.set(name, file);
  }
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
}

/** What a file of sysctl.d(5) sets, with dots between the parts of a name. */
export function parseSysctlFile({ path, text }: HostFile): SwitchSetting[] {
  return linesOf(text).flatMap(({ line, words }) => {
    const [, name, value] = /^-?\s*([^\s=#;][^\s=]*)\s*=\s*(.*?)\s*$/.exec(words) ?? [];
    if (name === undefined || value === undefined) return [];
    return [{ key: /^[^./]*\//.test(name) ? name.replaceAll('/', '.') : name, value, file: path, line }];
  });
}

/** Rules of udev(7) that run something when a kernel module is loaded. */
export function parseUdevFile({ path, text }: HostFile): ModuleRule[] {
  return linesOf(text, true).flatMap(({ line, words }) => {
    const values = (key: string): string[] =>
      [...words.matchAll(new RegExp(`(?:^|,)\\s*${key}\\s*[=+:]{1,2}\\s*"((?:\\\\.|[^"])*)"`, 'g'))].map(([, value = '']) => value);
    const runs = values('RUN(?:\\{\\w+\\})?');
    if (!values('SUBSYSTEM').includes('module') || runs.length === 0) return [];
    return [{ modules: values('KERNEL').flatMap((names) => names.split('|')), runs, file: path, line }];
  });
}

/** Modules that are loaded when the host starts. */
export function parseModulesFile({ text }: HostFile): string[] {
  return linesOf(text).map(({ words }) => words.replaceAll('-', '_'));
}

/** Lines that say something, with the number of the first of those that a backslash joins. */
function linesOf(text: string, joined = false): { line: number; words: string }[] {
  const found: { line: number; words: string }[] = [];
  let begun: { line: number; words: string } | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const words: string = begun === undefined ? raw.trim() : `${begun.words}${raw.trim()}`;
    const line = begun?.line ?? index + 1;
    if (joined && words.endsWith('\\')) {
      begun = { line, words: words.slice(0, -1) };
      continue;
    }
    begun = undefined;
    if (words !== '' && !/^[#;]/.test(words)) found.push({ line, words });
  }
  return found;
}
