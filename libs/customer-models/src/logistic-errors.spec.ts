import { describe, expect, it } from '@jest/globals';
import { logisticErrors, logisticWarnings } from './logistic-errors.js';

const covariance = [
  [4, 1],
  [1, 9],
];

describe('errors of a logistic fit', () => {
  it('are the roots of the diagonal, and that of the combination for the intercept', () => {
    expect(logisticErrors(covariance, [1, -2])).toEqual({ intercept: 6, columns: [3] });
  });

  it('are infinite, the one of the intercept too, where the information is singular', () => {
    expect(logisticErrors(undefined, [1, -2])).toEqual({ intercept: Infinity, columns: [Infinity] });
  });
});

describe('warnings of a logistic fit', () => {
  const sound = { converged: true, covariance, positives: 30, rows: 90, columns: 3 };
  it.each([
    ['nothing', sound, []],
    ['a search that stopped early', { ...sound, converged: false }, ['not-converged']],
    ['singular information', { ...sound, covariance: undefined }, ['parameters-not-identified']],
    ['few outcomes for a column', { ...sound, positives: 29 }, ['few-outcomes-per-column']],
    ['few rows without an outcome', { ...sound, positives: 61 }, ['few-outcomes-per-column']],
  ])('%s', (_, fit, codes) => {
    expect(logisticWarnings(fit).map(({ code }) => code)).toEqual(codes);
  });
});
