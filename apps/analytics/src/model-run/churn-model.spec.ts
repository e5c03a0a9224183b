import { keyedRandom } from '@crm/customer-models';
import { describe, expect, it } from '@jest/globals';
import { churnModel } from './churn-model.js';
import { inputsOf, type TrainingData, type TrainingRow } from './model-inputs.js';

const AS_OF = '1997-09-30T23:59:59.999Z';

/** Customers who churn the more surely the longer they are silent; how much they bought says nothing. */
const rows = (seed: string, count = 400): readonly TrainingRow[] =>
  Array.from({ length: count }, (_, index) => {
    const random = keyedRandom(seed, String(index));
    const [recencyDays, revenue] = [Math.floor(random.uniform() * 200), Math.floor(random.uniform() * 10_000)];
    const outcome = random.uniform() < 1 / (1 + Math.exp(-(recencyDays - 100) / 20));
    return { partyId: `${seed} ${String(index)}`, features: { recencyDays, revenue, meanRepeatValue: null }, outcome };
  });
const training: TrainingData = {
  features: ['recencyDays', 'revenue'],
  train: rows('train'),
  test: rows('test'),
  present: rows('present', 50),
  origin: { horizonDays: 90 },
};

describe('churn model', () => {
  const scoring = churnModel.score(inputsOf(AS_OF, { training }), churnModel.parametersOf({}));

  it('is measured on customers of a later time', () => {
    const test = scoring.report['test'] as { auc: number; customers: number; calibration: readonly unknown[] };
    expect(test.customers).toBe(400);
    expect(test.auc).toBeGreaterThan(0.9);
    expect(test.calibration.length).toBeGreaterThan(5);
    expect(scoring.report['origin']).toEqual({ horizonDays: 90 });
  });

  it('says of every customer what moved the score and by how much', () => {
    const { columns } = scoring.fit['parameters'] as { columns: readonly { coefficient: number; mean: number }[] };
    for (const [index, { values, inputs }] of scoring.scores.entries()) {
      const { recencyDays } = training.present[index]!.features;
      const [strongest] = inputs['contributions'] as readonly { feature: string; contribution: number }[];
      const recency = (inputs['contributions'] as readonly { feature: string; contribution: number }[]).find(
        ({ feature }) => feature === 'recencyDays',
      );
      expect(recency?.contribution).toBeCloseTo(columns[0]!.coefficient * (Number(recencyDays) - columns[0]!.mean), 9);
      expect(strongest).toBeDefined();
      expect(values['probability']).toBeGreaterThan(0);
      expect(inputs['recencyDays']).toBe(recencyDays);
    }
  });

  it('is measured again by its kept fit alone', () => {
    const kept = JSON.parse(JSON.stringify(scoring.fit)) as typeof scoring.fit;
    const { auc, logLoss } = scoring.report['test'] as { auc: number; logLoss: number };
    const measured = churnModel.foretells?.measure(kept, { days: 90, purchases: [], outcomes: training.test });
    expect(measured?.['auc']).toBeCloseTo(auc, 12);
    expect(measured?.['logLoss']).toBeCloseTo(logLoss, 12);
    expect(churnModel.foretells?.daysOf({ fit: kept, parameters: {} })).toBe(90);
  });

  it('fails when everybody churned', () => {
    const all = training.train.map((row) => ({ ...row, outcome: true }));
    expect(() => churnModel.score(inputsOf(AS_OF, { training: { ...training, train: all } }), {})).toThrow(
      expect.objectContaining({ code: 'one-class-only' }),
    );
  });

  it.each([
    [{ horizonDays: 0 }, '/parameters/horizonDays', 'too-small'],
    [{ horizonDays: 1.5 }, '/parameters/horizonDays', 'wrong-format'],
    [{ features: 'occasions' }, '/parameters/features', 'wrong-type'],
    [{ features: [] }, '/parameters/features', 'too-short'],
    [{ features: ['occasions', 'shoeSize'] }, '/parameters/features/1', 'not-allowed'],
    [{ features: ['occasions', 'occasions'] }, '/parameters/features', 'invalid'],
    [{ trainingSetId: 7 }, '/parameters/trainingSetId', 'wrong-type'],
    [{ trainingSetId: 'a', horizonDays: 30 }, '/parameters/horizonDays', 'unknown-field'],
  ])('refuses the parameters %j', (parameters, pointer, code) => {
    expect(() => churnModel.parametersOf(parameters)).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ errors: [expect.objectContaining({ pointer, code })] }),
      }),
    );
  });
});
