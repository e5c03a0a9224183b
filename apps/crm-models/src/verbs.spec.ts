import { CDNOW_PARAMETERS, keyedRandom, simulateHistory } from '@crm/customer-models';
import { describe, expect, it } from '@jest/globals';
import { jsonOf, runVerb } from './spec-kit/run-verb.js';

const PURCHASES = `customer,date,value
a,1997-01-01,10
a,1997-01-15,20
a,1997-03-01,30
b,1997-01-10,5
b,1997-01-10,7
b,1997-02-20,-7
c,1997-02-01,40
c,1997-03-10,44
d,1997-03-20,3
`;
const HISTORIES = `customer,x,t_x,T,zbar
a,2,30,38,20
b,1,2,38,12
c,0,0,30,
d,0,0,35,
e,5,33,36,31
f,1,20,25,8
g,0,0,20,
h,3,12,38,26
`;
const SIMULATED = `x,t_x,T\n${Array.from({ length: 150 }, (_, at) => {
  const { x, tx, T } = simulateHistory(keyedRandom(1, String(at)), CDNOW_PARAMETERS.purchases, 39 - (at % 12));
  return `${String(x)},${String(tx)},${String(T)}`;
}).join('\n')}`;
const close = (value: number) => expect.closeTo(value, 6);

describe('summary', () => {
  it('has one record for each customer', async () => {
    const { out } = await runVerb(['summary', '--calibration-end', '1997-02-28'], PURCHASES);
    expect(out.split('\n').slice(0, 3)).toEqual([
      'customer,x,t_x,T,zbar,occasions,total,firstDate,lastDate',
      'a,1,2,8.285714285714286,20,2,30,1997-01-01,1997-01-15',
      'b,0,0,7,,1,5,1997-01-10,1997-01-10',
    ]);
  });

  it('says what came in the holdout', async () => {
    const args = ['summary', '--calibration-end', '1997-02-28', '--holdout-end', '1997-03-31'];
    const { summary, ...facts } = await jsonOf(args, PURCHASES);
    expect(facts).toEqual({
      calibrationEnd: '1997-02-28',
      holdoutEnd: '1997-03-31',
      holdoutWeeks: 31 / 7,
      lines: 9,
      customers: 3,
      newCustomers: 1,
      leftOut: 0,
    });
    expect(summary).toMatchObject([
      { customer: 'a', actual: 1, holdoutTotal: 30 },
      { customer: 'b', actual: 0, holdoutTotal: 0 },
      { customer: 'c', actual: 1, holdoutTotal: 44 },
    ]);
  });

  it('needs its dates in order', async () => {
    expect((await runVerb(['summary', '--holdout-end', '1997-03-31'], PURCHASES)).code).toBe(2);
    const args = ['summary', '--calibration-end', '1997-03-31', '--holdout-end', '1997-03-31'];
    expect((await runVerb(args, PURCHASES)).code).toBe(2);
  });
});

