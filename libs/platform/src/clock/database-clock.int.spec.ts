import { createTestDatabase, type TestDatabase } from '@crm/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DatabaseClock } from './database-clock.js';

const HOUR_MS = 3_600_000;
const NEAR_MS = 5_000;

describe('the clock of the database', () => {
  const right = Date.now;
  let database: TestDatabase;
  let clock: DatabaseClock;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => {
    clock.stop();
    jest.restoreAllMocks();
  });
  afterAll(() => database.drop());

  const setProcessClock = (byMs: number): void => {
    jest.spyOn(Date, 'now').mockImplementation(() => right() + byMs);
  };
  const wrongBy = (): number => Math.abs(clock.now() - right());

  it('is that of the process until the server was asked', () => {
    setProcessClock(-HOUR_MS);
    clock = new DatabaseClock(database.pool);
    expect(wrongBy()).toBeGreaterThan(HOUR_MS - NEAR_MS);
  });

  it.each([-HOUR_MS, HOUR_MS])(
    'is right in a process whose own clock is wrong by %d ms from its start',
    async (byMs) => {
      setProcessClock(byMs);
      clock = new DatabaseClock(database.pool);
      await clock.start();
      expect(wrongBy()).toBeLessThan(NEAR_MS);
    },
  );

  it('goes on when the clock of the process jumps', async () => {
    clock = new DatabaseClock(database.pool);
    await clock.start();
    setProcessClock(-HOUR_MS);
    expect(wrongBy()).toBeLessThan(NEAR_MS);
  });

  it('keeps no start from succeeding when the server is away', async () => {
    clock = new DatabaseClock({ query: () => Promise.reject(new Error('connect ECONNREFUSED')) });
    await clock.start();
    expect(wrongBy()).toBeLessThan(NEAR_MS);
  });
});
