import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keyedRandom } from '@crm/customer-models';
import { removeEmbeddedPostgres } from '@crm/embedded-postgres';
import { expectClose } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../src/api-client.js';
import { AcknowledgementLog } from '../src/demo/acknowledgements.js';
import { importOrders, registerCustomers } from '../src/demo/customers.js';
import type { OrderLine } from '../src/demo/data-set.js';
import { ordersOf } from '../src/demo/file-data.js';
import { Steps } from '../src/demo/steps.js';
import { startStack, type Stack } from '../src/embedded/embedded-stack.js';
import { mintFor } from '../src/target.js';

const DATA = process.env['CRM_DATA'] ?? join(process.cwd(), '..', 'shared', 'data');
const ORDERS = join(DATA, 'cdnow_sample.csv');
const there = existsSync(ORDERS);
const name = there
  ? 'real purchases that are imported in disorder, some twice and some late'
  : `SKIPPED, since ${DATA} has no data: models on real purchases`;

const COMMAND = join(process.cwd(), 'apps', 'crm-models', 'dist', 'main.js');
const DATE = '1997-09-30';
const ASOF = `${DATE}T23:59:59.999Z`;
const QUIET = { update: () => undefined, finish: () => undefined };

type Values = Readonly<Record<string, number | string | null>>;
type Answer = Readonly<Record<string, unknown>>;

interface Run {
  readonly status: string;
  readonly fit: Answer;
  readonly report: Answer;
}

