import { z } from 'zod';

const end = z.object({
  kind: z.enum(['guest', 'host', 'wire', 'everybody', 'outside']),
  label: z.string(),
  link: z.string().optional().describe('The device on this host'),
  network: z.string().optional(),
  mac: z.string().optional(),
  address: z.string().optional(),
});

const hop = z.object({
  at: z.string().describe('The bridge; the card itself where the frame is in no bridge'),
  in: z.string().describe("The port by which it comes; 'host' from the host's own side"),
  vlan: z.number().optional(),
  verdict: z.enum(['flooded', 'forwarded', 'delivered', 'dropped', 'sent']),
  why: z.string(),
  ports: z
    .array(z.object({ port: z.string(), sends: z.boolean(), why: z.string(), tag: z.number().optional().describe('Leaves with this tag') }))
    .readonly(),
});

const reached = z.object({ kind: z.enum(['guest', 'wire', 'host']), link: z.string(), vlan: z.number().optional() });

/** How one end reaches another; see `model/explanation.ts`. */
export const explanation = z.object({
  from: end,
  to: end,
  layer2: z.object({
    verdict: z.enum(['heard', 'apart']),
    mac: z.string().describe('Destination of the frame that was followed'),
    walk: z.object({ hops: z.array(hop).readonly(), reached: z.array(reached).readonly(), loops: z.array(z.string()).readonly() }),
  }),
  layer3: z
    .object({
      verdict: z.enum(['passes', 'stopped', 'elsewhere']),
      why: z.string(),
      network: z.string().optional(),
      uplink: z.string().optional(),
    })
    .optional(),
});
