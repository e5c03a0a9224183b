import { createPool } from '@crm/event-sourcing';
import { createTestDatabase, jobsFeatures, until, type TestDatabase } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPostgresBackend, Worker, type PgPool } from 'bullmq';
import { BullMqQueue } from './bullmq-queue.js';
import { Jobs } from './jobs.js';
import { JOBS_PRUNING_SCHEMA, JOBS_SCHEMA } from './schema.js';

const openDatabase = async (): Promise<TestDatabase> => {
  const database = await createTestDatabase();
  await database.pool.query(JOBS_SCHEMA + JOBS_PRUNING_SCHEMA);
  return database;
};

jobsFeatures('BullMQ with PostgreSQL', async () => {
  const database = await openDatabase();
  return {
    pool: database.pool,
    openQueue: (queue) => new BullMqQueue({ backend: 'postgres', url: database.url, queue }),
    loseQueue: async (queue) => {
      await database.pool.query('DELETE FROM bullmq.job WHERE queue = $1', [queue]);
    },
    close: () => database.drop(),
  };
});

describe('BullMQ in PostgreSQL', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openDatabase();
  });
  afterAll(() => database.drop());

  const jobsOf = (queue: string, options = {}): Jobs =>
    new Jobs({
      pool: database.pool,
      queue: new BullMqQueue({ backend: 'postgres', url: database.url, queue, ...options }),
      sweepMs: 200,
      lostAfterMs: 200,
    });
  const done = (jobs: Jobs, jobId: string): Promise<boolean> =>
    until(async () => (await jobs.status(jobId))?.state === 'done');
  /** The worker has looked for stalled jobs: from now on it only waits. */
  const settled = (queue: string): Promise<boolean> =>
    until(async () => {
      const found = await database.pool.query(`SELECT FROM bullmq.meta WHERE queue = $1 AND field = 'stalled-check'`, [
        queue,
      ]);
      return found.rowCount === 1;
    });
  const connectionsOf = async (queue: string): Promise<number> => {
    const { rows } = await database.pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND (application_name = $1 OR application_name = $1 || ' jobs')`,
      [queue],
    );
    return rows[0]?.count ?? 0;
  };

  it('holds job ids and names only', async () => {
    const jobs = jobsOf('names-only');
    await jobs.start();
    const dueAt = new Date(Date.now() + 3_600_000).toISOString();
    await jobs.enqueue({ name: 'greet', jobId: 'greet-a-1', payload: { partyId: 'p-1' }, dueAt });
    const { rows } = await until(async () => {
      const found = await database.pool.query(`SELECT name, data FROM bullmq.job WHERE id = 'greet-a-1'`);
      return found.rows.length > 0 && found;
    });
    expect(rows).toEqual([{ name: 'greet', data: {} }]);
    await jobs.stop();
  });

  it('restores its schema when it was dropped under a running process', async () => {
    const jobs = jobsOf('dropped');
    jobs.handle('welcome', () => Promise.resolve());
    await jobs.start();
    await settled('dropped');
    // The worker asks for jobs meanwhile, so that the drop may be the victim of a deadlock.
    await until(() =>
      database.pool.query('DROP SCHEMA bullmq CASCADE').then(
        () => true,
        () => false,
      ),
    );
    await jobs.enqueue({ name: 'welcome', jobId: 'welcome-a-1', payload: {} });
    await done(jobs, 'welcome-a-1');
    await jobs.stop();
  });

  it('delivers again what a process took that died', async () => {
    const writer = jobsOf('crashed');
    await writer.start();
    await writer.enqueue({ name: 'thank', jobId: 'thank-a-1', payload: {} });
    // A worker that takes the job and is never heard of again leaves just what a killed process leaves.
    const pool = createPool({ url: database.url, searchPath: ['bullmq'] });
    const connection = pool as unknown as PgPool;
    const killed = new Worker(
      'crashed',
      null,
      { connection, autorun: false, lockDuration: 300 },
      createPostgresBackend,
    );
    await until(async () => Boolean(await killed.getNextJob('token-of-the-dead', { block: false })));
    await killed.close(true);
    await pool.end();
    await writer.stop();
    expect((await database.pool.query(`SELECT state FROM bullmq.job WHERE id = 'thank-a-1'`)).rows).toEqual([
      { state: 'active' },
    ]);

    const jobs = jobsOf('crashed', { stalledCheckMs: 200 });
    let deliveries = 0;
    jobs.handle('thank', () => Promise.resolve(void (deliveries += 1)));
    await jobs.start();
    await done(jobs, 'thank-a-1');
    expect(deliveries).toBe(1);
    await jobs.stop();
  });

  it('keeps few connections, and none once it is stopped', async () => {
    const jobs = jobsOf('modest');
    jobs.handle('remind', () => Promise.resolve(), { concurrency: 16 });
    await jobs.start();
    const jobIds = Array.from({ length: 50 }, (_, index) => `remind-${String(index)}-1`);
    await jobs.enqueue(...jobIds.map((jobId) => ({ name: 'remind', jobId, payload: {} })));
    await Promise.all(jobIds.map((jobId) => done(jobs, jobId)));
    expect(await connectionsOf('modest')).toBeLessThanOrEqual(4);
    await jobs.stop();
    await until(async () => (await connectionsOf('modest')) === 0);
  });

  it('takes jobs again after its connections were cut', async () => {
    const jobs = jobsOf('cut');
    jobs.handle('call', () => Promise.resolve());
    await jobs.start();
    await settled('cut');
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('cut', 'cut jobs')`,
    );
    await jobs.enqueue({ name: 'call', jobId: 'call-a-1', payload: {} });
    await done(jobs, 'call-a-1');
    await jobs.stop();
  });
});
