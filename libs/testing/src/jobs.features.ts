import { currentContext, inTransaction, newId, Rejected, runInContext, type Context } from '@crm/event-sourcing';
import { eraseJobs, JobFailed, Jobs, type JobHandler, type QueueBackend } from '@crm/jobs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { until } from './until.js';

/** What the suite needs of a queue: a database with `JOBS_SCHEMA` and `JOBS_PRUNING_SCHEMA`, queues by name, and a way to lose one with all that it holds. */
export interface JobsUnderTest {
  readonly pool: pg.Pool;
  openQueue(name: string): QueueBackend;
  loseQueue(name: string): Promise<void>;
  close(): Promise<void>;
}

const EFFECTS = 'CREATE TABLE effect (job_id text PRIMARY KEY, deliveries int NOT NULL DEFAULT 1)';
const RECORD = 'INSERT INTO effect (job_id) VALUES ($1)';

let lastQueue = 0;
let lastJob = 0;
const aQueueName = (): string => `suite-${String(process.pid)}-${String((lastQueue += 1))}`;
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const aJobId = (): string => `greet-${String((lastJob += 1))}-1`;

interface Service {
  readonly queue?: string;
  readonly handler?: JobHandler;
  readonly concurrency?: number;
  readonly sweepMs?: number;
  readonly longestWaitMs?: number;
  readonly onError?: (error: unknown) => void;
}

