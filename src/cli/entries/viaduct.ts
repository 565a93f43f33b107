import { verb, type Verb } from '../verb.ts';

/** A program of its own is run with its words as they are, not through the table. */
const elsewhere = async () => async (): Promise<void> => undefined;
const folder = { type: 'text', complete: 'file' } as const;

/** The program itself. */
export const viaductVerbs: readonly Verb[] = [
  verb('status', 'viaduct', {}, async () => (await import('../verbs/status.ts')).status),
  verb(
    'doctor',
    'viaduct',
    {
      fix: { type: 'flag', about: 'option.doctor-fix' },
      undo: { type: 'flag', about: 'option.doctor-undo' },
      yes: { type: 'flag', about: 'option.yes', short: 'y' },
      'dry-run': { type: 'flag', about: 'option.dry-run' },
    },
    async () => (await import('../verbs/doctor.ts')).doctor,
  ),
  verb(
    'explain',
    'viaduct',
    {
      from: { type: 'text', about: 'option.explain-from', positional: true, required: true, complete: 'port' },
      to: { type: 'text', about: 'option.explain-to', positional: true, required: true, complete: 'port' },
      vlan: { type: 'number', about: 'option.explain-vlan' },
      direct: { type: 'flag', about: 'option.explain-direct' },
    },
    async () => (await import('../verbs/explain.ts')).explain,
  ),
  verb(
    'glossary',
    'viaduct',
    { word: { type: 'text', about: 'option.glossary-word', positional: true } },
    async () => (await import('../verbs/glossary.ts')).showGlossary,
  ),
  verb(
    'help',
    'viaduct',
    {
      command: { type: 'text', about: 'option.help-command', positional: true },
      verb: { type: 'text', about: 'option.help-verb', positional: true },
    },
    async () => (await import('../verbs/help.ts')).help,
  ),
  verb(
    'completion',
    'viaduct',
    { shell: { type: 'text', about: 'option.shell', positional: true, required: true, complete: ['bash', 'zsh', 'fish'] } },
    async () => (await import('../verbs/completion.ts')).completion,
  ),
  verb(
    'daemon',
    'viaduct',
    {
      'state-dir': { ...folder, about: 'option.state-dir' },
      'run-dir': { ...folder, about: 'option.run-dir' },
      'libvirt-dir': { ...folder, about: 'option.libvirt-dir' },
      listen: { type: 'text', about: 'option.listen' },
      config: { ...folder, about: 'option.config-file' },
      'no-default-network': { type: 'flag', about: 'option.no-default-network' },
    },
    elsewhere,
  ),
  verb(
    'lab',
    'viaduct',
    { command: { type: 'words', about: 'option.lab', positional: true, complete: ['up', 'check', 'down', 'guest'] } },
    elsewhere,
  ),
  verb(
    'render',
    'viaduct',
    {
      command: {
        type: 'words',
        about: 'option.render',
        positional: true,
        complete: ['xml', 'port-xml', 'interface', 'dnsmasq', 'nftables', 'update'],
      },
    },
    elsewhere,
  ),
  verb('version', 'viaduct', {}, async () => (await import('../verbs/version.ts')).version),
];
