import { describe, expect, it } from '@jest/globals';
import { FAULT_NAMES, type FaultName } from './kinds.js';
import { scheduleFaults, type ScheduledFault } from './schedule.js';

const topology = {
  instances: ['customer-information', 'marketing', 'marketing-2', 'sales', 'service', 'analytics', 'analytics-2'],
  others: ['gateway', 'issuer'],
  clocks: true,
};
const of = (seed: number, minutes: number, kinds: readonly FaultName[] = FAULT_NAMES): readonly ScheduledFault[] =>
  scheduleFaults({ seed, durationMs: minutes * 60_000, topology, kinds, stopMs: minutes < 10 ? 8_000 : 60_000 });

describe('the schedule of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(of(7, 15)).toEqual(of(7, 15));
    expect(of(7, 15)).not.toEqual(of(8, 15));
  });

  it.each([1, 2, 3])('has every kind of fault in a quarter of an hour (seed %i)', (seed) => {
    expect([...new Set(of(seed, 15).map(({ fault }) => fault))].sort()).toEqual([...FAULT_NAMES].sort());
  });

  it.each([1, 2, 3])(
    'begins and ends within the load, at most two at a time and never twice at one target (seed %i)',
    (seed) => {
      const faults = of(seed, 15);
      for (const { at, forMs, number, target } of faults) {
        expect(at).toBeGreaterThanOrEqual(5_000);
        expect(at + forMs).toBeLessThanOrEqual(15 * 60_000 - 5_000);
        const others = faults.filter(
          (other) => other.number !== number && other.at < at + forMs && at < other.at + other.forMs,
        );
        expect(others.length).toBeLessThanOrEqual(1);
        expect(others.map((other) => other.target)).not.toContain(target);
      }
    },
  );

  it('draws from the kinds that were asked for alone', () => {
    expect(new Set(of(1, 5, ['kill', 'redis-flushed']).map(({ fault }) => fault))).toEqual(
      new Set(['kill', 'redis-flushed']),
    );
  });

  it('leaves out what cannot be done here', () => {
    const without = scheduleFaults({
      ...{ seed: 1, durationMs: 900_000, kinds: FAULT_NAMES, stopMs: 8_000 },
      topology: { ...topology, clocks: false },
    });
    expect(without.map(({ fault }) => fault)).not.toContain('clock-jump');
  });

  it('has several faults in two minutes', () => {
    expect(of(1, 2).length).toBeGreaterThanOrEqual(6);
  });
});
