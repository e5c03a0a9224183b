import {
  cohortTable,
  expectedSpend,
  fitGammaGamma,
  fitPurchases,
  keyedRandom,
  lifetimeValue,
  profitability,
  scorePurchases,
  valueMatrix,
} from '@crm/customer-models';
import { describe, expect, it } from '@jest/globals';
import { clientele } from '../spec-kit/model-customers.js';
import { bgNbdModel } from './bg-nbd-model.js';
import { customerValueModel } from './customer-value-model.js';
import { dormancyModel } from './dormancy-model.js';
import { gammaGammaModel, spendHistoryOf } from './gamma-gamma-model.js';
import { lifeStageModel } from './life-stage-model.js';
import { lifetimeValueModel } from './lifetime-value-model.js';
import { inputsOf, type ModelCustomer, type ModelOrderLine } from './model-inputs.js';
import type { Scoring } from './model.js';
import { profitabilityModel } from './profitability-model.js';
import { purchaseHistoryOf } from './purchase-histories.js';
import { retentionModel } from './retention-model.js';

const AS_OF = '1997-09-30T23:59:59.999Z';
const { customers, orders } = clientele(150);
const inputs = inputsOf(AS_OF, { customers, orders });
const valueOf = (scoring: Scoring, at: number, name: string): unknown => scoring.scores[at]?.values[name];
const used = (model: string, scoring: Scoring) => ({
  [model]: { runId: `run of ${model}`, asOf: AS_OF, modelVersion: '1', fit: JSON.parse(JSON.stringify(scoring.fit)) },
});

describe('BG/NBD and its family', () => {
  it.each(['bg-nbd', 'mbg-nbd', 'pareto-nbd'] as const)('scores by %s when it is asked for', (variant) => {
    const fitted = fitPurchases(variant, customers.map(purchaseHistoryOf));
    const scoring = bgNbdModel.score(inputs, bgNbdModel.parametersOf({ variant }));
    for (const [at, customer] of customers.entries())
      expect(scoring.scores[at]?.values).toEqual({ ...scorePurchases(fitted, 39, purchaseHistoryOf(customer)) });
    expect(scoring.fit).toMatchObject({ ...fitted.parameters, model: variant });
    expect(bgNbdModel.explains(scoring.fit)).toEqual({ parameters: { ...fitted.parameters } });
  });

  it('says in its report what it expects of customers by repeat purchases', () => {
    const { report, scores } = bgNbdModel.score(inputs, { weeks: 39 });
    const rows = report['byRepeatOccasions'] as readonly { customers: number; expectedPurchases: number }[];
    expect(rows.reduce((sum, row) => sum + row.customers, 0)).toBe(scores.length);
    const expected = scores.reduce((sum, { values }) => sum + Number(values['expectedPurchases']), 0);
    expect(rows.reduce((sum, row) => sum + row.expectedPurchases, 0)).toBeCloseTo(expected, 8);
  });

  it('names its version by the variant', () => {
    expect(bgNbdModel.versionOf?.({ weeks: 39 })).toBe(bgNbdModel.version);
    expect(bgNbdModel.versionOf?.({ weeks: 39, variant: 'pareto-nbd' })).toBe('pareto-nbd.1');
  });
});

describe('Gamma-Gamma', () => {
  it('expects of every customer what the library does', () => {
    const fitted = fitGammaGamma(customers.map(spendHistoryOf));
    const scoring = gammaGammaModel.score(inputs, {});
    for (const [at, customer] of customers.entries())
      expect(valueOf(scoring, at, 'expectedSpend')).toBe(expectedSpend(fitted.parameters, spendHistoryOf(customer)));
    expect(scoring.fit).toMatchObject({ ...fitted.parameters, customers: fitted.customers });
    expect(gammaGammaModel.explains(scoring.fit)).toEqual({ parameters: fitted.parameters });
  });
});