(there ? describe : describe.skip)(name, () => {
  let folder: string;
  let stack: Stack;
  let client: ApiClient;
  let summary: string;
  let purchases: string;
  let referenceOf: ReadonlyMap<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-models-'));
    stack = await startStack({ dataDir: join(folder, 'data'), port: 0 });
    client = new ApiClient(stack.url, mintFor(stack.issuer));
    const orders = await ordersOf(ORDERS);
    await importInDisorder(orders);
    [purchases, summary] = [join(folder, 'purchases.csv'), join(folder, 'summary.csv')];
    const lines = orders.map(
      ({ partyRef, orderedAt, total }) => `${partyRef},${orderedAt.slice(0, 10)},${String(total.amountMinor)}`,
    );
    await writeFile(purchases, ['customer,date,value', ...lines, ''].join('\n'));
    await writeFile(summary, await command('summary', '--input', purchases, '--calibration-end', DATE));
  });
  afterAll(async () => {
    await stack.stop();
    await removeEmbeddedPostgres(join(folder, 'data'));
    await rm(folder, { recursive: true, force: true });
  });

  const steps = (): Steps => new Steps(client, new AcknowledgementLog(undefined), () => undefined);

  async function importInDisorder(orders: readonly OrderLine[]): Promise<void> {
    const parties = await registerCustomers(steps(), [...new Set(orders.map(({ partyRef }) => partyRef))], QUIET);
    referenceOf = new Map([...parties].map(([reference, id]) => [id, reference]));
    const draw = (what: string, { orderRef }: OrderLine): number => keyedRandom(what, orderRef).uniform();
    const shuffled = orders.toSorted((a, b) => draw('order', a) - draw('order', b));
    const late = shuffled.filter((order) => draw('late', order) < 0.02);
    const twice = shuffled.filter((order) => draw('twice', order) < 0.05);
    const first = await importOrders(
      steps(),
      shuffled.filter((order) => !late.includes(order)),
      QUIET,
    );
    // A run that looks at it before the late ones come.
    await refreshed();
    await run('bg-nbd', {});
    const second = await importOrders(steps(), [...twice, ...late], QUIET);
    expect([first.accepted + second.accepted, second.duplicates]).toEqual([orders.length, twice.filter((order) => !late.includes(order)).length + late.filter((order) => twice.includes(order)).length]); // prettier-ignore
    await refreshed();
  }

  /** Begins long work and waits for its end. */
  async function done(path: string, parameters: object): Promise<string> {
    const { id } = await client.post<{ readonly id: string }>(path, { asOf: ASOF, ...parameters });
    await steps().finished(`${path}/${id}`, QUIET);
    return `${path}/${id}`;
  }

  const refreshed = (): Promise<string> => done('/v1/mart-refreshes', {});
  const run = async (model: string, parameters: object): Promise<Run> =>
    client.get<Run>(await done(`/v1/models/${model}/runs`, { parameters }));

  /** The scores that hold, by the references that the file has. */
  async function scores(model: string): Promise<ReadonlyMap<string, Values>> {
    const all = await client.all<{ readonly partyId: string; readonly values: Values }>(
      `/v1/customers/scores?model=${model}&asOf=${ASOF}`,
    );
    return new Map(all.map(({ partyId, values }) => [referenceOf.get(partyId) ?? '', values]));
  }

  async function command(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args], { maxBuffer: 2 ** 28 });
    return stdout;
  }

  async function answer<Shape = Answer>(...args: readonly string[]): Promise<Shape> {
    return JSON.parse(await command(...args, '--json')) as Shape;
  }

  function expectScores(found: ReadonlyMap<string, Values>, rows: readonly Values[], names: readonly string[]): void {
    expect(rows.length).toBe(2_357);
    for (const row of rows) {
      const customer = String(row['customer']);
      expectClose(found.get(customer), Object.fromEntries(names.map((key) => [key, row[key]])), customer);
    }
  }

  it('have the RFM scores that the command line gives of the file', async () => {
    const told = await answer<{ edges: object; scores: Values[] }>('rfm', '--input', purchases, '--as-of', DATE);
    const { fit } = await run('rfm', {});
    expectClose(fit['edges'], told.edges);
    expectScores(await scores('rfm'), told.scores, ['r', 'f', 'm', 'segment']);
  });

  it.each(['mbg-nbd', 'pareto-nbd', 'bg-nbd'])('have the %s', async (variant) => {
    const told = await answer<{ predictions: Values[]; logLikelihood: number }>(variant, '--input', summary, '--predict', '39'); // prettier-ignore
    const { fit } = await run('bg-nbd', { variant });
    const { predictions, ...fitted } = told;
    for (const key of ['r', 'alpha', 'logLikelihood', 'distinctHistories'])
      expectClose(fit[key], (fitted as Answer)[key], key);
    if (variant === 'bg-nbd') expectScores(await scores('bg-nbd'), predictions, ['pAlive', 'expectedPurchases']);
  });

  it('have the Gamma-Gamma and the lifetime values', async () => {
    const told = await answer<{ spend: Values[] } & Values>('gamma-gamma', '--input', summary, '--show', 'customers');
    const { fit } = await run('gamma-gamma', {});
    for (const key of ['p', 'q', 'gamma', 'logLikelihood', 'customers', 'correlation'])
      expectClose(fit[key], told[key], key);
    expectScores(await scores('gamma-gamma'), told.spend, ['expectedSpend']);
    const asked = ['--months', '12', '--monthly-discount', '0.01', '--margin', '0.3'];
    const { values } = await answer<{ values: Values[] }>('lifetime-value', '--input', summary, ...asked);
    await run('lifetime-value', { months: 12, monthlyDiscount: 0.01, margin: 0.3 });
    expectScores(await scores('lifetime-value'), values, ['value', 'low', 'high']);
  });

  it('have the dormant customers, the cohorts, the life stages and the profits', async () => {
    const told = await answer<{ dormant: Values[] }>(
      'dormancy',
      '--input',
      purchases,
      '--as-of',
      DATE,
      '--days',
      '180',
    );
    await run('dormancy', { days: 180 });
    const dormant = [...(await scores('dormancy'))].filter(([, values]) => values['state'] === 'dormant');
    expect(dormant.map(([customer]) => customer).sort()).toEqual(
      told.dormant.map(({ customer }) => String(customer)).sort(),
    );
    const cohorts = await answer('cohorts', '--input', purchases, '--until', DATE);
    expectClose((await run('retention', {})).report['cohorts'], { cohorts: cohorts['cohorts'] });
    const before = join(folder, 'before.csv');
    await writeFile(before, await upTo(DATE));
    const stages = await answer<{ stages: (Values & { categories: unknown })[] }>('life-stage', '--input', before);
    const withoutCategories = stages.stages.map(({ categories: _, ...stage }) => stage);
    expectClose((await run('life-stage', {})).report['stages'], withoutCategories);
    const rules = ['--margin', '0.3', '--cost-per-occasion', '200'];
    const profits = await answer<{ total: number; customers: Values[] }>('profitability', '--input', before, ...rules);
    const { report } = await run('profitability', { marginRate: 0.3, costPerOccasion: 200 });
    expectClose(report['total'], profits.total);
    expectScores(await scores('profitability'), profits.customers, ['profit']);
  });

  async function upTo(date: string): Promise<string> {
    const [head = '', ...lines] = (await readFile(purchases, 'utf8')).trim().split('\n');
    return [head, ...lines.filter((line) => (line.split(',')[1] ?? '') <= date), ''].join('\n');
  }
});
