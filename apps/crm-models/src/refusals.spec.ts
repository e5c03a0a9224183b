import { describe, expect, it } from '@jest/globals';
import { jsonOf, runVerb } from './spec-kit/run-verb.js';

const fault = (text: string) => ({ code: 1, out: '', err: `crm-models: standard input:${text}\n` });
const usage = (text: string) => ({ code: 2, out: '', err: `crm-models: ${text}\n` });

describe('records that cannot be', () => {
  it.each(['bg-nbd', 'pareto-nbd', 'mbg-nbd', 'lifetime-value'])('are refused by %s with their place', async (verb) => {
    const refused = (history: string) => runVerb([verb], `x,t_x,T,zbar\n1,2,10,5\n${history}\n`);
    expect(await refused('1,12,10,5')).toEqual(fault('3: column "t_x": 12 is more than T, which is 10'));
    expect(await refused('0,2,10,')).toEqual(
      fault('3: column "t_x": 2 is more than 0, but x is 0: there was no purchase after the first'),
    );
    expect(await refused('2,0,10,5')).toEqual(
      fault('3: column "t_x": 0 is the week of the first purchase, but x is 2'),
    );
    expect(await refused('100001,2,10,5')).toEqual(fault('3: column "x": "100001" is more than 100000'));
  });

  it.each(['gamma-gamma', 'lifetime-value'])(
    'are refused by %s without the mean value of who came again',
    async (verb) => {
      const { code, err } = await runVerb([verb], 'x,t_x,T,zbar\n1,2,10,5\n\n1,3,10,\n');
      expect([code, err]).toEqual([1, 'crm-models: standard input:4: column "zbar": is empty, but x is 1\n']);
    },
  );

  it('are named up to ten', async () => {
    const { err } = await runVerb(['bg-nbd'], `x,t_x,T\n${'1,12,10\n'.repeat(12)}`);
    const lines = err.trim().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[9]).toContain('standard input:11: column "t_x"');
    expect(lines[10]).toBe('crm-models: further faults are not looked for');
  });

  it('are found behind fields of several lines', async () => {
    const { err } = await runVerb(['bg-nbd'], 'customer,x,t_x,T\n"a\nb",1,2,10\n"c\nd",1,2,10\ne,1,12,10\n');
    expect(err).toContain('standard input:6: column "t_x": 12 is more than T');
  });

  it('are refused by sbg when customers come back', async () => {
    expect(await runVerb(['sbg'], 'period,active\n1,5\n0,10\n2,8\n')).toEqual(
      fault('4: column "active": 8 is more than the 5 of the period before'),
    );
  });
});

describe('a column that all files have or none', () => {
  const blank = 'arm,response,conversion,revenue\nmail,1,,2\nnone,0,0,\n';

  it('has no empty cell', async () => {
    expect(await runVerb(['campaign-result', '--control', 'none'], blank)).toMatchObject({
      code: 1,
      out: '',
      err:
        'crm-models: standard input:2: column "conversion": is empty\n' +
        'crm-models: standard input:3: column "revenue": is empty\n',
    });
    expect(await runVerb(['kaplan-meier'], 'time,event,group\n1,1,a\n2,1,\n')).toEqual(
      fault('3: column "group": is empty'),
    );
    expect(await runVerb(['life-stage'], 'customer,date,value,category\na,1997-01-01,1,\n')).toEqual(
      fault('2: column "category": is empty'),
    );
    expect(await runVerb(['sbg'], 'period,active,cohort\n0,9,\n')).toEqual(fault('2: column "cohort": is empty'));
  });
});

describe('lifetime-value', () => {
  it('refuses a discount below 0 that makes the last months beyond all numbers', async () => {
    const args = ['lifetime-value', '--monthly-discount', '-0.99', '--months', '1200'];
    expect(await runVerb(args, 'x,t_x,T,zbar\n1,2,10,5\n')).toEqual(
      usage('--monthly-discount -0.99 makes 1200 months worth beyond all numbers'),
    );
  });
});

describe('campaign-result', () => {
  const members = 'arm,response\nmail,1\nnone,0\nnone,1\n';

  it('has no smallest difference of conversions without conversions', async () => {
    const { code, err } = await runVerb(['campaign-result', '--control', 'none', '--minimum-effect', '0.1'], members);
    expect(code).toBe(2);
    expect(err).toContain('--minimum-effect is one of conversion rates, and the input has no column "conversion"');
  });

  it('says which arms there are when the control is none of them', async () => {
    expect(await runVerb(['campaign-result', '--control', 'None'], members)).toEqual(
      usage('--control None is none of the arms mail, none'),
    );
  });
});

