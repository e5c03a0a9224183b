import { createTestDatabase, type TestDatabase } from '@crm/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import os from 'node:os';
import { createLogger } from '../logging/logger.js';
import { DatabaseClock } from './database-clock.js';

const HOUR_MS = 3_600_000;
const NEAR_MS = 5_000;

describe('the clock of the database', () => {
  const right = Date.now;
  let database: TestDatabase;
  const logger = createLogger({ service: 'sales', level: 'silent' });
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

  it('goes on by the time that the machine was up when that slept, and its steady clock stood still', async () => {
    clock = new DatabaseClock(database.pool, logger);
    await clock.start();
    const upSeconds = os.uptime() + HOUR_MS / 1_000;
    setProcessClock(HOUR_MS);
    jest.spyOn(os, 'uptime').mockReturnValue(upSeconds);
    expect(Math.abs(clock.now() - right() - HOUR_MS)).toBeLessThan(NEAR_MS);
  });

  it('is left alone by an answer that was so long under way that it may be right', async () => {
    let answer: ((rows: object) => void) | undefined;
    const pool = { query: () => new Promise((resolve) => (answer = resolve)) } as unknown as Pick<
      typeof database.pool,
      'query'
    >;
    const steady = performance.now.bind(performance);
    clock = new DatabaseClock(pool, logger);
    const asked = clock.start();
    const [time, moved] = [right(), steady() + HOUR_MS];
    setProcessClock(HOUR_MS);
    jest.spyOn(performance, 'now').mockReturnValue(moved);
    answer?.({ rows: [{ time }] });
    await asked;
    expect(Math.abs(clock.now() - time - HOUR_MS)).toBeLessThan(NEAR_MS);
  });

  it('keeps a service from starting when the server is away', async () => {
    clock = new DatabaseClock({ query: () => Promise.reject(new Error('connect ECONNREFUSED')) }, logger);
    await expect(clock.start()).rejects.toThrow('ECONNREFUSED');
  });
});
