import { describe, expect, it } from '@jest/globals';
import { jsonOf, runVerb } from './spec-kit/run-verb.js';

const LINES = 'customer,date,value\na,2025-01-01,10\na,2025-02-01,10\nz,2025-01-05,-7\n';
const VERBS = [
  ['summary', []],
  ['rfm', []],
  ['dormancy', ['--days', '1']],
  ['cohorts', []],
  ['life-stage', []],
] as const;

describe('customers with nothing but returns', () => {
  it.each(VERBS)('are counted and named on standard error by %s', async (verb, args) => {
    const { leftOut } = await jsonOf([verb, ...args], LINES);
    expect(leftOut).toBe(1);
    const { code, err } = await runVerb([verb, ...args], LINES);
    expect([code, err]).toEqual([
      0,
      'crm-models: warning: 1 customer is left out: nothing but returns until 2025-02-01\n',
    ]);
  });

  it('are not left out who buy in the holdout', async () => {
    const args = ['summary', '--calibration-end', '2025-01-10', '--holdout-end', '2025-03-01'];
    expect(await jsonOf(args, LINES)).toMatchObject({ customers: 1, newCustomers: 0, leftOut: 1 });
    const bought = `${LINES}z,2025-02-02,7\n`;
    expect(await jsonOf(args, bought)).toMatchObject({ customers: 1, newCustomers: 1, leftOut: 0 });
  });

  it('are there where returns count', async () => {
    const { code, err } = await runVerb(['cohorts', '--returns', 'count'], LINES);
    expect([code, err]).toEqual([0, '']);
  });
});

describe('lines without a buyer', () => {
  const refused = (when: string) => ({
    code: 1,
    out: '',
    err: `crm-models: no-customers: no customer bought ${when}\n`,
  });

  it.each(VERBS)('are refused by %s when all are returns', async (verb, args) => {
    const returns = 'customer,date,value\na,2025-01-01,-10\nz,2025-01-05,-7\n';
    expect(await runVerb([verb, ...args], returns)).toEqual(refused('until 2025-01-05'));
  });

  it.each([
    ['summary', ['--calibration-end', '2020-01-01']],
    ['summary', ['--calibration-end', '2020-01-01', '--holdout-end', '2025-12-31']],
    ['rfm', ['--as-of', '2020-01-01']],
    ['rfm', ['--as-of', '2020-01-01', '--scheme', 'rank-tiles']],
    ['dormancy', ['--days', '1', '--as-of', '2020-01-01']],
    ['cohorts', ['--until', '2020-01-01']],
  ])('are refused by %s %p when the date is before them', async (verb, args) => {
    expect(await runVerb([verb, ...args], LINES)).toEqual(refused('until 2020-01-01'));
  });

  it('are refused by drift with the period', async () => {
    expect(await runVerb(['drift', '--split', '2025-03-01', '--days', '31'], LINES)).toEqual(
      refused('from 2025-03-01 until 2025-03-31'),
    );
  });
});
