import { describe, expect, it } from '@jest/globals';
import { fitWarnings } from './warnings.js';

const codes = (...given: Parameters<typeof fitWarnings>): readonly string[] =>
  fitWarnings(...given).map(({ code }) => code);

describe('warnings of a fit', () => {
  it('are none where the search ended and every parameter is pinned down', () => {
    expect(codes({ converged: true, logCovariance: [[0.04]] })).toEqual([]);
  });

  it('say that the search stopped early', () => {
    expect(codes({ converged: false, logCovariance: [[0.04]] })).toEqual(['not-converged']);
  });

  it.each([
    [null],
    [
      [
        [0.04, 0],
        [0, 101],
      ],
    ],
    [[[NaN]]],
  ])('say that the data leave a parameter open: %j', (logCovariance) => {
    expect(codes({ converged: true, logCovariance })).toEqual(['parameters-not-identified']);
  });
});