describe.each([
  ['bg-nbd', ['r', 'alpha', 'a', 'b']],
  ['pareto-nbd', ['r', 'alpha', 's', 'beta']],
  ['mbg-nbd', ['r', 'alpha', 'a', 'b']],
])('%s', (name, parameters) => {
  it('has the fit, and says of each customer who is left and what to expect', async () => {
    const { predictions, ...fit } = await jsonOf([name, '--predict', '39'], SIMULATED);
    for (const parameter of parameters) expect(fit[parameter]).toBeGreaterThan(0);
    expect(fit).toMatchObject({ customers: 150, weeks: 39 });
    for (const key of ['standardErrors', 'logLikelihood', 'iterations', 'converged', 'warnings'])
      expect(fit).toHaveProperty(key);
    expect(predictions).toHaveLength(150);
    for (const { pAlive, expectedPurchases } of predictions as { pAlive: number; expectedPurchases: number }[]) {
      expect(pAlive).toBeGreaterThanOrEqual(0);
      expect(pAlive).toBeLessThanOrEqual(1);
      expect(expectedPurchases).toBeGreaterThanOrEqual(0);
    }
  });

  it('compares the holdout with what it expected, by repeat purchases', async () => {
    const lines = SIMULATED.split('\n');
    const input = lines.map((line, at) => `${line},${at === 0 ? 'actual' : String(at % 3)}`).join('\n');
    const { holdout, ...facts } = await jsonOf([name, '--holdout', '39'], input);
    expect(facts).toMatchObject({ customers: 150, holdoutWeeks: 39 });
    const rows = holdout as { x: number; customers: number; actual: number; expected: number }[];
    expect(rows.map(({ x }) => x)).toEqual(rows.map(({ x }) => x).toSorted((a, b) => a - b));
    const sumOf = (key: 'customers' | 'actual' | 'expected') => rows.reduce((sum, row) => sum + row[key], 0);
    expect([sumOf('customers'), sumOf('actual')]).toEqual([150, 150]);
    const both = await jsonOf([name, '--holdout', '39', '--predict', '39'], input);
    expect(both['holdout']).toEqual(holdout);
    const predicted = both['predictions'] as { expectedPurchases: number }[];
    expect(predicted.reduce((sum, row) => sum + row.expectedPurchases, 0)).toBeCloseTo(sumOf('expected'), 9);
    const { out } = await runVerb([name, '--holdout', '39'], input);
    expect(out).toMatch(/^x,customers,actual,expected\n0,\d+,\d+,\d/);
  });

  it('says who writes the column that a holdout needs', async () => {
    const { code, err } = await runVerb([name, '--holdout', '39'], SIMULATED);
    expect(code).toBe(1);
    expect(err).toContain('--holdout needs column "actual": summary --holdout-end writes it');
  });

  it('passes the warnings of the model on', async () => {
    const { code, err } = await runVerb([name], `x,t_x,T\n${'1,2,3\n'.repeat(4)}`);
    expect(code).toBe(0);
    expect(err).toMatch(/^crm-models: warning: /);
  });

  it('refuses fewer customers than it has parameters', async () => {
    const { code, err } = await runVerb([name], 'x,t_x,T\n1,2,3\n');
    expect(code).toBe(1);
    expect(err).toContain(`too-few-rows: ${name} has 4 parameters, 1 customers cannot carry them`);
  });
});

describe('a model of purchases in CSV', () => {
  it('has the parameters as records', async () => {
    const { out } = await runVerb(['bg-nbd'], HISTORIES);
    const names = out.split('\n').map((line) => line.split(',')[0]);
    expect(names.slice(0, 5)).toEqual(['name', 'r', 'alpha', 'a', 'b']);
    expect(names).toEqual(expect.arrayContaining(['logLikelihood', 'iterations', 'converged']));
  });

  it('has the customers as records when asked to predict', async () => {
    const { out } = await runVerb(['bg-nbd', '--predict', '39'], HISTORIES);
    expect(out.split('\n')).toHaveLength(10);
    expect(out).toMatch(/^customer,x,t_x,T,pAlive,expectedPurchases\na,2,30,38,0\.\d+,\d/);
  });
});

describe('gamma-gamma', () => {
  it('has the fit, and with the customers what each will spend', async () => {
    const fit = await jsonOf(['gamma-gamma'], HISTORIES);
    const positive = expect.any(Number);
    expect(fit).toMatchObject({ p: positive, q: positive, gamma: positive, customers: 5, leftOut: 0 });
    const { spend } = await jsonOf(['gamma-gamma', '--show', 'customers'], HISTORIES);
    const [, , c, d] = spend as { zbar: number | null; expectedSpend: number }[];
    expect(c?.zbar).toBeNull();
    expect(c?.expectedSpend).toBe(d?.expectedSpend);
  });

  it('refuses a mean value that is missing for a customer who came again', async () => {
    const { code, err } = await runVerb(['gamma-gamma'], 'x,zbar\n1,\n');
    expect(code).toBe(1);
    expect(err).toContain('standard input:2: column "zbar": is empty, but x is 1');
  });
});

describe('lifetime-value', () => {
  it('falls with the discount and is a share of revenue', async () => {
    const valued = async (...args: readonly string[]) => {
      const { values } = await jsonOf(['lifetime-value', '--months', '24', ...args], HISTORIES);
      return (values as { value: number; expectedPurchases: number; expectedSpend: number }[])[0]!;
    };
    const plain = await valued();
    expect(plain.value).toBeCloseTo(plain.expectedPurchases * plain.expectedSpend, 6);
    expect((await valued('--margin', '0.3')).value).toBeCloseTo(plain.value * 0.3, 6);
    expect((await valued('--monthly-discount', '0.01')).value).toBeLessThan(plain.value);
  });
});

