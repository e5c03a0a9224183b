import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { jsonOf, runVerb } from './spec-kit/run-verb.js';

// Beside the repository: the data's licence does not let them into it.
const repository = fileURLToPath(new URL('../../../', import.meta.url));
const folder = resolve(repository, process.env['CRM_DATA'] ?? '../shared/data');

function describeWith(file: string, title: string, tests: (path: string) => void): void {
  const path = resolve(folder, file);
  const there = existsSync(path);
  const run = there ? describe : describe.skip;
  run(there ? title : `${title} (skipped: ${file} is missing, set CRM_DATA to its folder)`, () => tests(path));
}

const near = (value: number, tolerance: number) => expect.closeTo(value, -Math.log10(2 * tolerance));

describeWith('cdnow_sample.csv', 'CDNOW from file to parameters', (path) => {
  const purchases = (): string =>
    readFileSync(path, 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(','))
      .map(([, customer, date = '', , dollars]) =>
        [customer, date.replace(/(....)(..)(..)/, '$1-$2-$3'), dollars].join(','),
      )
      .reduce((text, line) => `${text}${line}\n`, 'customer,date,value\n');
  const summary = async (): Promise<string> =>
    (await runVerb(['summary', '--calibration-end', '1997-09-30', '--holdout-end', '1998-06-30'], purchases())).out;

  it('has the known summary', async () => {
    const records = (await summary()).trim().split('\n').slice(1);
    expect(records).toHaveLength(2_357);
    const sums = records
      .map((record) => record.split(','))
      .map((cells) => [Number(cells[1]), Number(cells[9])] as const);
    expect(sums.reduce((sum, [x]) => sum + x, 0)).toBe(2_457);
    expect(sums.reduce((sum, [, actual]) => sum + actual, 0)).toBe(1_882);
  });

  it('has the published parameters', async () => {
    const fit = await jsonOf(['bg-nbd'], await summary());
    expect(fit).toMatchObject({
      r: near(0.2426, 0.002),
      alpha: near(4.4136, 0.002),
      a: near(0.7929, 0.002),
      b: near(2.4259, 0.002),
      logLikelihood: near(-9_582.429, 0.005),
    });
    const spend = await jsonOf(['gamma-gamma'], await summary());
    expect(spend).toMatchObject({ p: near(6.25, 0.01), q: near(3.74, 0.01), gamma: near(15.44, 0.01) });
  });

  it('has the known scores by rank', async () => {
    const { scores } = await jsonOf(['rfm', '--as-of', '1998-07-01', '--scheme', 'rank-tiles'], purchases());
    const products = (scores as { r: number; f: number; m: number }[]).map(({ r, f, m }) => r * f * m);
    expect(products.reduce((sum, product) => sum + product, 0)).toBe(95_994);
  });
});

describeWith('groceries_lines.csv', 'Groceries', (path) => {
  it('has the 463 rules of the published session', async () => {
    const { rules, baskets } = await jsonOf(
      ['association', '--support', '0.006', '--confidence', '0.25', '--input', path],
      '',
    );
    expect(rules).toHaveLength(463);
    expect(baskets).toBe(9_835);
  });
});

describeWith('hillstrom.csv', 'Hillstrom e-mail test', (path) => {
  it('has the published lifts', async () => {
    const maps = ['arm=segment', 'response=visit', 'revenue=spend'].flatMap((pair) => ['--map', pair]);
    const { effects } = await jsonOf(['campaign-result', '--control', 'No E-Mail', '--input', path, ...maps], '');
    const of = (arm: string, metric: string) =>
      (effects as { arm: string; metric: string; effect: number; low: number; high: number }[]).find(
        (effect) => effect.arm === arm && effect.metric === metric,
      );
    expect(of('Mens E-Mail', 'response')).toMatchObject({
      effect: near(0.0766, 5e-5),
      low: near(0.07, 5e-5),
      high: near(0.0832, 5e-5),
    });
    expect(of('Womens E-Mail', 'revenue-per-member')).toMatchObject({ effect: near(0.4244, 5e-5) });
  });
});
