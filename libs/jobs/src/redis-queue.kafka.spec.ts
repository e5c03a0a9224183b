import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTransaction, newId } from '@crm/event-sourcing';
import { findProgram, startRedis, type LocalRedis } from '@crm/local-stack';
import { createTestDatabase, jobsFeatures, until, type TestDatabase } from '@crm/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { BullMqQueue, type BullMqOptions } from './bullmq-queue.js';
import type { JobHandler } from './intent.js';
import { Jobs, type JobsOptions } from './jobs.js';
import { JOBS_PRUNING_SCHEMA, JOBS_SCHEMA } from './schema.js';

/** A database of this suite's own, which nobody else's keys are lost with. */
const redisUrl = (): string => new URL('/9', process.env['CRM_TEST_REDIS'] ?? 'redis://127.0.0.1:6379').href;
const prefix = `jobs-${newId()}`;
/** As a service has them, where a test measures what an operator would see. */
const SWEEP_MS = 3_000;
const LOST_AFTER_MS = 30_000;

const openDatabase = async (): Promise<TestDatabase> => {
  const database = await createTestDatabase();
  await database.pool.query(JOBS_SCHEMA + JOBS_PRUNING_SCHEMA);
  await database.pool.query('CREATE TABLE effect (job_id text PRIMARY KEY)');
  return database;
};

async function deleteKeys(redis: Redis, pattern: string): Promise<void> {
  const keys = await redis.keys(pattern);
  if (keys.length > 0) await redis.del(...keys);
}

jobsFeatures('BullMQ with Redis', async () => {
  const database = await createTestDatabase();
  await database.pool.query(JOBS_SCHEMA + JOBS_PRUNING_SCHEMA);
  const redis = new Redis(redisUrl());
  return {
    pool: database.pool,
    openQueue: (queue) => new BullMqQueue({ backend: 'redis', url: redisUrl(), queue, prefix }),
    loseQueue: (queue) => deleteKeys(redis, `${prefix}:${queue}:*`),
    close: async () => {
      await deleteKeys(redis, `${prefix}:*`);
      await redis.quit();
      await database.drop();
    },
  };
});

/** A Redis that can be taken away: what it held is gone when it comes back. */
class ForgetfulRedis {
  private process: LocalRedis | undefined;

  private constructor(
    private readonly port: number,
    private readonly dataDir: string,
  ) {}