describe('values of purchases that spread without a mean', () => {
  const spread = customers.map((customer, index): ModelCustomer => {
    const again = index % 3 > 0;
    // Quantiles of a Pareto distribution with tail .6, which has no mean.
    const meanRepeatValue = again ? 1_000 * (customers.length / (index + 0.5)) ** (1 / 0.6) : null;
    const repeats = { repeatOccasions: again ? 2 : 0, frequencySpanDays: again ? 60 : 0 };
    return { ...customer, ...repeats, occasions: again ? 3 : 1, tenureDays: 180, recencyDays: 30, meanRepeatValue };
  });
  const again = spread.filter(({ repeatOccasions }) => repeatOccasions > 0).map(({ partyId }) => partyId);
  const warned = expect.arrayContaining([expect.objectContaining({ code: 'no-expected-spend' })]) as unknown;

  it('leave the fit, a warning, and the scores of who bought again', () => {
    const { fit, scores, report, warnings } = gammaGammaModel.score(inputsOf(AS_OF, { customers: spread }), {});
    expect(fit['q']).toBeLessThan(1);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'no-population-mean' }));
    expect(warnings).toEqual(warned);
    expect(scores.map(({ partyId }) => partyId)).toEqual(again);
    for (const { values } of scores) expect(values['expectedSpend']).toBeGreaterThan(0);
    expect(report['populationMean']).toBeNull();
  });

  it('leave the lifetime values of who bought again', () => {
    const runs = used('bg-nbd', bgNbdModel.score(inputs, { weeks: 39 }));
    const scoring = lifetimeValueModel.score(
      inputsOf(AS_OF, { customers: spread, runs }),
      lifetimeValueModel.parametersOf({}),
    );
    expect(scoring.scores.map(({ partyId }) => partyId)).toEqual(again);
    expect(scoring.warnings).toEqual(warned);
  });
});

describe('lifetime value', () => {
  const parameters = lifetimeValueModel.parametersOf({ margin: 0.3 });

  it('fits what it builds on when there is no run, and says so', () => {
    const scoring = lifetimeValueModel.score(inputs, parameters);
    const question = {
      purchases: fitPurchases('bg-nbd', customers.map(purchaseHistoryOf)),
      spend: fitGammaGamma(customers.map(spendHistoryOf)),
      ...{ months: 12, monthlyDiscount: 0.01 },
    };
    for (const [at, customer] of customers.entries()) {
      const history = { ...purchaseHistoryOf(customer), ...spendHistoryOf(customer) };
      const { interval, ...values } = lifetimeValue(question, { ...history, margin: 0.3 });
      expect(scoring.scores[at]?.values).toEqual({ ...values, low: interval?.[0], high: interval?.[1] });
    }
    expect(scoring.report['builtOn']).toMatchObject([
      { model: 'bg-nbd', runId: null },
      { model: 'gamma-gamma', runId: null },
    ]);
  });

  it('goes on with the runs that hold, and names them', () => {
    const runs = {
      ...used('bg-nbd', bgNbdModel.score(inputs, { weeks: 39, variant: 'mbg-nbd' })),
      ...used('gamma-gamma', gammaGammaModel.score(inputs, {})),
    };
    const scoring = lifetimeValueModel.score({ ...inputs, runs }, parameters);
    const fitted = fitPurchases('mbg-nbd', customers.map(purchaseHistoryOf));
    expect(Number(valueOf(scoring, 0, 'expectedPurchases'))).toBeCloseTo(
      scorePurchases(fitted, 52, purchaseHistoryOf(customers[0]!)).expectedPurchases,
      9,
    );
    expect(lifetimeValueModel.explains(scoring.fit)).toMatchObject({
      builtOn: [{ runId: 'run of bg-nbd' }, { runId: 'run of gamma-gamma' }],
    });
  });

  it('looks ten years ahead at most', () => {
    expect(lifetimeValueModel.parametersOf({ months: 120 })).toMatchObject({ months: 120 });
    expect(() => lifetimeValueModel.parametersOf({ months: 121 })).toThrow('months is at most 120');
  });

  it('has no interval when the run that holds kept no covariance', () => {
    const { logCovariance: _, ...fit } = bgNbdModel.score(inputs, { weeks: 39 }).fit;
    const runs = { 'bg-nbd': { runId: 'old', asOf: AS_OF, modelVersion: 'bg-nbd.1', fit } };
    expect(lifetimeValueModel.score({ ...inputs, runs }, parameters).scores[0]?.values).not.toHaveProperty('low');
  });
});

describe('value matrix', () => {
  it('puts every customer into one cell', () => {
    const scoring = customerValueModel.score(inputs, customerValueModel.parametersOf({}));
    const { salesEdges, aliveEdges, matrix, isoValueCurves } = scoring.report as Record<string, never[]>;
    const valued = scoring.scores.map(({ values }) => values as { monthlySales: number; pAlive: number });
    const cells = valueMatrix({ salesEdges: salesEdges!, aliveEdges: aliveEdges! }, valued);
    expect(matrix).toEqual(
      cells.map((cell) => ({ ...cell, salesBand: cell.salesBand + 1, aliveBand: cell.aliveBand + 1 })),
    );
    expect(cells.reduce((sum, cell) => sum + cell.customers, 0)).toBe(customers.length);
    expect(isoValueCurves).toHaveLength(3);
    expect(valueOf(scoring, 0, 'value')).toBeCloseTo(valued[0]!.monthlySales * 12 * valued[0]!.pAlive, 9);
  });

  it('draws no curves over customers who all bought for the same', () => {
    const alike = customers.slice(0, 20).map((customer) => ({ ...customer, revenue: 900, tenureDays: 273 }));
    const runs = used('bg-nbd', bgNbdModel.score(inputs, { weeks: 39 }));
    const { report } = customerValueModel.score(inputsOf(AS_OF, { customers: alike, runs }), { months: 12, margin: 1 });
    expect(report['isoValueCurves']).toEqual([]);
  });
});

