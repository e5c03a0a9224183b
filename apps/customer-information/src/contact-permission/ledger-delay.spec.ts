import { describe, expect, it } from '@jest/globals';
import type { ConsumerState, ConsumerStatus } from '@crm/messaging';
import { LedgerDelay } from './ledger-delay.js';

interface Told {
  readonly consumer?: string;
  readonly state?: ConsumerState;
  readonly position?: bigint;
  readonly head?: bigint | null;
}

const keeper = ({ consumer = 'keep', state = 'running', position = 0n, head = 0n }: Told): ConsumerStatus => {
  const lag = head === null ? null : head - position;
  const lanes = [{ lane: 0, position, head, lag }];
  return {
    consumer,
    kind: 'reactor',
    state,
    rebuildDue: false,
    sources: [{ source: 'marketing', incarnation: 'i-1', lag, lanes }],
    parkedKeys: 0,
    parkedEvents: 0,
    deadLetters: 0,
    waiting: 0,
  };
};

/** Looks at these times, in milliseconds. */
const looks = (...told: readonly (readonly [number, Told])[]): readonly boolean[] => {
  const delay = new LedgerDelay(['keep']);
  return told.map(([now, one]) => delay.isBehind([keeper(one)], now));
};

describe('a ledger', () => {
  it('is not behind when everything is in it, or has been on its way for a moment only', () => {
    expect(looks([0, {}], [1_000, { position: 5n, head: 9n }], [6_000, { position: 9n, head: 9n }])).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('is not behind while it moves on under constant traffic', () => {
    const seconds = Array.from({ length: 60 }, (_, second) => second);
    const told = seconds.map((second) => {
      const head = BigInt(100 * second);
      return [second * 1_000, { position: head > 300n ? head - 300n : 0n, head }] as const;
    });
    expect(looks(...told)).not.toContain(true);
  });

  it('is behind when it has not reached in time what a source held', () => {
    expect(
      looks(
        [0, { position: 5n, head: 9n }],
        [5_000, { position: 6n, head: 9n }],
        [5_001, { position: 8n, head: 9n }],
        [5_002, { position: 9n, head: 12n }],
      ),
    ).toEqual([false, false, true, false]);
  });

  it('is behind at once when a great deal is before it', () => {
    expect(looks([0, { position: 0n, head: 501n }])).toEqual([true]);
  });

  it.each<readonly [ConsumerState, boolean, boolean]>([
    ['running', false, false],
    ['backing-off', false, true],
    ['stopped', true, true],
    ['incarnation-changed', true, true],
  ])('goes by who keeps it: %s', (state, withNothingToCome, withOneEvent) => {
    expect(looks([0, { state }])).toEqual([withNothingToCome]);
    expect(looks([0, { state, head: 1n }])).toEqual([withOneEvent]);
  });

  it('is behind when nobody can say what a source holds, or nobody keeps it', () => {
    expect(looks([0, { head: null }])).toEqual([true]);
    expect(looks([0, { consumer: 'another' }])).toEqual([true]);
  });
});
