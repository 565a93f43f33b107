import { z } from 'zod';

export const backend = z.enum(['netplan', 'networkmanager', 'networkd', 'ifupdown', 'ifcfg']);

const files = z.array(z.string()).readonly();

export const hostStatus = z.object({
  waiting: z.object({ left: z.number(), working: z.literal(true).optional(), backend: backend.optional(), files }).optional(),
  last: z.object({ at: z.number(), backend: backend.optional(), files }).optional(),
  written: z.array(z.object({ interface: z.string(), backend, file: z.string(), line: z.int() })).readonly(),
  findings: z
    .array(z.object({ file: z.string(), line: z.int(), object: z.string(), message: z.string(), hint: z.string().optional() }))
    .readonly(),
  unreadable: z.array(z.object({ backend, reason: z.string() })).readonly(),
});