/** What jobs promise on every queue. The same suite on each backend. */
export function jobsFeatures(name: string, open: () => Promise<JobsUnderTest>): void {
  describe(`jobs on ${name}`, () => {
    let suite: JobsUnderTest;
    const started: Jobs[] = [];

    beforeAll(async () => {
      suite = await open();
      await suite.pool.query(EFFECTS);
    });
    afterEach(async () => {
      await Promise.all(started.splice(0).map((jobs) => jobs.stop(0)));
    });
    afterAll(() => suite.close());

    /** One process of a service. Without a handler it only writes intents and feeds the queue. */
    const start = async ({
      queue = aQueueName(),
      handler,
      concurrency,
      sweepMs = 100,
      longestWaitMs = 200,
      onError,
    }: Service = {}): Promise<Jobs> => {
      const jobs = new Jobs({
        pool: suite.pool,
        queue: suite.openQueue(queue),
        backoff: { firstMs: 30, maxMs: longestWaitMs },
        sweepMs,
        lostAfterMs: 200,
        ...(onError === undefined ? {} : { onError }),
      });
      if (handler !== undefined) jobs.handle('greet', handler, concurrency === undefined ? {} : { concurrency });
      await jobs.start();
      started.push(jobs);
      return jobs;
    };

    const done = (jobs: Jobs, jobId: string): Promise<boolean> =>
      until(async () => (await jobs.status(jobId))?.state === 'done');
    const queued = (jobId: string): Promise<boolean> =>
      until(async () => {
        const { rows } = await suite.pool.query<{ queued: boolean }>(
          'SELECT queued_at IS NOT NULL AS queued FROM jobs.intent WHERE job_id = $1',
          [jobId],
        );
        return rows[0]?.queued ?? false;
      });
    const effects = async (jobId: string): Promise<number> =>
      (await suite.pool.query('SELECT FROM effect WHERE job_id = $1', [jobId])).rowCount ?? 0;

    describe('an intent', () => {
      it('is done once its transaction has committed', async () => {
        const greeted: unknown[] = [];
        const jobs = await start({ handler: ({ payload }) => Promise.resolve(void greeted.push(payload)) });
        const jobId = aJobId();
        await inTransaction(suite.pool, (tx) => jobs.intend(tx, { name: 'greet', jobId, payload: { partyId: 'p-1' } }));
        await done(jobs, jobId);
        expect(greeted).toEqual([{ partyId: 'p-1' }]);
      });

      it('is forgotten with a transaction that fails', async () => {
        const jobs = await start();
        const jobId = aJobId();
        const failing = inTransaction(suite.pool, async (tx) => {
          await jobs.intend(tx, { name: 'greet', jobId, payload: {} });
          throw new Error('the cause did not happen');
        });
        await expect(failing).rejects.toThrow('did not happen');
        expect(await jobs.status(jobId)).toBeUndefined();
      });

      it('is one intent, however often it is written', async () => {
        let deliveries = 0;
        const jobs = await start({ handler: () => Promise.resolve(void (deliveries += 1)) });
        const intent = { name: 'greet', jobId: aJobId(), payload: {} };
        await jobs.enqueue(intent, intent);
        await done(jobs, intent.jobId);
        await jobs.enqueue(intent);
        await jobs.idle();
        expect(deliveries).toBe(1);
      });

      it.each(['', '17', 'greet:17', 'greet 17', `greet-${'1'.repeat(200)}`])(
        'has an id that a queue can take, unlike %j',
        async (jobId) => {
          const jobs = await start();
          await expect(jobs.enqueue({ name: 'greet', jobId, payload: {} })).rejects.toThrow(RangeError);
        },
      );

      it('is not done before it is due', async () => {
        let ranAt = 0;
        const jobs = await start({ handler: () => Promise.resolve(void (ranAt = Date.now())) });
        const jobId = aJobId();
        const dueAt = inMs(3_000);
        await jobs.enqueue({ name: 'greet', jobId, payload: {}, dueAt });
        await jobs.idle();
        expect(await jobs.status(jobId)).toMatchObject({ state: 'pending', attempts: 0, dueAt });
        await done(jobs, jobId);
        expect(ranAt).toBeGreaterThanOrEqual(Date.parse(dueAt));
      });

      it('takes its correlation with it', async () => {
        const seen: Context[] = [];
        const jobs = await start({ handler: () => Promise.resolve(void seen.push(currentContext())) });
        const context = { correlationId: 'c-1', causationId: 'e-1', actor: 'service:marketing', loopId: 'l-1' };
        const jobId = aJobId();
        await runInContext(context, () => jobs.enqueue({ name: 'greet', jobId, payload: {} }));
        await done(jobs, jobId);
        expect(seen).toEqual([context]);
      });

      it('keeps nothing of its payload when it is done', async () => {
        const jobs = await start({ handler: () => Promise.resolve() });
        const jobId = aJobId();
        await jobs.enqueue({ name: 'greet', jobId, payload: { partyId: 'p-1' } });
        await done(jobs, jobId);
        expect((await suite.pool.query('SELECT payload FROM jobs.intent WHERE job_id = $1', [jobId])).rows).toEqual([
          { payload: {} },
        ]);
      });
    });

    describe('a job', () => {
      it('is tried again until the infrastructure is back', async () => {
        const attempts: number[] = [];
        const jobs = await start({
          handler: ({ attempt }) => {
            attempts.push(attempt);
            return attempt < 4
              ? Promise.reject(Object.assign(new Error('no route'), { code: 'ECONNREFUSED' }))
              : Promise.resolve();
          },
        });
        const jobId = aJobId();
        await jobs.enqueue({ name: 'greet', jobId, payload: {} });
        await until(async () => (await jobs.status(jobId))?.lastErrorCode === 'ECONNREFUSED');
        await done(jobs, jobId);
        expect(attempts).toEqual([1, 2, 3, 4]);
        expect(await jobs.status(jobId)).toMatchObject({ attempts: 4, lastErrorCode: null });
      });

      it.each<readonly [string, Error, string]>([
        ['its handler gives up', new JobFailed('address-unknown'), 'address-unknown'],
        ['what it asks for is refused', new Rejected('campaign-closed', 'The campaign is closed'), 'campaign-closed'],
      ])('fails for good when %s', async (_, error, code) => {
        const jobs = await start({ handler: () => Promise.reject(error) });
        const jobId = aJobId();
        await jobs.enqueue({ name: 'greet', jobId, payload: {} });
        await until(async () => (await jobs.status(jobId))?.state === 'failed');
        expect(await jobs.status(jobId)).toMatchObject({
          attempts: 1,
          lastErrorCode: code,
          finishedAt: expect.any(String),
        });
      });

      it('waits after an error no longer for the processes that died with it', async () => {
        const jobs = await start({
          handler: ({ attempt }) => (attempt === 21 ? Promise.reject(new Error('not yet')) : Promise.resolve()),
          longestWaitMs: 3_600_000,
        });
        const jobId = aJobId();
        await inTransaction(suite.pool, async (tx) => {
          await jobs.intend(tx, { name: 'greet', jobId, payload: {} });
          await tx.query('UPDATE jobs.intent SET attempts = 20 WHERE job_id = $1', [jobId]);
        });
        await done(jobs, jobId);
        expect(await jobs.status(jobId)).toMatchObject({ attempts: 22 });
      });

      it('is put off when its own handler intends it again', async () => {
        const seen: { readonly payload: unknown; readonly attempt: number; readonly at: number }[] = [];
        let dueAt = '';
        const jobs: Jobs = await start({
          handler: async ({ jobId, payload, attempt }) => {
            seen.push({ payload, attempt, at: Date.now() });
            if (seen.length > 1) return;
            dueAt = inMs(3_000);
            await jobs.enqueue({ name: 'greet', jobId, payload: { look: 2 }, dueAt });
          },
        });
        const jobId = aJobId();
        await jobs.enqueue({ name: 'greet', jobId, payload: { look: 1 } });
        await until(() => seen.length > 0);
        await jobs.idle();
        expect(await jobs.status(jobId)).toMatchObject({ state: 'pending', dueAt, finishedAt: null });
        await done(jobs, jobId);
        expect(seen).toMatchObject([
          { payload: { look: 1 }, attempt: 1 },
          { payload: { look: 2 }, attempt: 1 },
        ]);
        expect(seen[1]?.at).toBeGreaterThanOrEqual(Date.parse(dueAt));
      });

      it('comes back after a while when its own handler intends it again at once', async () => {
        const at: number[] = [];
        const jobs: Jobs = await start({
          handler: async ({ jobId }) => {
            if (at.push(Date.now()) < 3) await jobs.enqueue({ name: 'greet', jobId, payload: {} });
          },
        });
        const jobId = aJobId();
        await jobs.enqueue({ name: 'greet', jobId, payload: {} });
        await done(jobs, jobId);
        expect(at).toHaveLength(3);
        expect((at[2] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(50);
      });

      it('has one effect when two processes do it at the same time', async () => {
        const together: (() => void)[] = [];
        const handler: JobHandler = async ({ jobId, complete }) => {
          await new Promise<void>((resume) => {
            together.push(resume);
            if (together.length === 2) for (const go of together) go();
          });
          await inTransaction(suite.pool, async (tx) => {
            await tx.query(
              'INSERT INTO effect (job_id) VALUES ($1) ON CONFLICT (job_id) DO UPDATE SET deliveries = effect.deliveries + 1',
              [jobId],
            );
            await complete(tx);
          });
        };
        const jobId = aJobId();
        // Two queues stand for one that delivers twice: neither knows of the other, both are fed from the same intents.
        const first = await start({ handler });
        await first.enqueue({ name: 'greet', jobId, payload: {} });
        await until(() => together.length === 1);
        const second = await start({ handler });
        await done(second, jobId);
        await Promise.all([first.idle(), second.idle()]);
        expect((await suite.pool.query('SELECT deliveries FROM effect WHERE job_id = $1', [jobId])).rows).toEqual([
          { deliveries: 1 },
        ]);
        expect(await first.status(jobId)).toMatchObject({ attempts: 2, state: 'done' });
      });

      it('has one effect when the process dies between the effect and the completion', async () => {
        let deliveries = 0;
        const jobs = await start({
          handler: async ({ jobId }) => {
            deliveries += 1;
            await suite.pool.query(`${RECORD} ON CONFLICT DO NOTHING`, [jobId]);
            if (deliveries === 1) throw new Error('lost the connection after the effect');
          },
        });
        const jobId = aJobId();
        await jobs.enqueue({ name: 'greet', jobId, payload: {} });
        await done(jobs, jobId);
        expect(deliveries).toBe(2);
        expect(await effects(jobId)).toBe(1);
      });

      it('runs beside as many others as its name allows', async () => {
        let running = 0;
        let most = 0;
        const jobs = await start({
          concurrency: 2,
          handler: async () => {
            running += 1;
            most = Math.max(most, running);
            await suite.pool.query('SELECT pg_sleep(0.02)');
            running -= 1;
          },
        });
        const jobIds = Array.from({ length: 12 }, aJobId);
        await jobs.enqueue(...jobIds.map((jobId) => ({ name: 'greet', jobId, payload: {} })));
        await Promise.all(jobIds.map((jobId) => done(jobs, jobId)));
        expect(most).toBe(2);
      });
    });

    it('are counted by what becomes of them', async () => {
      const jobs = await start({ handler: () => Promise.reject(new JobFailed('never')) });
      const before = await jobs.counts();
      const [failing, waiting] = [aJobId(), aJobId()];
      const dueAt = inMs(3_600_000);
      await jobs.enqueue(
        { name: 'greet', jobId: failing, payload: {} },
        { name: 'greet', jobId: waiting, payload: {}, dueAt },
      );
      await until(async () => (await jobs.status(failing))?.state === 'failed');
      expect(await jobs.counts()).toEqual({ due: 0, waiting: before.waiting + 1, failed: before.failed + 1 });
    });

    describe('an erasure', () => {
      it('takes ids out of failed jobs, and leaves what is still to be done', async () => {
        const jobs = await start({ handler: () => Promise.reject(new JobFailed('never')) });
        const [partyId, other, failing, failingForOther, waiting] = [newId(), newId(), aJobId(), aJobId(), aJobId()];
        const dueAt = inMs(3_600_000);
        await jobs.enqueue(
          { name: 'greet', jobId: failing, payload: { parties: [partyId] } },
          { name: 'greet', jobId: failingForOther, payload: { parties: [other] } },
          { name: 'greet', jobId: waiting, payload: { partyId }, dueAt },
        );
        await until(async () => (await jobs.status(failing))?.state === 'failed');
        await until(async () => (await jobs.status(failingForOther))?.state === 'failed');
        expect(await eraseJobs.erase(suite.pool, partyId)).toBe(1);
        expect(await eraseJobs.erase(suite.pool, partyId)).toBe(0);
        const { rows } = await suite.pool.query(
          'SELECT payload FROM jobs.intent WHERE job_id = ANY($1) ORDER BY job_id',
          [[failing, failingForOther, waiting].sort()],
        );
        expect(rows).toEqual(
          expect.arrayContaining([{ payload: {} }, { payload: { parties: [other] } }, { payload: { partyId } }]),
        );
      });
    });

    describe('a queue that was lost', () => {
      const record: JobHandler = async ({ jobId }) => {
        await suite.pool.query(RECORD, [jobId]);
      };

      it('is filled again from the intents when a process starts', async () => {
        const queue = aQueueName();
        const writer = await start({ queue, sweepMs: 60_000 });
        const jobIds = Array.from({ length: 20 }, aJobId);
        await writer.enqueue(...jobIds.map((jobId) => ({ name: 'greet', jobId, payload: {} })));
        await Promise.all(jobIds.map(queued));
        await suite.loseQueue(queue);
        const worker = await start({ queue, handler: record });
        await Promise.all(jobIds.map((jobId) => done(worker, jobId)));
        expect(await Promise.all(jobIds.map(effects))).toEqual(jobIds.map(() => 1));
      });

      it('is filled again while the process runs, and timers still run when they are due', async () => {
        const queue = aQueueName();
        const jobs = await start({ queue, handler: record });
        const jobId = aJobId();
        const dueAt = inMs(600);
        await jobs.enqueue({ name: 'greet', jobId, payload: {}, dueAt });
        await queued(jobId);
        await suite.loseQueue(queue);
        await done(jobs, jobId);
        const status = await jobs.status(jobId);
        expect(Date.parse(status?.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(dueAt));
        expect(await effects(jobId)).toBe(1);
      });
    });

    describe('a backlog', () => {
      it('is worked off although the queue is told again and again of what it holds', async () => {
        const errors: unknown[] = [];
        const jobs = await start({
          concurrency: 2,
          handler: async ({ jobId }) => {
            await suite.pool.query('SELECT pg_sleep(0.005)');
            await suite.pool.query(RECORD, [jobId]);
          },
          onError: (error) => errors.push(error),
        });
        const jobIds = Array.from({ length: 400 }, aJobId);
        await jobs.enqueue(...jobIds.map((jobId) => ({ name: 'greet', jobId, payload: {} })));
        await jobs.idle();
        expect(await Promise.all(jobIds.map(effects))).toEqual(jobIds.map(() => 1));
        expect(errors).toEqual([]);
      });
    });

    describe('a process whose clock is an hour ahead', () => {
      it('does not hold up a job that it has put off', async () => {
        const queue = aQueueName();
        const jobId = aJobId();
        // It takes a timer too early, and puts it off by its own time: this is what it leaves.
        const wrong = suite.openQueue(queue);
        await wrong.open();
        await wrong.push([{ jobId, name: 'greet', delayMs: 3_600_000 }]);
        await wrong.close(0);
        const jobs = await start({ queue, handler: () => Promise.resolve() });
        await jobs.enqueue({ name: 'greet', jobId, payload: {} });
        await done(jobs, jobId);
        expect(await jobs.status(jobId)).toMatchObject({ attempts: 1 });
      });
    });

    describe('a process that stops', () => {
      it('finishes what it is doing', async () => {
        let finish: (() => void) | undefined;
        const jobs = await start({ handler: () => new Promise<void>((resolve) => (finish = resolve)) });
        const jobId = aJobId();
        await jobs.enqueue({ name: 'greet', jobId, payload: {} });
        await until(() => finish !== undefined);
        const stopped = jobs.stop();
        finish?.();
        await stopped;
        expect(await jobs.status(jobId)).toMatchObject({ state: 'done' });
      });

      it('hands over a job that takes too long', async () => {
        const queue = aQueueName();
        let begun = false;
        const stuck = await start({
          queue,
          handler: () => {
            begun = true;
            return new Promise(() => undefined);
          },
        });
        const jobId = aJobId();
        await stuck.enqueue({ name: 'greet', jobId, payload: {} });
        await until(() => begun);
        await stuck.stop(50);
        const other = await start({ queue, handler: () => Promise.resolve() });
        await done(other, jobId);
        expect(await other.status(jobId)).toMatchObject({ attempts: 2 });
      });

      it('tells its handlers, and hands over what they put down', async () => {
        const queue = aQueueName();
        let begun = false;
        const polite = await start({
          queue,
          handler: ({ signal }) => {
            begun = true;
            return new Promise((_, reject) => {
              signal.addEventListener('abort', () => {
                reject(new Error('put down'));
              });
            });
          },
        });
        const jobId = aJobId();
        await polite.enqueue({ name: 'greet', jobId, payload: {} });
        await until(() => begun);
        await polite.stop();
        expect(await polite.status(jobId)).toMatchObject({ state: 'pending', lastErrorCode: null });
        const other = await start({ queue, handler: () => Promise.resolve() });
        await done(other, jobId);
      });
    });
  });
}
