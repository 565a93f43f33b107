import { z } from 'zod';
import { doctorChecks, verdicts } from '../model/doctor.ts';

export const finding = z.object({
  check: z.enum(doctorChecks),
  code: z.string().describe('Names the text, for other languages; params fill it'),
  verdict: z.enum(verdicts).describe('note wants to be known, warning may hurt one day, problem hurts now'),
  object: z.string(),
  cause: z.string(),
  fix: z.string().optional(),
  remedy: z.literal('bridge-filter').optional().describe('What doctor.fix puts right by itself'),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});
