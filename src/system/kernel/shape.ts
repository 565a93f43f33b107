import type { BandwidthRate } from '../../model/network.ts';

/**
 * A token bucket as tc's kernel side counts it: bytes per second, and buckets in time, in ticks of 64 ns
 * (PSCHED_SHIFT). Sending is allowed while both buckets hold something: `bucket` fills at `rate`, `peakBucket` at `peak`.
 */
export interface Shape {
  readonly rate: bigint;
  readonly peak: bigint;
  readonly bucket: number;
  readonly peakBucket: number;
}

/** libvirt's units are tc's: rates in 1000 bytes per second, bursts in 1024 bytes. */
const bytesPerRate = 1000n;
const bytesPerBurst = 1024n;
/** Without a burst the bucket holds what passes in 10 ms, and at least one packet. */
const defaultBucketMs = 10n;
const onePacket = 1600n;
const nsPerTick = 64n;

/** Undefined for a rate that says nothing (only a floor). */
export function shapeOf({ average, peak, burst }: BandwidthRate): Shape | undefined {
  const base = average ?? peak;
  if (base === undefined || base === 0) return undefined;
  const rate = BigInt(base) * bytesPerRate;
  const top = BigInt(peak ?? base) * bytesPerRate;
  const size = burst === undefined ? defaultBucket(rate) : largest(BigInt(burst) * bytesPerBurst, onePacket);
  return {
    rate,
    peak: top,
    bucket: ticks(size, rate),
    // Without a peak a burst goes out as fast as the link can; with one, at the peak.
    peakBucket: ticks(peak === undefined ? size : defaultBucket(top), top),
  };
}

/** A rate that would give this shape roughly: what is shown of a shape somebody else has made. */
export function rateOf({ rate, peak }: Shape): BandwidthRate {
  return { average: Number(rate / bytesPerRate), ...(peak !== rate && { peak: Number(peak / bytesPerRate) }) };
}

export function sameShape(a: Shape | undefined, b: Shape | undefined): boolean {
  return a?.rate === b?.rate && a?.peak === b?.peak && a?.bucket === b?.bucket && a?.peakBucket === b?.peakBucket;
}

function defaultBucket(rate: bigint): bigint {
  return largest((rate * defaultBucketMs) / 1000n, onePacket);
}

/** The time that `bytes` take at `rate`. */
function ticks(bytes: bigint, rate: bigint): number {
  const time = (bytes * 1_000_000_000n) / rate / nsPerTick;
  return Number(time > 0xffff_ffffn ? 0xffff_ffffn : time);
}

function largest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
