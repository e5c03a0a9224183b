import { describe, expect, it } from '@jest/globals';
import { fitBgNbd } from './bg-nbd.js';
import { fitGammaGamma } from './gamma-gamma.js';
import { keyedRandom } from './random.js';
import { CDNOW_PARAMETERS, simulateHistory, spendSampler } from './simulate.js';

const DRAWS = 100;
const { purchases, spend } = CDNOW_PARAMETERS;

/** How many of the draws have every parameter within three of its standard errors. */
function recovered<Parameters extends object>(
  truth: Parameters,
  fitDraw: (draw: number) => { readonly parameters: Parameters; readonly standardErrors: Parameters | null },
): number {
  const names = Object.keys(truth) as (keyof Parameters)[];
  return Array.from({ length: DRAWS }, (_, draw) => fitDraw(draw)).filter(
    ({ parameters, standardErrors }) =>
      standardErrors !== null &&
      names.every(
        (name) => Math.abs(Number(parameters[name]) - Number(truth[name])) <= 3 * Number(standardErrors[name]),
      ),
  ).length;
}

describe('parameters behind a hundred simulated customer bases', () => {
  it('are found again by BG/NBD in 95 or more', () => {
    const found = recovered(purchases, (draw) =>
      fitBgNbd(
        Array.from({ length: 2_000 }, (_, i) =>
          simulateHistory(keyedRandom(`recovery-${draw}`, `${i}`), purchases, 27 + (i % 13)),
        ),
      ),
    );
    expect(found).toBeGreaterThanOrEqual(95);
  });

  it('are found again by Gamma-Gamma in 95 or more', () => {
    const found = recovered(spend, (draw) =>
      fitGammaGamma(
        Array.from({ length: 1_000 }, (_, i) => {
          const x = 1 + (i % 8);
          const next = spendSampler(keyedRandom(`spend-${draw}`, `${i}`), spend);
          return { x, zbar: Array.from({ length: x }, next).reduce((sum, value) => sum + value, 0) / x };
        }),
      ),
    );
    expect(found).toBeGreaterThanOrEqual(95);
  });
});
