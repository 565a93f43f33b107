import { z } from 'zod';

export const networkChange = z.object({
  id: z.number(),
  at: z.number().describe('Milliseconds since the epoch'),
  user: z.string(),
  door: z.string(),
  network: z.object({ uuid: z.string(), name: z.string() }),
  did: z
    .array(z.enum(['defined', 'undefined', 'changed', 'changed-live', 'started', 'stopped', 'autostart-on', 'autostart-off']))
    .readonly(),
  undoes: z.number().optional().describe('The change that this one took back'),
  undoable: z.boolean().describe('Taking it back would change something now'),
  before: z.string().optional().describe('The definition before it; with the history of one network only'),
  after: z.string().optional(),
});
