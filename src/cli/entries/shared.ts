import type { Option } from '../verb.ts';

export const network = {
  type: 'text',
  about: 'option.network',
  positional: true,
  required: true,
  complete: 'network',
} as const satisfies Option;
export const file = { type: 'text', about: 'option.file', positional: true, required: true, complete: 'file' } as const satisfies Option;
export const port = { type: 'text', about: 'option.port', positional: true, required: true, complete: 'port' } as const satisfies Option;
export const hostInterface = {
  type: 'text',
  about: 'option.interface',
  positional: true,
  required: true,
  complete: 'interface',
} as const satisfies Option;
export const validate = { type: 'flag', about: 'option.validate' } as const satisfies Option;
export const xpath = { type: 'text', about: 'option.xpath' } as const satisfies Option;
export const wrap = { type: 'flag', about: 'option.wrap' } as const satisfies Option;
export const inactive = { type: 'flag', about: 'option.inactive-xml' } as const satisfies Option;

export const config = { type: 'flag', about: 'option.config' } as const satisfies Option;
export const live = { type: 'flag', about: 'option.live' } as const satisfies Option;
export const current = { type: 'flag', about: 'option.current' } as const satisfies Option;
