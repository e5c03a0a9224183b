import { Rejected, StoreUnavailable } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { isGivenUp, isHopeless } from './give-up.js';

const { signal } = new AbortController();
const stopping = AbortSignal.abort();
const lost = Object.assign(new Error('lost'), { code: 'ECONNREFUSED' });

describe('a computation that never ends', () => {
  it('is begun ten times', () => {
    expect([10, 11].map((attempt) => isHopeless({ attempt }))).toEqual([false, true]);
  });
});

describe('a computation that ended with an error', () => {
  it('is tried three times', () => {
    const attempts = [1, 2, 3, 4].map((attempt) => isGivenUp(new Error('out of memory'), { attempt, signal }));
    expect(attempts).toEqual([false, false, true, true]);
  });

  it('is given up at once when it was refused', () => {
    expect(isGivenUp(new Rejected('refused', 'no'), { attempt: 1, signal })).toBe(true);
  });

  it.each([lost, new StoreUnavailable('busy')])('is tried for as long as the database is away: %s', (error) => {
    expect(isGivenUp(error, { attempt: 99, signal })).toBe(false);
  });

  it('is left to another process when this one stops', () => {
    expect(isGivenUp(new Error('the thread ended'), { attempt: 99, signal: stopping })).toBe(false);
  });
});
