import { describe, expect, it } from '@jest/globals';
import { keyedRandom } from './random.js';
import { drawBeta, drawExponential, drawGamma, drawNormal } from './samplers.js';

const DRAWS = 40_000;

function moments(draw: () => number): { mean: number; variance: number } {
  const values = Array.from({ length: DRAWS }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS };
}

describe('keyed random', () => {
  it('gives the same numbers on every machine', () => {
    const random = keyedRandom(42, 'customer:1');
    expect([random.uniform(), random.uniform(), random.uniform()]).toEqual([
      0.5708846952428557, 0.3590858820211293, 0.804867214783132,
    ]);
  });

  it('gives other numbers for another key or seed', () => {
    const first = (seed: number | string, key: string): number => keyedRandom(seed, key).uniform();
    expect(new Set([first(1, 'a'), first(1, 'b'), first(2, 'a'), first(1, 'aa'), first('1a', '')]).size).toBe(5);
  });

  it('has first draws over neighbouring keys that are as good as draws of one stream', () => {
    let key = 0;
    const { mean, variance } = moments(() => keyedRandom(7, `customer:${(key += 1)}`).uniform());
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.006);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.002);
  });

  it('stays inside (0, 1)', () => {
    const random = keyedRandom(0, '');
    const values = Array.from({ length: DRAWS }, () => random.uniform());
    expect(values.every((value) => value > 0 && value < 1)).toBe(true);
  });
});

describe('samplers', () => {
  it.each([
    ['exponential, rate 2', drawExponential, [2], 0.5, 0.25],
    ['gamma, shape 0.24', drawGamma, [0.24, 4.4], 0.24 / 4.4, 0.24 / 4.4 ** 2],
    ['gamma, shape 6.25', drawGamma, [6.25, 2], 3.125, 1.5625],
    ['beta(0.79, 2.43)', drawBeta, [0.79, 2.43], 0.245342, 0.043875],
    ['normal', drawNormal, [], 0, 1],
  ] as const)('%s has its mean and variance', (name, draw, parameters, mean, variance) => {
    const random = keyedRandom(11, name);
    const drawn = moments(() => (draw as (...given: readonly unknown[]) => number)(random, ...parameters));
    const error = Math.sqrt(variance / DRAWS);
    expect(Math.abs(drawn.mean - mean)).toBeLessThan(4 * error);
    expect(Math.abs(drawn.variance / variance - 1)).toBeLessThan(0.1);
  });

  it('draws 0 or 1 from a beta whose gammas vanish', () => {
    const random = keyedRandom(3, 'tiny');
    const values = Array.from({ length: 1_000 }, () => drawBeta(random, 1e-4, 1e-4));
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});