describe.each([lifetimeValueModel, customerValueModel])('$name and the business rules', (model) => {
  const rules = { version: '3', marginRate: 0.25, costPerOccasion: 0, costPerContact: 0, costPerCase: 0 };
  const few = inputsOf(AS_OF, { customers });
  const totalOf = ({ scores }: Scoring): number => scores.reduce((sum, { values }) => sum + Number(values['value']), 0);

  it('has the margin of the rules that hold, and names them with every score', () => {
    const all = model.score(few, model.parametersOf({}));
    const scoring = model.score({ ...few, rules }, model.parametersOf({}));
    expect(totalOf(scoring) / totalOf(all)).toBeCloseTo(0.25, 9);
    expect(model.explains(scoring.fit)).toMatchObject({ margin: 0.25, businessRulesVersion: 3 });
    expect(model.explains(all.fit)).toMatchObject({ margin: 1, businessRulesVersion: 0 });
  });

  it('has the margin that a run asks for, under no rules', () => {
    const { fit } = model.score({ ...few, rules }, model.parametersOf({ margin: 0.5 }));
    expect(fit).toMatchObject({ margin: 0.5, businessRulesVersion: null });
    expect(() => model.parametersOf({ margin: 2 })).toThrow('margin is at most 1');
  });
});

describe('retention', () => {
  const parameters = retentionModel.parametersOf({ silentDays: 60 });

  it('has the cohorts of the library, and customers leave at their last purchase', () => {
    const { report, fit } = retentionModel.score(inputs, parameters);
    const lines = orders.map(({ partyId: customer, date, amount }) => ({ customer, date, amount }));
    expect(report['cohorts']).toEqual(
      JSON.parse(JSON.stringify(cohortTable(lines, { until: '1997-09-30', returnsCount: false }))),
    );
    expect(fit['ended']).toBe(customers.filter(({ recencyDays }) => recencyDays > 60).length);
    const { months } = report['kaplanMeier'] as { months: readonly { survival: number }[] };
    for (const [at, { survival }] of months.entries())
      expect(survival).toBeLessThanOrEqual(months[at - 1]?.survival ?? 1);
    const sbg = report['sbg'] as { months: readonly { retention: number }[]; lifetimeMonths: number };
    expect(sbg.months[23]!.retention).toBeGreaterThan(sbg.months[0]!.retention);
    expect(sbg.lifetimeMonths).toBeGreaterThan(1);
  });

  it('finds the survival that leavers were drawn from, also where most customers are new', () => {
    const [BETWEEN_DAYS, LEAVING, SILENT_DAYS, WATCHED_DAYS] = [30, 0.15, 90, 400];
    const drawn = Array.from({ length: 20_000 }, (_, index): ModelCustomer => {
      const { uniform } = keyedRandom('planted hazard', String(index));
      const tenureDays = Math.floor(uniform() * WATCHED_DAYS);
      let frequencySpanDays = 0;
      while (uniform() > LEAVING && frequencySpanDays + BETWEEN_DAYS <= tenureDays) frequencySpanDays += BETWEEN_DAYS;
      const purchases = { repeatOccasions: frequencySpanDays / BETWEEN_DAYS, revenue: 100, meanRepeatValue: null };
      return {
        ...{ partyId: String(index), occasions: purchases.repeatOccasions + 1, ...purchases },
        ...{ tenureDays, frequencySpanDays, recencyDays: tenureDays - frequencySpanDays },
      };
    });
    const asked = retentionModel.parametersOf({ silentDays: SILENT_DAYS });
    const { report, fit } = retentionModel.score(inputsOf(AS_OF, { customers: drawn, orders }), asked);
    expect(fit['customers']).toBe(drawn.filter(({ tenureDays }) => tenureDays > SILENT_DAYS).length);
    const { months } = report['kaplanMeier'] as { months: readonly { month: number; survival: number }[] };
    expect(months.length).toBeGreaterThan(9);
    for (const { month, survival } of months) {
      const purchases = Math.floor((month * 365.25) / 12 / BETWEEN_DAYS) + 1;
      expect(Math.abs(survival - (1 - LEAVING) ** purchases)).toBeLessThan(0.015);
    }
  });

  it('has no curve, and says why, when nobody can be seen leaving yet', () => {
    const { report, fit, warnings } = retentionModel.score(inputs, retentionModel.parametersOf({ silentDays: 365 }));
    expect(report['kaplanMeier']).toBeNull();
    expect(fit).toMatchObject({ customers: 0, ended: 0, medianDays: null });
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'nobody-observed' }));
  });

  it('cannot be said without customers', () => {
    const nobody = (): unknown => retentionModel.score(inputsOf(AS_OF), parameters);
    expect(nobody).toThrow(expect.objectContaining({ code: 'no-customers' }));
  });

  it('projects nothing, and says why, when nobody was seen for long enough', () => {
    const { report, warnings } = retentionModel.score(inputs, retentionModel.parametersOf({ silentDays: 365 }));
    expect(report['sbg']).toBeNull();
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: expect.stringMatching(/^(too-few-periods|nobody-lost)$/) }),
    );
  });
});

