import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { compareMembers, type CampaignMember } from './campaign-members.js';
import { dormantCustomers } from './dormancy.js';
import { fitGammaGamma } from './gamma-gamma.js';
import { summariseWithHoldout } from './holdout-summary.js';
import { holdoutTable } from './holdout.js';
import { lifeStagePurchases } from './life-stage.js';
import { lifetimeValue } from './lifetime-value.js';
import { profitability } from './profitability.js';
import { fitPurchases, type PurchaseModelName } from './purchase-models.js';
import { summarisePurchases, type PurchaseLine } from './purchase-summary.js';
import { revenueDrift } from './revenue-drift.js';
import { fitSbg } from './sbg-fit.js';
import { sbgSurvival } from './sbg.js';
import { describeWith, readCdnow, readRows } from './spec-kit/public-data.js';

const NAMES = ['bg-nbd', 'mbg-nbd', 'pareto-nbd'] as const;
const PERIODS = { calibrationEnd: '1997-09-30', holdoutEnd: '1998-06-30' };

const pageOf = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../docs/models/${name}.md`, import.meta.url)), 'utf8');
/** The text of a page without its line breaks. */
const textOf = (name: string): string => pageOf(name).replace(/\s+/g, ' ');

/** The cells beside `label` in the first row of a page that begins with it. */
function cellsOf(name: string, label: string): readonly string[] {
  const rows = pageOf(name)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim())); // prettier-ignore
  return rows.find(([first]) => first === label)?.slice(1) ?? [];
}

/** A number as the pages write it: no 0 before the point, commas between thousands, a real minus. */
function written(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  const [whole = '', ...fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return [Number(text) < 1 && digits > 0 ? '' : grouped, ...fraction].join('.').replace(/^/, value < 0 ? '−' : '');
}

const digitsOf = (cell: string): number => cell.split('.')[1]?.length ?? 0;

describeWith('cdnow_sample.csv', 'figures of docs/models on CDNOW', () => {
  const lines: readonly PurchaseLine[] = readCdnow().map((line) => ({ ...line, amount: line.amount / 100 }));
  const { customers, weeks } = summariseWithHoldout(lines, PERIODS);
  const everything = summarisePurchases(lines, PERIODS.holdoutEnd);
  const fits = new Map(customers.length === 0 ? [] : NAMES.map((name) => [name, fitPurchases(name, customers)]));
  const fitOf = (name: PurchaseModelName): ReturnType<typeof fitPurchases> => fits.get(name)!;

  it.each(NAMES)('%s: parameters, likelihood and holdout', (name) => {
    const { parameters, logLikelihood } = fitOf(name);
    for (const [parameter, value] of Object.entries(parameters)) {
      const [, ours = ''] = cellsOf(name, parameter);
      expect([parameter, written(value, digitsOf(ours))]).toEqual([parameter, ours]);
    }
    const [, likelihood = textOf(name).match(/log-likelihood is (−[\d.]+)\. /)?.[1] ?? ''] = cellsOf(
      name,
      'log-likelihood',
    );
    expect(written(logLikelihood, 4).replace(',', '')).toBe(likelihood);
    const rows = holdoutTable(fitOf(name), weeks, customers);
    expect(cellsOf(name, 'actual')).toEqual(rows.map(({ actual }) => String(actual)));
    expect(cellsOf(name, 'expected')).toEqual(rows.map(({ expected }) => written(expected, 1)));
  });

  it('Gamma-Gamma: parameters', () => {
    for (const [parameter, value] of Object.entries(fitGammaGamma(customers).parameters)) {
      const [, ours = ''] = cellsOf('gamma-gamma', parameter);
      expect([parameter, written(value, digitsOf(ours))]).toEqual([parameter, ours]);
    }
  });

  it('lifetime value: the nine months after, and the first customer', () => {
    const spend = fitGammaGamma(customers);
    const question = { purchases: fitOf('bg-nbd'), spend, months: 9, monthlyDiscount: 0 };
    const values = customers.map((customer) => lifetimeValue(question, { ...customer, margin: 1 }));
    const actual = customers.reduce((sum, { holdoutTotal }) => sum + holdoutTotal, 0);
    const row = cellsOf('lifetime-value', 'CDNOW, revenue of the 39 weeks (9 months) after, all customers');
    expect(row).toContain(written(actual, 0));
    expect(row).toContain(
      `${written(
        values.reduce((sum, { value }) => sum + value, 0),
        0,
      )} (BG/NBD)`,
    );
    const expected = values.reduce((sum, { expectedPurchases }) => sum + expectedPurchases, 0);
    expect(textOf('lifetime-value')).toContain(`BG/NBD expects ${written(expected, 0)} of the 1,882 occasions`);
    const first = NAMES.map((name) => {
      const year = { purchases: fitOf(name), spend, months: 12, monthlyDiscount: 0.01 };
      const { value, interval } = lifetimeValue(year, { ...customers[0]!, margin: 0.3 });
      return `${written(value, 2)} (${interval!.map((bound) => written(bound, 2)).join('–')})`;
    });
    for (const figure of first) expect(textOf('lifetime-value')).toContain(figure);
  });

  it('life-stage: customers, occasions and days between', () => {
    for (const { stage, customers: reached, occasions, daysBetween } of lifeStagePurchases(
      lines.map((line) => ({ ...line, category: 'music' })),
    )) {
      const cells = cellsOf('life-stage', stage);
      expect(cells).toEqual(expect.arrayContaining([written(reached, 0), written(occasions, 0)]));
      if (daysBetween === null) continue;
      const { median, q1, q3 } = daysBetween;
      expect(cells).toContain(`${written(median, 0)} (${written(q1, 0)}–${written(q3, 0)})`);
    }
  });

  it('dormancy: the silent of 90 days', () => {
    const dormant = dormantCustomers({ date: PERIODS.calibrationEnd, days: 90 }, customers);
    const [, ours] = cellsOf('dormancy', 'CDNOW, 90 days at 1997-09-30, of 2,357 customers');
    expect(written(dormant.length, 0)).toBe(ours);
  });

  it('drift: moves between the half-years, and their statistics', () => {
    const revenue = (from: string, until: string): ReadonlyMap<string, number> => {
      const sums = new Map<string, number>();
      for (const { customer, date, amount } of lines) {
        if (date >= from && date <= until) sums.set(customer, (sums.get(customer) ?? 0) + amount);
      }
      return sums;
    };
    const [before, after] = [revenue('1997-07-01', '1997-12-31'), revenue('1998-01-01', '1998-06-30')];
    const { transitions, stayed, independence, psi } = revenueDrift(
      everything.map(({ customer }) => ({ before: before.get(customer) ?? null, after: after.get(customer) ?? null })),
    );
    for (const { from, to } of transitions) {
      expect([from, cellsOf('drift', from)]).toEqual([from, Object.values(to).map((count) => written(count, 0))]);
    }
    const { statistic, p } = independence!;
    const figures = `stayed ${written(stayed! * 100, 1)} %, χ² = ${written(statistic, 1)}, p = ${p.toExponential(1)}, PSI ${written(psi, 4)}`;
    expect(textOf('drift')).toContain(figures);
  });

  it('profitability: total, loss makers and the whale', () => {
    const rules = { version: 'rules.1', marginRate: 0.3, costPerOccasion: 2, costPerContact: 1, costPerCase: 8 };
    const { total, lossMakers, deciles } = profitability(
      rules,
      everything.map(({ customer, total: revenue, occasions }) => ({
        customer,
        revenue,
        occasions,
        contacts: 4,
        cases: 0,
      })),
    );
    const text = textOf('profitability');
    expect(text).toContain(
      `profit ${written(total, 0)}, ${lossMakers.customers} loss makers with ${written(lossMakers.profit, 0)},`,
    );
    expect(text).toContain(deciles.map(({ cumulativeShare }) => written(cumulativeShare!, 2)).join(' '));
  });
});

describeWith('hillstrom.csv', 'figures of docs/models on the Hillstrom e-mail test', () => {
  const members: readonly CampaignMember[] = readRows('hillstrom.csv').map((row) => {
    const [arm = '', visit = '', conversion = '', spend = ''] = row.split(',').slice(-4);
    return { arm, responded: visit === '1', converted: conversion === '1', revenue: Number(spend) };
  });

  it('campaign result: effects, intervals and bootstrap', () => {
    const { effects, revenueBootstrap } = compareMembers({ members, control: 'No E-Mail' });
    const bounds = (interval: readonly number[] | null | undefined): string =>
      `(${(interval ?? []).map((bound) => written(bound, 4)).join('–')})`;
    for (const [arm, name] of [
      ['Mens E-Mail', "Men's"],
      ['Womens E-Mail', "Women's"],
    ] as const) {
      const effect = (metric: string): string => {
        const found = effects.find((one) => one.arm === arm && one.metric === metric)!;
        return `${written(found.effect!, 4)} ${bounds(found.interval)}`;
      };
      expect(cellsOf('campaign-result', `Hillstrom, ${name} visits`)[1]).toBe(effect('response'));
      expect(cellsOf('campaign-result', `Hillstrom, ${name} spend a head, Welch`)[1]).toBe(
        effect('revenue-per-member'),
      );
      expect(textOf('campaign-result')).toContain(bounds(revenueBootstrap.find((one) => one.arm === arm)?.interval));
    }
  });
});

it.each([
  ['High End, year 12, actual .394', [1_000, 869, 743, 653, 593, 551, 517, 491]],
  ['Regular, year 12, actual .173', [1_000, 631, 468, 382, 326, 289, 262, 241]],
])('sBG as docs/models has it: %s', (row, survivors) => {
  const { parameters } = fitSbg([survivors]);
  const [, ours] = cellsOf('sbg', row);
  expect(written(sbgSurvival(parameters, 12), 4)).toBe(ours);
});
