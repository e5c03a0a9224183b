import { createTestDatabase, until, type TestDatabase } from '@crm/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Leadership, type Candidacy } from './leadership.js';

const SESSIONS = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '% leadership'`;

// Less than the 15 s after which a lock is lost whose holder says nothing.
const WITHIN_MS = 10_000;

describe('leadership of a name', () => {
  let database: TestDatabase;
  let instances: Leadership[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(instances.map((instance) => instance.close()));
    instances = [];
  });
  afterAll(() => database.drop());

  const instance = (everyMs = 50, heartbeatMs = 5_000): Leadership => {
    const leadership = new Leadership({ pool: database.pool, everyMs, heartbeatMs });
    instances.push(leadership);
    return leadership;
  };

  /** Competes with work that goes on until it is told to end; `terms` counts how often it began. */
  const compete = (leadership: Leadership, name: string) => {
    const terms = { begun: 0, ended: 0 };
    const candidacy: Candidacy = leadership.lead(name, async (signal) => {
      terms.begun += 1;
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      terms.ended += 1;
    });
    return { candidacy, terms };
  };

  it('goes to one of those who ask, and to each name its own', async () => {
    const [first, second] = [instance(), instance()];
    const one = compete(first, 'post');
    await until(() => one.candidacy.leads);
    const other = compete(second, 'post');
    const elsewhere = compete(second, 'mail');
    const rival = compete(first, 'mail');
    await until(() => elsewhere.candidacy.leads || rival.candidacy.leads);
    expect([one.candidacy.leads, other.candidacy.leads]).toEqual([true, false]);
    expect(elsewhere.candidacy.leads).not.toBe(rival.candidacy.leads);
  });

  it('passes to the next as soon as the leader stops, after its work has ended', async () => {
    const [first, second] = [instance(), instance()];
    const one = compete(first, 'post');
    await until(() => one.candidacy.leads);
    const other = compete(second, 'post');
    await one.candidacy.stop();
    expect(one.terms).toEqual({ begun: 1, ended: 1 });
    await until(() => other.candidacy.leads, WITHIN_MS);
    await second.close();
    expect(other.terms).toEqual({ begun: 1, ended: 1 });
    const again = compete(first, 'post');
    await until(() => again.candidacy.leads, WITHIN_MS);
  });

  it('ends for all names of a process with its connection, and is competed for again', async () => {
    const leadership = instance();
    const names = ['post', 'mail', 'freight'].map((name) => compete(leadership, name));
    await until(() => names.every(({ candidacy }) => candidacy.leads));
    await database.pool.query(`SELECT pg_terminate_backend(pid) FROM (${SESSIONS}) s`);
    await until(() => names.every(({ terms }) => terms.ended === 1), WITHIN_MS);
    await until(() => names.every(({ terms }) => terms.begun === 2), WITHIN_MS);
  });

  it('is taken from a process that says nothing any more', async () => {
    const silent = compete(instance(60_000, 1_000), 'post');
    await until(() => silent.candidacy.leads);
    const other = compete(instance(), 'post');
    await until(() => other.candidacy.leads, WITHIN_MS);
    await until(() => silent.terms.ended === 1, WITHIN_MS);
  });

  it('is kept by a process that has nothing to say but its heartbeat', async () => {
    const quiet = compete(instance(50, 1_000), 'post');
    await until(() => quiet.candidacy.leads);
    const startedAt = Date.now();
    await until(() => Date.now() - startedAt > 4_000);
    expect(quiet.terms).toEqual({ begun: 1, ended: 0 });
  });

  it('is given up by work that ends, and won again', async () => {
    let terms = 0;
    instance().lead('post', () => {
      terms += 1;
      return terms === 1 ? Promise.reject(new Error('not today')) : Promise.resolve();
    });
    await until(() => terms >= 3);
  });

  it('takes one connection for all names, and none when there is no name left', async () => {
    const leadership = instance();
    const names = ['post', 'mail'].map((name) => compete(leadership, name));
    await until(() => names.every(({ candidacy }) => candidacy.leads));
    expect((await database.pool.query(SESSIONS)).rowCount).toBe(1);
    await Promise.all(names.map(({ candidacy }) => candidacy.stop()));
    await until(async () => (await database.pool.query(SESSIONS)).rowCount === 0);
  });
});
