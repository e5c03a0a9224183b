import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classificationMeasures, type Prediction } from './classification-measures.js';

const somePredictions = fc
  .array(fc.record({ probability: fc.integer({ min: 0, max: 20 }).map((n) => n / 20), outcome: fc.boolean() }), {
    minLength: 2,
    maxLength: 60,
  })
  .filter((all) => all.some(({ outcome }) => outcome) && all.some(({ outcome }) => !outcome));

describe('measures of predictions', () => {
  it('are those of a case done by hand', () => {
    const measures = classificationMeasures([
      { probability: 0.9, outcome: true },
      { probability: 0.6, outcome: false },
      { probability: 0.6, outcome: true },
      { probability: 0.2, outcome: false },
    ]);
    expect(measures.auc).toBe(3.5 / 4);
    expect(measures.brier).toBeCloseTo((0.01 + 0.36 + 0.16 + 0.04) / 4, 12);
    expect(measures.logLoss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.4) + Math.log(0.6) + Math.log(0.8)) / 4, 12);
    expect(measures.topDecileLift).toBe(2);
  });

  it('have an AUC that is the share of pairs in the right order', () => {
    fc.assert(
      fc.property(somePredictions, (predictions) => {
        const [positives, negatives] = [
          predictions.filter(({ outcome }) => outcome),
          predictions.filter(({ outcome }) => !outcome),
        ];
        let pairs = 0;
        for (const up of positives) {
          for (const down of negatives) {
            pairs += up.probability > down.probability ? 1 : up.probability === down.probability ? 0.5 : 0;
          }
        }
        expect(classificationMeasures(predictions).auc).toBeCloseTo(pairs / (positives.length * negatives.length), 12);
      }),
      { seed: 1 },
    );
  });

  it('do not depend on the order of the customers, ties or not', () => {
    fc.assert(
      fc.property(somePredictions, (predictions) => {
        const measures = classificationMeasures(predictions);
        expect(classificationMeasures(predictions.toReversed())).toEqual(measures);
        expect(measures.calibration.reduce((sum, { customers }) => sum + customers, 0)).toBe(predictions.length);
      }),
      { seed: 1 },
    );
  });

  it('see whether probabilities are met, tenth by tenth', () => {
    const predictions: Prediction[] = Array.from({ length: 1_000 }, (_, i) => ({
      probability: (i + 0.5) / 1_000,
      outcome: (i % 100) + 0.5 < 100 * Math.floor(i / 100 + 1) * 0.1 - 5,
    }));
    const { calibration } = classificationMeasures(predictions);
    expect(calibration).toHaveLength(10);
    for (const [tenth, row] of calibration.entries()) {
      expect(row.customers).toBe(100);
      expect(row.predicted).toBeCloseTo(0.05 + tenth / 10, 12);
      expect(row.observed).toBeCloseTo(0.05 + tenth / 10, 12);
      expect(row.interval[0] < row.observed && row.observed < row.interval[1]).toBe(true);
    }
  });

  it('find no lift in one probability for all', () => {
    const alike = Array.from({ length: 50 }, (_, i) => ({ probability: 0.3, outcome: i < 15 }));
    expect(classificationMeasures(alike)).toMatchObject({ auc: 0.5, topDecileLift: expect.closeTo(1, 12) });
  });

  it('stay finite for a certainty that was wrong', () => {
    const { logLoss } = classificationMeasures([
      { probability: 0, outcome: true },
      { probability: 1, outcome: false },
    ]);
    expect(logLoss).toBeCloseTo(34.54, 2);
  });

  it('need both outcomes and probabilities', () => {
    const one = { probability: 0.5, outcome: true };
    expect(() => classificationMeasures([])).toThrow(expect.objectContaining({ code: 'no-customers' }));
    expect(() => classificationMeasures([one])).toThrow(expect.objectContaining({ code: 'one-class-only' }));
    for (const probability of [-0.1, 1.1, NaN]) {
      expect(() => classificationMeasures([one, { probability, outcome: false }])).toThrow(
        expect.objectContaining({ code: 'invalid-value' }),
      );
    }
  });
});
