import type { BondPart } from '../model/host-interface.ts';
import { asNumber } from './assignments.ts';
import type { Draft } from './draft.ts';

/** The bonding driver's own names for what all dialects call something like it. Times are milliseconds. */
export const bondOptions = ['mode', 'miimon', 'downdelay', 'updelay', 'arp_interval', 'arp_ip_target', 'arp_validate'] as const;
export type BondOption = (typeof bondOptions)[number];

type Bond = NonNullable<Draft['bond']>;

/** A bond from its options; undefined when none is written. */
export function bondFrom(get: (option: BondOption) => string | undefined): Bond | undefined {
  const mode = get('mode');
  const freq = asNumber(get('miimon'));
  const [downDelay, upDelay] = [asNumber(get('downdelay')), asNumber(get('updelay'))];
  const interval = asNumber(get('arp_interval'));
  const target = get('arp_ip_target');
  const validate = get('arp_validate');
  if ([mode, freq, interval].every((value) => value === undefined)) return undefined;
  return {
    ...(mode !== undefined && { mode: mode as NonNullable<BondPart['mode']> }),
    ...(freq !== undefined && {
      miimon: { freq, ...(downDelay !== undefined && { downDelay }), ...(upDelay !== undefined && { upDelay }) },
    }),
    ...(interval !== undefined &&
      target !== undefined && {
        arpmon: { interval, target, ...(validate !== undefined && { validate: validate as 'none' }) },
      }),
  };
}

export function bondValue(bond: Bond | undefined, option: BondOption): string | undefined {
  const values: Readonly<Record<BondOption, string | number | undefined>> = {
    mode: bond?.mode,
    miimon: bond?.miimon?.freq,
    downdelay: bond?.miimon?.downDelay,
    updelay: bond?.miimon?.upDelay,
    arp_interval: bond?.arpmon?.interval,
    arp_ip_target: bond?.arpmon?.target,
    arp_validate: bond?.arpmon?.validate,
  };
  return values[option]?.toString();
}