describe('logistic', () => {
  const records = (cell: string) => [cell, ...Array.from({ length: 29 }, (_, at) => String((at * 7) % 11))];
  const input = (cell: string) =>
    `complaints,churned\n${records(cell)
      .map((value, at) => `"${value}",${String((at * 5) % 3 === 0 ? 1 : 0)}\n`)
      .join('')}`;

  it.each(['1,5', 'NaN', '1e999', 'many'])('refuses a column of numbers in which one is %s', async (cell) => {
    const text = `"${cell}" is not a number, as most cells of the column are; --categories complaints if they are codes`;
    expect(await runVerb(['logistic', '--target', 'churned'], input(cell))).toEqual(
      fault(`2: column "complaints": ${text}`),
    );
  });

  it('takes it as categories when told to', async () => {
    const args = ['logistic', '--target', 'churned', '--categories', 'complaints'];
    const { err } = await runVerb(args, input('many').replace('"many"', '"0"'));
    expect(err).not.toContain('is not a number');
  });

  it('ignores only columns that are there', async () => {
    expect(await runVerb(['logistic', '--target', 'churned', '--ignore', 'custmer'], input('1'))).toEqual(
      usage('--ignore custmer is none of complaints, churned'),
    );
  });

  it('takes a column of the name __proto__ for a column', async () => {
    const { coefficients } = await jsonOf(
      ['logistic', '--target', 'churned'],
      input('1').replace('complaints', '__proto__'),
    );
    expect((coefficients as { column: string }[])[1]?.column).toBe('__proto__');
  });
});

describe('k-means', () => {
  it('keeps columns apart that have the names of the output', async () => {
    const input = 'customer,cluster,customers,centre.cluster\n1,5,2,7\n2,5,2,7\n3,9,1,8\n';
    const { out } = await runVerb(['k-means', '--k', '2', '--show', 'clusters'], input);
    expect(out).toBe(
      'cluster,customers,withinSumOfSquares,centre.centre.cluster,centre.customers,centre.cluster\n1,2,0,5,2,7\n2,1,0,9,1,8\n',
    );
  });

  it('leaves a customer without a name without one', async () => {
    expect((await runVerb(['k-means', '--k', '2'], 'customer,a\n2,5\n,6\n')).out).toBe('customer,cluster\n2,1\n,2\n');
    expect((await runVerb(['k-means', '--k', '2'], 'a\n5\n6\n')).out).toBe('customer,cluster\n1,1\n2,2\n');
  });

  it.each([
    ['customer alone', ['--columns', 'customer'], 'no column to compare: there is none but customer'],
    ['customer too', ['--columns', 'customer,a'], '--columns customer: it is who is compared, not a number'],
  ])('does not compare %s', async (_, args, text) => {
    expect(await runVerb(['k-means', '--k', '2', ...args], 'customer,a\nx,5\ny,6\n')).toEqual(usage(text));
  });

  it('needs a column to compare', async () => {
    expect(await runVerb(['k-means', '--k', '2'], 'customer\nx\ny\n')).toEqual(
      usage('no column to compare: there is none but customer'),
    );
  });

  it('takes a column of the name __proto__ for a column', async () => {
    const { out } = await runVerb(['k-means', '--k', '2', '--show', 'clusters'], '__proto__,a\n1,2\n5,9\n1,2\n');
    expect(out).toBe('cluster,customers,withinSumOfSquares,__proto__,a\n1,2,0,1,2\n2,1,0,5,9\n');
  });
});

describe('kaplan-meier', () => {
  it('has the curves of groups of which nobody left, and no test', async () => {
    const { groups, logRank } = await jsonOf(['kaplan-meier'], 'time,event,group\n1,0,a\n2,0,b\n');
    expect(groups).toMatchObject([
      { group: 'a', ended: 0 },
      { group: 'b', ended: 0 },
    ]);
    expect(logRank).toBeNull();
  });

  it.each(['constructor', '__proto__', 'toString'])('does not take %s for an event', async (word) => {
    const { code, err } = await runVerb(['kaplan-meier'], `time,event\n1,${word}\n`);
    expect(code).toBe(1);
    expect(err).toContain(`"${word}" is none of 0, 1, false, true, no, yes`);
  });
});

describe('association', () => {
  it('keeps items apart that have a | in them', async () => {
    const input = 'basket,item\n1,a|b\n1,c\\\n1,d\n2,a|b\n2,c\\\n2,d\n';
    const { out } = await runVerb(['association', '--confidence', '0.9'], input);
    expect(out).toContain('\na\\|b|c\\\\,d,');
    const { rules } = await jsonOf(['association', '--confidence', '0.9'], input);
    expect(rules).toEqual(expect.arrayContaining([expect.objectContaining({ left: ['a|b', 'c\\'], right: 'd' })]));
  });
});

describe('numbers in CSV', () => {
  const input = 'item,revenue\na,0.1\na,0.2\nb,12345678901234\nc,1234567890.12\n';

  it('have all digits, so that the next verb reads what this one found', async () => {
    const { out } = await runVerb(['abc'], input);
    const { items } = await jsonOf(['abc'], input);
    const written = out
      .split('\n')
      .slice(1, 4)
      .map((line) => Number(line.split(',')[1]));
    expect(written).toEqual((items as { revenue: number }[]).map(({ revenue }) => revenue));
    expect(written).toContain(0.1 + 0.2);
  });
});