describe('dormancy', () => {
  it('is to have been silent for longer than asked for', () => {
    const { scores, report } = dormancyModel.score(inputs, { days: 100 });
    for (const { values } of scores)
      expect(values['state']).toBe(Number(values['silentDays']) > 100 ? 'dormant' : 'active');
    expect(Number(report['dormant']) + Number(report['active'])).toBe(customers.length);
    const bands = report['silence'] as readonly { customers: number }[];
    expect(bands.reduce((sum, band) => sum + band.customers, 0)).toBe(customers.length);
  });
});

describe('profitability', () => {
  const rules = { version: '3', marginRate: 0.2, costPerOccasion: 100, costPerContact: 250, costPerCase: 1_000 };
  const served = { contacts: 40, campaignContacts: 0, campaignCost: 0, cases: 5 };
  const service = [{ partyId: customers[0]!.partyId, ...served }];

  it('is under the rules that hold, and every customer is in a decile', () => {
    const scoring = profitabilityModel.score(inputsOf(AS_OF, { customers, service, rules }), {});
    const found = profitability(
      rules,
      customers.map(({ partyId: customer, revenue, occasions }) => ({
        ...{ customer, revenue, occasions },
        ...(customer === service[0]!.partyId ? { contacts: 40, cases: 5 } : { contacts: 0, cases: 0 }),
      })),
    );
    expect(scoring.scores.map(({ partyId, values }) => ({ customer: partyId, profit: values['profit'] }))).toEqual(
      found.customers,
    );
    for (const { decile, customers: members } of found.deciles)
      expect(scoring.scores.filter(({ values }) => values['decile'] === decile)).toHaveLength(members);
    expect(profitabilityModel.explains(scoring.fit)).toEqual({ rules });
    expect(scoring.report).toMatchObject({ rulesVersion: '3', lossMakers: { customers: found.lossMakers.customers } });
  });

  it('takes what the campaigns of a customer cost as well', () => {
    const profitWith = (campaignCost: number): unknown => {
      const cost = [{ ...service[0]!, campaignContacts: 3, campaignCost }];
      const { scores } = profitabilityModel.score(inputsOf(AS_OF, { customers, service: cost, rules }), {});
      return scores.find(({ partyId }) => partyId === customers[0]!.partyId)?.values['profit'];
    };
    expect(profitWith(777)).toBeCloseTo(Number(profitWith(0)) - 777, 6);
  });

  it('is under other rules when a run asks for them, and says so', () => {
    const parameters = profitabilityModel.parametersOf({ marginRate: 0.5 });
    const { fit } = profitabilityModel.score(inputsOf(AS_OF, { customers, rules }), parameters);
    expect(fit['rules']).toEqual({ ...rules, marginRate: 0.5, version: '3+parameters' });
  });
});

describe('life stages', () => {
  it('come with the number of purchase days', () => {
    const orderLines = orders.map(({ channel: _, ...order }): ModelOrderLine => ({ ...order, sku: null, quantity: 1 }));
    const { scores, report } = lifeStageModel.score(inputsOf(AS_OF, { customers, orderLines }), {});
    for (const { values } of scores)
      expect(values['stage']).toBe(
        Number(values['occasions']) >= 6
          ? 'regular'
          : (['', 'first', 'second', 'growing', 'growing', 'growing'][Number(values['occasions'])] ?? ''),
      );
    const stages = report['stages'] as readonly {
      stage: string;
      customers: number;
      now: number;
      categories: unknown;
    }[];
    expect(stages[0]).toMatchObject({
      stage: 'first',
      customers: customers.length,
      categories: [{ category: 'unknown' }],
    });
    expect(stages.reduce((sum, { now }) => sum + now, 0)).toBe(customers.length);
  });
});