describe('sbg', () => {
  const CONTRACTS = 'period,active\n0,1000\n1,869\n2,743\n3,653\n4,593\n5,551\n6,517\n7,491\n';

  it('has the published fit', async () => {
    const fit = await jsonOf(['sbg', '--project', '2'], CONTRACTS);
    expect(fit).toMatchObject({ alpha: expect.closeTo(0.668, 3), beta: expect.closeTo(3.806, 3) });
    expect(fit['projection']).toEqual([
      { period: 0, survival: 1, retention: null },
      { period: 1, survival: expect.closeTo(0.851, 3), retention: expect.closeTo(0.851, 3) },
      { period: 2, survival: expect.closeTo(0.747, 3), retention: expect.closeTo(0.878, 3) },
    ]);
  });

  it.each([
    ['0,10\n2,8\n', '3: the cohort has no period 1'],
    ['0,10\n0,8\n', '3: column "period": the cohort has period 0 twice, first in standard input:2'],
  ])('refuses periods with a hole or a double', async (records, fault) => {
    const { code, err } = await runVerb(['sbg'], `period,active\n${records}`);
    expect([code, err]).toEqual([1, `crm-models: standard input:${fault}\n`]);
  });
});

describe('kaplan-meier', () => {
  const TIMES = 'time,event,group\n1,1,x\n2,0,x\n3,yes,x\n1,0,y\n4,1,y\n5,1,y\n';

  it('has a curve for each group and compares them', async () => {
    const { groups, logRank, steps } = await jsonOf(['kaplan-meier'], TIMES);
    expect(groups).toMatchObject([
      { group: 'x', customers: 3, ended: 2, median: 3 },
      { group: 'y', customers: 3, ended: 2, median: 4 },
    ]);
    expect(logRank).toMatchObject({ degrees: 1 });
    expect((steps as object[])[0]).toMatchObject({ group: 'x', time: 1, atRisk: 3, survival: close(2 / 3) });
  });

  it('needs no group', async () => {
    const { groups, logRank } = await jsonOf(['kaplan-meier'], 'time,event\n1,1\n2,0\n');
    expect(groups).toMatchObject([{ group: '', customers: 2 }]);
    expect(logRank).toBeUndefined();
  });

  it('takes nothing but yes and no for an event', async () => {
    const { err } = await runVerb(['kaplan-meier'], 'time,event\n1,maybe\n');
    expect(err).toContain('standard input:2: column "event": "maybe" is none of 0, 1, false, true, no, yes');
  });
});

describe('models of purchase lines', () => {
  it('cohorts counts who is active months after the first', async () => {
    const { cohorts } = await jsonOf(['cohorts'], PURCHASES);
    expect(cohorts).toEqual([
      { month: '1997-01', customers: 2, active: [2, 0, 1] },
      { month: '1997-02', customers: 1, active: [1, 1] },
      { month: '1997-03', customers: 1, active: [1] },
    ]);
    const { out } = await runVerb(['cohorts', '--returns', 'count'], PURCHASES);
    expect(out).toContain('month,customers,monthsAfter,active,share\n1997-01,2,0,2,1\n1997-01,2,1,1,0.5\n');
  });

  it('dormancy lists who has been silent', async () => {
    const { out } = await runVerb(['dormancy', '--days', '20', '--as-of', '1997-03-31'], PURCHASES);
    expect(out).toBe('customer,lastDate,silentDays\nb,1997-01-10,80\na,1997-03-01,30\nc,1997-03-10,21\n');
  });

  it('drift counts the moves between terciles', async () => {
    const { transitions, periods } = await jsonOf(['drift', '--split', '1997-02-15', '--days', '45'], PURCHASES);
    expect(periods).toEqual({ before: ['1997-01-01', '1997-02-14'], after: ['1997-02-15', '1997-03-31'] });
    expect(transitions).toEqual([
      { from: 'none', customers: 1, none: 0, low: 1, middle: 0, high: 0 },
      { from: 'low', customers: 1, none: 1, low: 0, middle: 0, high: 0 },
      { from: 'middle', customers: 1, none: 0, low: 0, middle: 1, high: 0 },
      { from: 'high', customers: 1, none: 0, low: 0, middle: 0, high: 1 },
    ]);
  });

  it('profitability takes costs off the margin', async () => {
    const args = ['profitability', '--margin', '0.5', '--cost-per-occasion', '4'];
    const { customers, total, lossMakers } = await jsonOf(args, PURCHASES);
    expect(customers).toEqual([
      { customer: 'c', profit: 34 },
      { customer: 'a', profit: 18 },
      { customer: 'b', profit: -1.5 },
      { customer: 'd', profit: -2.5 },
    ]);
    expect([total, lossMakers]).toEqual([48, { customers: 2, profit: -4 }]);
    const { out } = await runVerb([...args, '--show', 'deciles'], PURCHASES);
    expect(out.split('\n')[0]).toBe('decile,customers,profit,cumulativeProfit,cumulativeShare');
  });

  it('life-stage gives the days between purchases', async () => {
    const { out } = await runVerb(['life-stage'], PURCHASES);
    expect(out.split('\n').slice(0, 4)).toEqual([
      'stage,fromOccasion,customers,occasions,mean,median,q1,q3',
      'first,1,4,4,,,,',
      'second,2,2,2,25.5,25.5,19.75,31.25',
      'growing,3,1,1,45,45,45,45',
    ]);
  });

  it('rfm scores by value and by rank', async () => {
    const { scores, edges } = await jsonOf(['rfm', '--as-of', '1997-03-31'], PURCHASES);
    expect(Object.keys(edges as object)).toEqual(['recencyDays', 'frequency', 'monetary']);
    expect((scores as object[])[3]).toMatchObject({ customer: 'd', recencyDays: 11, frequency: 1, monetary: 3, r: 5 });
    const { out } = await runVerb(['rfm', '--as-of', '1997-03-31', '--scheme', 'rank-tiles'], PURCHASES);
    expect(out.split('\n')[0]).toBe('customer,recencyDays,frequency,monetary,r,f,m,segment');
  });
});