  /** Below the ports that the system gives to clients: one that tries to reach a port of those may be connected to itself. */
  static async onPortOfItsOwn(): Promise<ForgetfulRedis> {
    const port = 20_000 + (process.pid % 10_000);
    const redis = new ForgetfulRedis(port, await mkdtemp(join(tmpdir(), 'crm-redis-')));
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${String(this.port)}`;
  }

  async start(): Promise<void> {
    // The port is free some moments after the process that had it is gone.
    this.process ??= await until(() => startRedis({ dataDir: this.dataDir, port: this.port }).catch(() => undefined));
  }

  async kill(): Promise<void> {
    await this.process?.kill();
    this.process = undefined;
  }

  /** Takes connections and answers nothing until it is thawed. */
  freeze(): void {
    this.signal('SIGSTOP');
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.dataDir, { recursive: true });
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.process !== undefined) process.kill(this.process.pid, signal);
  }
}

describe('a queue in Redis', () => {
  const redis = new Redis(redisUrl());
  const started: Jobs[] = [];
  const unhandled: unknown[] = [];
  const hear = (error: unknown): void => void unhandled.push(error);
  let database: TestDatabase;
  let server: ForgetfulRedis;
  let last = 0;

  beforeAll(async () => {
    process.on('unhandledRejection', hear);
    database = await openDatabase();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((jobs) => jobs.stop(0)));
    expect(unhandled).toEqual([]);
  });
  afterAll(async () => {
    process.off('unhandledRejection', hear);
    await redis.quit();
    await database.drop();
  });

  const record: JobHandler = async ({ jobId }) => {
    await database.pool.query('INSERT INTO effect (job_id) VALUES ($1)', [jobId]);
  };
  const aJobId = (): string => `flush-${String((last += 1))}-1`;
  const someJobIds = (count: number): readonly string[] => Array.from({ length: count }, aJobId);
  const start = async (
    handler: JobHandler | undefined,
    queue: Partial<BullMqOptions> = {},
    options: Partial<JobsOptions> = {},
  ): Promise<Jobs> => {
    const backend: BullMqOptions = { backend: 'redis', url: redisUrl(), prefix, queue: `own-${newId()}` };
    const jobs = new Jobs({
      pool: database.pool,
      queue: new BullMqQueue({ ...backend, ...queue }),
      sweepMs: 200,
      ...options,
    });
    if (handler !== undefined) jobs.handle('greet', handler);
    await jobs.start();
    started.push(jobs);
    return jobs;
  };
  const enqueue = (jobs: Jobs, jobIds: readonly string[], dueAt?: string): Promise<void> =>
    jobs.enqueue(
      ...jobIds.map((jobId) => ({ name: 'greet', jobId, payload: {}, ...(dueAt === undefined ? {} : { dueAt }) })),
    );
  const done = (jobs: Jobs, jobIds: readonly string[]): Promise<boolean> =>
    until(async () =>
      (await Promise.all(jobIds.map((jobId) => jobs.status(jobId)))).every((status) => status?.state === 'done'),
    );
  const queued = (jobIds: readonly string[]): Promise<boolean> =>
    until(async () => {
      const found = await database.pool.query(
        'SELECT FROM jobs.intent WHERE job_id = ANY($1) AND queued_at IS NOT NULL',
        [jobIds],
      );
      return found.rowCount === jobIds.length;
    });
  const effects = async (jobIds: readonly string[]): Promise<number> =>
    (await database.pool.query('SELECT FROM effect WHERE job_id = ANY($1)', [jobIds])).rowCount ?? 0;

  const connections = async (): Promise<number> =>
    String(await redis.client('LIST'))
      .split('\n')
      .filter((line) => line.includes(' db=9 ')).length;

  it('holds job ids and names only', async () => {
    const queue = `names-${newId()}`;
    const jobs = await start(record, { queue });
    const [jobId = ''] = someJobIds(1);
    await jobs.enqueue({
      name: 'greet',
      jobId,
      payload: { partyId: 'p-1' },
      dueAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
    await queued([jobId]);
    expect(await redis.hmget(`${prefix}:${queue}:${jobId}`, 'name', 'data')).toEqual(['greet', '{}']);
  });

  it('delivers again what a process took that died', async () => {
    const queue = `crashed-${newId()}`;
    const writer = await start(undefined, { queue });
    const jobIds = someJobIds(1);
    await enqueue(writer, jobIds);
    // A worker that takes the job and is never heard of again leaves just what a killed process leaves.
    const dead = new Redis(redisUrl(), { maxRetriesPerRequest: null });
    const killed = new Worker(queue, null, { connection: dead, prefix, autorun: false, lockDuration: 300 });
    await until(async () => Boolean(await killed.getNextJob('token-of-the-dead', { block: false })));
    await killed.close(true);
    dead.disconnect();
    expect(await redis.lrange(`${prefix}:${queue}:active`, 0, -1)).toEqual(jobIds);
    const jobs = await start(record, { queue, stalledCheckMs: 200 });
    await done(jobs, jobIds);
    expect(await effects(jobIds)).toBe(1);
  });

  it('keeps three connections, and none once it is stopped', async () => {
    const before = await connections();
    const jobs = await start(record);
    const jobIds = someJobIds(50);
    await enqueue(jobs, jobIds);
    await done(jobs, jobIds);
    expect((await connections()) - before).toBe(3);
    await jobs.stop();
    await until(async () => (await connections()) === before);
  });

  describe('that is flushed', () => {
    it('does every job that waited', async () => {
      const busy = new Set<string>();
      let go: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => (go = resolve));
      const jobs = await start(
        async (job) => {
          busy.add(job.jobId);
          await opened;
          await record(job);
        },
        {},
        { sweepMs: SWEEP_MS },
      );
      const jobIds = someJobIds(40);
      await enqueue(jobs, jobIds);
      await queued(jobIds);
      await until(() => busy.size === 4);
      await redis.flushdb();
      const flushedAt = performance.now();
      go();
      await done(jobs, jobIds);
      expect(performance.now() - flushedAt).toBeLessThan(LOST_AFTER_MS / 2);
      expect(await effects(jobIds)).toBe(40);
    });

    it('does a job once that was under way', async () => {
      let go: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => (go = resolve));
      let deliveries = 0;
      const jobs = await start(async ({ jobId, complete }) => {
        deliveries += 1;
        await opened;
        await inTransaction(database.pool, async (tx) => {
          await complete(tx);
          await tx.query('INSERT INTO effect (job_id) VALUES ($1)', [jobId]);
        });
      });
      const jobIds = someJobIds(1);
      await enqueue(jobs, jobIds);
      await until(() => deliveries === 1);
      await redis.flushdb();
      await until(() => deliveries === 2);
      go();
      await done(jobs, jobIds);
      await jobs.idle();
      expect(await effects(jobIds)).toBe(1);
    });

    it('does timers when they are due', async () => {
      const ranAt: number[] = [];
      const jobs = await start(
        async (job) => {
          ranAt.push(Date.now());
          await record(job);
        },
        {},
        { lostAfterMs: 300 },
      );
      const jobIds = someJobIds(20);
      const dueAt = Date.now() + 1_500;
      await enqueue(jobs, jobIds, new Date(dueAt).toISOString());
      await queued(jobIds);
      await redis.flushdb();
      await done(jobs, jobIds);
      expect(Math.min(...ranAt)).toBeGreaterThanOrEqual(dueAt);
      expect(await effects(jobIds)).toBe(20);
    });
  });

  const withServer = findProgram('redis-server') === undefined ? describe.skip : describe;
  withServer('whose server goes away', () => {
    beforeAll(async () => {
      server = await ForgetfulRedis.onPortOfItsOwn();
    });
    afterEach(async () => {
      server.thaw();
      await server.kill();
      await server.start();
    });
    afterAll(() => server.remove());

    it('goes on when it is back, with all that was intended meanwhile', async () => {
      const errors: unknown[] = [];
      const jobs = await start(
        record,
        { url: server.url, onError: (error) => void errors.push(error) },
        { sweepMs: SWEEP_MS },
      );
      const [before, due, timers] = [someJobIds(5), someJobIds(20), someJobIds(5)];
      await enqueue(jobs, before);
      await done(jobs, before);
      await server.kill();
      await until(() => !jobs.queueIsReachable);
      const dueAt = new Date(Date.now() + 1_000).toISOString();
      await enqueue(jobs, due);
      await enqueue(jobs, timers, dueAt);
      await until(() => Date.now() > Date.parse(dueAt));
      expect(await effects([...due, ...timers])).toBe(0);
      // Each connection tells once, not at every try.
      expect(errors.length).toBeLessThanOrEqual(6);
      await server.start();
      const backAt = performance.now();
      await done(jobs, [...due, ...timers]);
      expect(performance.now() - backAt).toBeLessThan(LOST_AFTER_MS / 2);
      expect(await effects([...due, ...timers])).toBe(25);
    });

    it('does again what was being done when it went away, and was not finished', async () => {
      let go: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => (go = resolve));
      let deliveries = 0;
      const jobs = await start(
        async (job) => {
          deliveries += 1;
          await opened;
          if (deliveries === 1) throw Object.assign(new Error('no route'), { code: 'ECONNREFUSED' });
          await record(job);
        },
        { url: server.url },
        { lostAfterMs: 500, backoff: { firstMs: 50, maxMs: 100 } },
      );
      const jobIds = someJobIds(1);
      await enqueue(jobs, jobIds);
      await until(() => deliveries === 1);
      await server.kill();
      await until(() => !jobs.queueIsReachable);
      go();
      await server.start();
      await done(jobs, jobIds);
      expect(await effects(jobIds)).toBe(1);
    });

    it('starts without it, and begins when it is there', async () => {
      await server.kill();
      const jobs = await start(record, { url: server.url });
      expect(jobs.queueIsReachable).toBe(false);
      const jobIds = someJobIds(10);
      await enqueue(jobs, jobIds);
      await server.start();
      await done(jobs, jobIds);
      expect(await effects(jobIds)).toBe(10);
    });

    it.each(['before it was ever there', 'after it was there'])('stops without it, %s', async (when) => {
      if (when !== 'after it was there') await server.kill();
      const jobs = await start(record, { url: server.url });
      if (when === 'after it was there') {
        await until(() => jobs.queueIsReachable);
        await server.kill();
        await until(() => !jobs.queueIsReachable);
      }
      const from = performance.now();
      await jobs.stop();
      expect(performance.now() - from).toBeLessThan(5_000);
    });

    it('finishes what it is doing when it stops without it', async () => {
      let go: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => (go = resolve));
      let begun = false;
      const jobs = await start(
        async (job) => {
          begun = true;
          await opened;
          await record(job);
        },
        { url: server.url },
      );
      const jobIds = someJobIds(1);
      await enqueue(jobs, jobIds);
      await until(() => begun);
      await server.kill();
      await until(() => !jobs.queueIsReachable);
      const stopped = jobs.stop();
      go();
      await stopped;
      expect(await effects(jobIds)).toBe(1);
      expect(await jobs.status(jobIds[0] ?? '')).toMatchObject({ state: 'done' });
    });

    it('fails soon to take jobs when it answers nothing, and goes on when it answers again', async () => {
      const jobs = await start(record, { url: server.url });
      await until(() => jobs.queueIsReachable);
      server.freeze();
      const jobIds = someJobIds(3);
      await enqueue(jobs, jobIds);
      await until(() => !jobs.queueIsReachable, 15_000);
      expect(await effects(jobIds)).toBe(0);
      server.thaw();
      await done(jobs, jobIds);
      expect(await effects(jobIds)).toBe(3);
    });
  });

  it('is reached over TLS only by a URL that says so', () => {
    const open = (url: string): BullMqQueue => new BullMqQueue({ backend: 'redis', url, ca: 'PEM', queue: 'tls' });
    expect(() => open('redis://127.0.0.1:6379')).toThrow('rediss://');
    expect(() => open('http://127.0.0.1:6379')).toThrow('rediss://');
    expect(() => open('rediss://127.0.0.1:6379')).not.toThrow();
  });
});

describe('a job that was done long ago', () => {
  it('is forgotten in time, and one that failed is not', async () => {
    const database = await openDatabase();
    const jobs = new Jobs({
      pool: database.pool,
      queue: new BullMqQueue({ backend: 'redis', url: redisUrl(), prefix, queue: `old-${newId()}` }),
      sweepMs: 100,
    });
    await database.pool.query(`INSERT INTO jobs.intent (job_id, name, payload, context, due_at, state, finished_at)
      SELECT state || '-' || age, 'greet', '{}', '{}', now() - age * interval '1 day', state, now() - age * interval '1 day'
      FROM unnest(ARRAY['done', 'failed']) AS s(state), unnest(ARRAY[13, 15]) AS a(age)`);
    await jobs.start();
    await until(async () => (await jobs.status('done-15')) === undefined);
    const kept = await database.pool.query<{ job_id: string }>('SELECT job_id FROM jobs.intent ORDER BY job_id');
    expect(kept.rows.map(({ job_id }) => job_id)).toEqual(['done-13', 'failed-13', 'failed-15']);
    await jobs.stop();
    await database.drop();
  });
});
