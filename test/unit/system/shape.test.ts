import { expect, test } from 'vitest';
import { rateOf, sameShape, shapeOf } from '../../../src/system/kernel/shape.ts';
import { sysctlPath } from '../../../src/system/kernel/sysctl.ts';

test('a rate without a peak lets its burst out at once', () => {
  // 1024 kB at 1000 kB/s last 1.048576 s; a tick is 64 ns.
  expect(shapeOf({ average: 1000, burst: 1024 })).toEqual({
    rate: 1_000_000n,
    peak: 1_000_000n,
    bucket: 16_384_000,
    peakBucket: 16_384_000,
  });
});

test('a peak holds the burst to its own rate', () => {
  expect(shapeOf({ average: 1000, peak: 4000, burst: 1024 })).toEqual({
    rate: 1_000_000n,
    peak: 4_000_000n,
    bucket: 16_384_000,
    peakBucket: 156_250,
  });
});

test('a burst smaller than a packet holds one', () => {
  expect(shapeOf({ average: 1, burst: 1 })?.bucket).toBe(25_000_000);
});

test('a bucket ends at what 32 bits hold', () => {
  expect(shapeOf({ average: 1, burst: 4_000_000 })?.bucket).toBe(0xffff_ffff);
});

test('only a floor is no shape, and equal to none', () => {
  expect(shapeOf({ floor: 100 })).toBeUndefined();
  expect(sameShape(undefined, undefined)).toBe(true);
  expect(sameShape(shapeOf({ average: 1 }), undefined)).toBe(false);
});

test('a shape reads back as its rate', () => {
  expect([rateOf(shapeOf({ average: 7 })!), rateOf(shapeOf({ average: 7, peak: 9 })!)]).toEqual([{ average: 7 }, { average: 7, peak: 9 }]);
});

test('a sysctl with a dot in the interface name is found in its folder', () => {
  expect(sysctlPath('net.ipv6.conf.br/0.disable_ipv6')).toBe('/proc/sys/net/ipv6/conf/br.0/disable_ipv6');
});