describe('association', () => {
  it('finds what goes together', async () => {
    const input = 'basket,item\n1,bread\n1,"butter, salted"\n2,bread\n2,"butter, salted"\n3,milk\n';
    const { out } = await runVerb(['association', '--confidence', '0.9'], input);
    expect(out.split('\n').slice(0, 2)).toEqual([
      'left,right,count,support,confidence,lift,leverage,conviction',
      '"butter, salted",bread,2,0.6666666666666666,1,1.5,0.2222222222222222,',
    ]);
    const { rules } = await jsonOf(['association', '--confidence', '0.9'], input);
    expect((rules as object[])[0]).toMatchObject({ left: ['butter, salted'], right: 'bread', conviction: null });
  });
});

describe('campaign-result', () => {
  const members = (arm: string, n: number, responses: number) =>
    Array.from({ length: n }, (_, at) => `${arm},${at < responses ? '1' : '0'}\n`).join('');

  it('has the interval of the published pair', async () => {
    const input = `arm,response\n${members('mail', 70, 56)}${members('none', 80, 48)}`;
    const { effects, arms } = await jsonOf(['campaign-result', '--control', 'none'], input);
    expect(arms).toMatchObject([
      { members: 70, responses: 56 },
      { members: 80, responses: 48 },
    ]);
    expect(effects).toMatchObject([{ arm: 'mail', metric: 'response', verdict: 'positive' }]);
    const [{ low, high }] = effects as [{ low: number; high: number }];
    expect([low, high]).toEqual([expect.closeTo(0.0524, 4), expect.closeTo(0.3339, 4)]);
  });

  it('needs a control that is there', async () => {
    const { code, err } = await runVerb(['campaign-result', '--control', 'nobody'], 'arm,response\nmail,1\n');
    expect([code, err]).toEqual([2, 'crm-models: --control nobody is none of the arms mail\n']);
  });
});

