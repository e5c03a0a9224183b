import { describe, expect, it } from '@jest/globals';
import { Places, waited } from './places.js';

describe('places', () => {
  it('are taken until there are none, and go to those who wait in the order in which they came', async () => {
    const places = new Places(2);
    expect([await places.take(), await places.take()]).toEqual([true, true]);
    const order: string[] = [];
    const first = places.take().then(() => order.push('first'));
    const second = places.take().then(() => order.push('second'));
    places.give();
    await first;
    expect(order).toEqual(['first']);
    places.give();
    await second;
    expect(order).toEqual(['first', 'second']);
  });

  it('are not given to those who have gone', async () => {
    const places = new Places(1);
    await places.take();
    const stopping = new AbortController();
    const [hasty, stopped] = [places.take({ withinMs: 1 }), places.take({ withinMs: 60_000, signal: stopping.signal })];
    expect(await hasty).toBe(false);
    stopping.abort();
    expect([await stopped, await places.take({ withinMs: 60_000, signal: stopping.signal })]).toEqual([false, false]);
    places.give();
    expect(await places.take({ withinMs: 0 })).toBe(true);
  });
});

describe('a wait', () => {
  it('is over in time, or not begun when it would be too long', async () => {
    expect([await waited(1, { withinMs: 100 }), await waited(0, { withinMs: 0 })]).toEqual([true, true]);
    expect(await waited(60_000, { withinMs: 100 })).toBe(false);
  });

  it('is broken off', async () => {
    const stopping = new AbortController();
    const wait = waited(60_000, { withinMs: 60_000, signal: stopping.signal });
    stopping.abort();
    expect([await wait, await waited(1, { withinMs: 100, signal: stopping.signal })]).toEqual([false, false]);
  });
});
