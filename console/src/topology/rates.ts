import { useEffect, useRef, useState } from 'react';
import type { LinkCounters } from '../../../src/service/operation-types.ts';

/** Bytes per second and drops since the last look, as the device sees them: receiving is towards the host. */
export interface Rate {
  readonly rx: number;
  readonly tx: number;
  readonly dropped: number;
}

export interface Sample {
  readonly at: number;
  readonly counters: Readonly<Record<string, LinkCounters>>;
}

/** The difference between two looks; a counter that went back (a new device of that name) counts as nothing. */
export function ratesBetween(before: Sample, after: Sample): ReadonlyMap<string, Rate> {
  const seconds = (after.at - before.at) / 1000;
  const rates = new Map<string, Rate>();
  if (seconds <= 0) return rates;
  for (const [name, now] of Object.entries(after.counters)) {
    const then = before.counters[name];
    if (then === undefined) continue;
    const per = (key: 'rxBytes' | 'txBytes'): number => Math.max(0, now[key] - then[key]) / seconds;
    rates.set(name, {
      rx: per('rxBytes'),
      tx: per('txBytes'),
      dropped: Math.max(0, now.rxDropped + now.txDropped - then.rxDropped - then.txDropped),
    });
  }
  return rates;
}

export function useRates(sample: Sample | undefined): ReadonlyMap<string, Rate> {
  const last = useRef<Sample>(undefined);
  const [rates, setRates] = useState<ReadonlyMap<string, Rate>>(new Map());
  useEffect(() => {
    if (sample === undefined) return;
    if (last.current !== undefined && sample.at > last.current.at) setRates(ratesBetween(last.current, sample));
    last.current = sample;
  }, [sample]);
  return rates;
}
