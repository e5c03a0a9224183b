import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Stopwatch } from './stopwatch.js';

const HOUR_MS = 3_600_000;

describe('a stopwatch', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    { what: 'the clock of the process is set back', wallMs: -HOUR_MS, steadyMs: 5_000, ms: 5_000 },
    { what: 'the clock of the process is set forward', wallMs: HOUR_MS, steadyMs: 5_000, ms: HOUR_MS },
    { what: 'the machine sleeps', wallMs: HOUR_MS, steadyMs: 0, ms: HOUR_MS },
    { what: 'nothing happens to the clocks', wallMs: 5_000, steadyMs: 5_000, ms: 5_000 },
  ])('tells at least the time that has passed when $what', ({ wallMs, steadyMs, ms }) => {
    const [wall, steady] = [jest.spyOn(Date, 'now'), jest.spyOn(performance, 'now')];
    wall.mockReturnValue(HOUR_MS);
    steady.mockReturnValue(1_000);
    const watch = new Stopwatch();
    wall.mockReturnValue(HOUR_MS + wallMs);
    steady.mockReturnValue(1_000 + steadyMs);
    expect(watch.ms).toBe(ms);
  });
});
