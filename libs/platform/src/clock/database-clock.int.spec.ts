import { createTestDatabase, type TestDatabase } from '@crm/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '../logging/logger.js';
import { DatabaseClock } from './database-clock.js';

const HOUR_MS = 3_600_000;
const NEAR_MS = 5_000;

describe('the clock of the database', () => {
  const right = Date.now;
  let database: TestDatabase;
  const lines: string[] = [];
  const logger = createLogger({ service: 'sales', destination: { write: (line) => void lines.push(line) } });
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
    clock = new DatabaseClock(database.pool, logger);
    expect(wrongBy()).toBeGreaterThan(HOUR_MS - NEAR_MS);
  });

  it.each([-HOUR_MS, HOUR_MS])(
    'is right in a process whose own clock is wrong by %d ms from its start',
    async (byMs) => {
      setProcessClock(byMs);
      clock = new DatabaseClock(database.pool, logger);
      await clock.start();
      expect(wrongBy()).toBeLessThan(NEAR_MS);
    },
  );

  it('goes on when the clock of the process jumps', async () => {
    clock = new DatabaseClock(database.pool, logger);
    await clock.start();
    setProcessClock(-HOUR_MS);
    expect(wrongBy()).toBeLessThan(NEAR_MS);
  });

  it('does not go by an answer that was long under way', async () => {
    const steady = performance.now.bind(performance);
    let stoppedMs = 0;
    const pool = {
      query: async (text: string) => {
        const answer = await database.pool.query(text);
        jest.spyOn(performance, 'now').mockImplementation(() => steady() + stoppedMs);
        return answer;
      },
    };
    clock = new DatabaseClock(pool as Pick<typeof database.pool, 'query'>, logger);
    await clock.start();
    clock.stop();
    const asked = clock.start();
    stoppedMs = HOUR_MS;
    await asked;
    expect(Math.abs(clock.now() - right() - HOUR_MS)).toBeLessThan(NEAR_MS);
  });

  it('keeps no start from succeeding when the server is away, and says so', async () => {
    clock = new DatabaseClock({ query: () => Promise.reject(new Error('connect ECONNREFUSED')) }, logger);
    await clock.start();
    expect(wrongBy()).toBeLessThan(NEAR_MS);
    expect(lines.join()).toContain('the database does not tell the time');
  });
});