describe('logistic', () => {
  const input = `id,age,plan,churned
1,30,basic,1
2,41,basic,0
3,52,gold,0
4,23,basic,1
5,64,gold,1
6,35,gold,0
7,36,basic,0
8,47,gold,1
9,58,basic,1
10,29,gold,0
`;

  it('tells numbers from categories', async () => {
    const { coefficients, measures, rows } = await jsonOf(['logistic', '--target', 'churned', '--ignore', 'id'], input);
    const columns = (coefficients as { column: string }[]).map(({ column }) => column);
    expect(columns).toEqual(['(intercept)', 'age', 'plan=gold']);
    expect(rows).toBe(10);
    expect(Object.keys(measures as object)).toEqual(
      expect.arrayContaining(['auc', 'brier', 'logLoss', 'topDecileLift']),
    );
  });

  it('takes numbers as categories when told to', async () => {
    const small = 'code,churned\n1,1\n1,0\n2,1\n2,0\n2,0\n';
    const { coefficients } = await jsonOf(['logistic', '--target', 'churned', '--categories', 'code'], small);
    expect((coefficients as { column: string }[])[1]?.column).toBe('code=1');
  });

  it('predicts each record', async () => {
    const args = ['logistic', '--target', 'churned', '--ignore', 'id', '--show', 'predictions'];
    expect((await runVerb(args, input)).out).toMatch(/^record,outcome,probability\n1,1,0\.\d+\n2,0,0\.\d+\n/);
  });

  it('says which column has too many levels, and how to leave it out', async () => {
    const records = Array.from({ length: 200_000 }, (_, at) => `c${String(at)},${String(at % 2)}`).join('\n');
    const { code, err } = await runVerb(['logistic', '--target', 'churned'], `customer,churned\n${records}\n`);
    const fault = 'column "customer" has 200000 levels, a category at most 250; --ignore customer leaves it out';
    expect([code, err]).toEqual([1, `crm-models: ${fault}\n`]);
  });

  it('needs a target that is there', async () => {
    const { code, err } = await runVerb(['logistic', '--target', 'gone'], input);
    expect([code, err]).toEqual([2, 'crm-models: --target gone is none of id, age, plan, churned\n']);
  });
});

describe('k-means', () => {
  const input = 'customer,a,b\nx,1,1\ny,1,2\nz,9,9\nw,9,8\n';

  it('names the cluster of each customer', async () => {
    const { out } = await runVerb(['k-means', '--k', '2'], input);
    expect(out).toBe('customer,cluster\nx,1\ny,1\nz,2\nw,2\n');
  });

  it('describes the clusters', async () => {
    const { clusters, columns } = await jsonOf(['k-means', '--k', '2', '--columns', 'b'], input);
    expect(columns).toEqual(['b']);
    expect(clusters).toMatchObject([
      { cluster: 1, customers: 2, centre: { b: close(1.5) } },
      { cluster: 2, customers: 2, centre: { b: close(8.5) } },
    ]);
    const { out } = await runVerb(['k-means', '--k', '2', '--columns', 'b', '--show', 'clusters'], input);
    expect(out).toMatch(/^cluster,customers,withinSumOfSquares,b\n1,2,0\.\d+,1\.5/);
  });

  it('needs columns that are there, and numbers in them', async () => {
    expect(await runVerb(['k-means', '--k', '2', '--columns', 'c'], input)).toMatchObject({
      code: 2,
      err: 'crm-models: --columns c is none of customer, a, b\n',
    });
    expect((await runVerb(['k-means', '--k', '1'], 'a\nred\n')).err).toContain('"red" is not a number');
  });
});

describe('abc', () => {
  it('adds up the records of an item and classes it', async () => {
    const { out } = await runVerb(['abc'], 'item,revenue\nbolt,500\nnut,300\nbolt,300\nscrew,20\nnail,-5\n');
    expect(out.split('\n').slice(0, 5)).toEqual([
      'item,revenue,rank,shareBefore,class',
      'bolt,800,1,0,A',
      'nut,300,2,0.7142857142857143,A',
      'screw,20,3,0.9821428571428571,C',
      'nail,-5,4,1,C',
    ]);
  });
});

describe('channel', () => {
  const HEADER = 'channel,customers,responses,conversions,revenue,cost';

  it('compares what channels brought and cost', async () => {
    const { out } = await runVerb(['channel'], `${HEADER}\nmail,1000,100,50,2500,200\n`);
    expect(out).toContain('\nmail,1000,100,50,2500,200,0.1,0.05,2.5,4,,,,\n');
  });

  it('has the lift of revenue only where its squares are known', async () => {
    const input = `${HEADER},controlCustomers,controlResponses,controlConversions,controlRevenue\nmail,1000,100,50,2500,200,500,30,10,500\n`;
    const { channels } = await jsonOf(['channel'], input);
    const [{ lift, increment }] = channels as [{ lift: { metric: string }[]; increment: { conversions: number } }];
    expect(lift.map(({ metric }) => metric)).toEqual(['response', 'conversion']);
    expect(increment.conversions).toBeCloseTo(30, 9);
  });
});
