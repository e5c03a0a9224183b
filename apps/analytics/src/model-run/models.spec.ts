import { describe, expect, it } from '@jest/globals';
import { bgNbdModel } from './bg-nbd-model.js';
import { inputsOf, type ModelCustomer } from './model-inputs.js';
import { modelNamed } from './models.js';
import { rfmModel } from './rfm-model.js';

const customer = (partyId: string, occasions: number, recencyDays: number, revenue: number): ModelCustomer => ({
  partyId,
  occasions,
  repeatOccasions: occasions - 1,
  recencyDays,
  tenureDays: 200,
  frequencySpanDays: occasions === 1 ? 0 : 200 - recencyDays,
  revenue,
  meanRepeatValue: occasions === 1 ? null : revenue / occasions,
});
const AS_OF = '1997-09-30T23:59:59.999Z';
const customers = [
  customer('a', 1, 200, 1_000),
  customer('b', 2, 150, 2_000),
  customer('c', 3, 90, 2_500),
  customer('d', 5, 20, 9_000),
  customer('e', 9, 3, 12_000),
];

describe('RFM model', () => {
  it('gives the best customers the best scores, and says which edges made them', () => {
    const { fit, scores } = rfmModel.score(inputsOf(AS_OF, { customers }), {});
    expect(scores.at(-1)).toEqual({
      partyId: 'e',
      values: { r: 5, f: 5, m: 5, segment: 'Champions' },
      inputs: { recencyDays: 3, frequency: 9, monetary: 12_000 },
      class: 'Champions',
    });
    expect(scores[0]?.values).toMatchObject({ r: 1, f: 1, m: 1 });
    expect(rfmModel.explains(fit)).toEqual({ edges: fit['edges'] });
  });

  it('has no parameters', () => {
    expect(() => rfmModel.parametersOf({ groups: 4 })).toThrow('no such parameter');
    expect(rfmModel.parametersOf({})).toEqual({});
  });
});

describe('BG/NBD model', () => {
  it('is certain of customers who bought once, and less of those who stopped', () => {
    const { fit, scores } = bgNbdModel.score(inputsOf(AS_OF, { customers }), { weeks: 39 });
    expect(scores[0]).toMatchObject({ values: { pAlive: 1 }, class: '9', inputs: { x: 0, tx: 0, T: 200 / 7 } });
    expect(scores[1]?.values['pAlive']).toBeLessThan(1);
    expect(Object.keys(fit)).toEqual(
      expect.arrayContaining([
        'r',
        'alpha',
        'a',
        'b',
        'standardErrors',
        'logLikelihood',
        'iterations',
        'converged',
        'customers',
      ]),
    );
  });

  it('looks 39 weeks ahead unless told otherwise', () => {
    expect(bgNbdModel.parametersOf({})).toEqual({ weeks: 39 });
    expect(bgNbdModel.parametersOf({ weeks: 52 })).toEqual({ weeks: 52 });
    expect(bgNbdModel.parametersOf({ weeks: 52, variant: 'bg-nbd' })).toEqual({ weeks: 52 });
    expect(bgNbdModel.parametersOf({ variant: 'pareto-nbd' })).toEqual({ weeks: 39, variant: 'pareto-nbd' });
  });

  it.each([
    [{ weeks: '39' }, 'wrong-type'],
    [{ weeks: 0 }, 'too-small'],
    [{ weeks: 5_000 }, 'too-big'],
    [{ months: 3 }, 'unknown-field'],
    [{ variant: 'tea-leaves' }, 'not-allowed'],
  ])('refuses the parameters %j', (parameters, code) => {
    expect(() => bgNbdModel.parametersOf(parameters)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ errors: [expect.objectContaining({ code })] }) }),
    );
  });
});

describe('models', () => {
  it('are found by name', () => {
    expect(modelNamed('bg-nbd')).toBe(bgNbdModel);
    expect(modelNamed('tea-leaves')).toBeUndefined();
  });
});
