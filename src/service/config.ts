import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { ViaductError } from '../model/errors.ts';

const folder = z.string().startsWith('/', 'an absolute path');

/** Every key of the configuration file with its default; packaging/viaduct.yaml explains them. */
export const configSchema = z.strictObject({
  stateDir: folder.default('/var/lib/viaduct'),
  runDir: folder.default('/run/viaduct'),
  socket: folder.optional(),
  /** `host:port`, for browsers; off when absent. */
  listen: z
    .string()
    .regex(/^\[?[^\s\]]+\]?:\d{1,5}$/, 'host:port')
    .optional(),
  /** PEM files. With them `listen` may be an address that other hosts reach; who knows the token comes in. */
  tls: z.strictObject({ cert: folder, key: folder }).optional(),
  tokenFile: folder.optional(),
  libvirt: z
    .strictObject({
      /** Off when absent: a host's own libvirt is never hijacked. */
      directory: folder.optional(),
      writeGroup: z.string().default('libvirt'),
    })
    .prefault({}),
  defaultNetwork: z.boolean().default(true),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
});

export type Config = z.infer<typeof configSchema>;

/** Reads the configuration file's text. Mistakes are told with line and column. */
export function parseConfig(text: string, path: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (offset: number | undefined) => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${path}:${line}:${col}`;
  };
  const [mistake] = document.errors;
  if (mistake !== undefined) throw new ViaductError('invalid-argument', `${place(mistake.pos[0])}: ${mistake.message}`);
  const result = configSchema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const node = document.getIn(issue?.path ?? [], true) as { range?: readonly [number, number, number] } | undefined;
  throw new ViaductError(
    'invalid-argument',
    `${place(node?.range?.[0])}: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}`,
    {
      hint: 'The shipped example explains every key.',
    },
  );
}
