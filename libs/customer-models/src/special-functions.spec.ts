import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hyp2f1, hyp2f1Tail, hyp2f1WithOne, lbeta, lgamma, log1pExp } from './special-functions.js';

// Expected values: 40-digit arithmetic (mpmath 1.3), except where a closed form is named.
describe('special functions', () => {
  it.each([
    [5e-324, 744.44007192138126231],
    [1e-300, 690.775527898213705],
    [1e-10, 23.0258509298827353],
    [1e-5, 11.5129196928958256],
    [0.1, 2.2527126517342059],
    [0.5, 0.572364942924700087],
    [2.5, 0.28468287047291916],
    [9.99, 12.7793152143501934],
    [10, 12.8018274800814696],
    [123.4, 469.336097442190586],
    [171.6, 709.657358763056351],
    [1e6, 12815504.5691476117],
    [1e10, 220258509288.810581],
    [1e15, 33538776394910668.9],
    [1e300, 6.89775527898213705e302],
    [2.5e305, 1.7555118602376452217e308],
  ])('ln Γ(%d)', (x, expected) => {
    expect(Math.abs(lgamma(x) / expected - 1)).toBeLessThan(1e-14);
  });

  it.each([1, 2, 3, 7, 12, 25])('Γ(%d) is a factorial', (n) => {
    const factorial = Array.from({ length: n - 1 }, (_, k) => k + 1).reduce((product, k) => product * k, 1);
    expect(Math.exp(lgamma(n)) / factorial).toBeCloseTo(1, 12);
  });

  it('ln Γ has a small absolute error beside its zeros', () => {
    expect(Math.abs(lgamma(1.0000001) + 5.77215582654833525e-8)).toBeLessThan(2e-15);
    expect(Math.abs(lgamma(1.5) + 0.120782237635245222)).toBeLessThan(2e-15);
  });

  it('ln Γ obeys Γ(x + 1) = x·Γ(x) from the smallest to the largest arguments', () => {
    fc.assert(
      fc.property(fc.double({ min: -300, max: 200, noNaN: true }), (power) => {
        const x = 10 ** power;
        const step = lgamma(x + 1) - lgamma(x);
        expect(Math.abs(step - Math.log(x))).toBeLessThanOrEqual(4e-15 * Math.max(1, Math.abs(lgamma(x + 1))) + 1e-12);
      }),
    );
  });

  it('ln Γ and ln B are infinite where no number holds them', () => {
    expect(lgamma(1e306)).toBe(Infinity);
    expect(lbeta(1.7e308, 1.7e308)).toBe(-Infinity);
  });

  it.each([0, -1, -0.5, NaN, Infinity])('ln Γ(%d) is refused', (x) => {
    expect(() => lgamma(x)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });

  it.each([1, 2])('ln Γ(%d) is 0', (x) => {
    expect(lgamma(x)).toBeCloseTo(0, 14);
  });

  it.each([
    [0.5, 0.5, 1.14472988584940017],
    [0.7929, 2.4259, -0.511336626006823388],
    [2, 1e8, -36.8413614979047309],
    [1e8, 2, -36.8413614979047309],
    [300, 400, -479.688451037131996],
    [1e-3, 50, 6.90327688560982717],
    [1e-300, 1e-300, 691.468675078773651],
    [1e-10, 1e10, 23.0258509275801502],
    [1e-5, 3, 11.512910465032728],
    [20, 30, -33.968820791977383],
    [1e5, 1e5, -138633.927061348062],
    [1e-3, 1e15, 6.872640108988943],
    [5e7, 1e8, -95477132.9863176153],
    [10, 10, -13.7362292270365548],
    [9.999, 10.001, -13.7362291218702189],
    [10, 1e15, -332.585936469025428],
    [1000, 1e12, -21725.800693218867],
    [1e308, 1e308, -1.38629436111989063e308],
    [5e-324, 5e-324, 745.133219101941208],
    // ln B(a, 2) = −ln a − ln(a + 1).
    [1e300, 2, -1381.55105579642741],
  ])('ln B(%d, %d)', (a, b, expected) => {
    expect(Math.abs(lbeta(a, b) / expected - 1)).toBeLessThan(1e-13);
  });

  it.each([
    [{ a: 1, b: 1, c: 2 }, 0.5, 1.38629436111989062],
    [{ a: 0.2426, b: 2.4259, c: 2.2188 }, 0.5, 1.2067380787142852],
    [{ a: 30, b: 28, c: 29.5 }, 0.6, 216037296445.798116],
    [{ a: 2.5, b: 1.5, c: 3 }, 0.99, 164.939707871687533],
    [{ a: 26.55, b: 24, c: 26 }, 0.62, 20164110052.2486571],
    // −ln(1 − z)/z
    [{ a: 1, b: 1, c: 2 }, 1e-300, 1],
    // 2/π times the complete elliptic integral of the first kind
    [{ a: 0.5, b: 0.5, c: 1 }, 0.9999, 3.81436424207359087],
    [{ a: 1, b: 300.55, c: 301.2 }, 0.8, 4.95775046937500876],
    [{ a: 1, b: 1.6, c: 2.2 }, 0.79, 2.84526214644028477],
    [{ a: 1e-9, b: 1, c: 1 }, 0.9, 1.0000000023025851],
    [{ a: 1, b: 1e8, c: 1e8 }, 0.5, 2],
    [{ a: 0.2, b: -0.5, c: 3 }, 0.9, 0.96736596240717757],
  ])('₂F₁(%j, %d)', (parameters, z, expected) => {
    expect(Math.abs(hyp2f1(parameters, z) / expected - 1)).toBeLessThan(1e-12);
  });

  it.each([
    [Infinity, 2],
    [2, Infinity],
    [0, 1],
    [1, -1],
    [NaN, 1],
  ])('ln B(%d, %d) is refused', (a, b) => {
    expect(() => lbeta(a, b)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });

  it.each([
    [() => hyp2f1({ a: 1, b: 2, c: 0 }, 0.5)],
    [() => hyp2f1({ a: 1, b: 2, c: -0.5 }, 0.5)],
    [() => hyp2f1({ a: 1, b: 2, c: 3 }, 1)],
    [() => hyp2f1({ a: 1, b: 2, c: 3 }, 1.5)],
    [() => hyp2f1({ a: 1, b: 2, c: 3 }, -0.1)],
    [() => hyp2f1({ a: NaN, b: 2, c: 3 }, 0.5)],
    [() => hyp2f1({ a: 1, b: 2, c: 3 }, NaN)],
    [() => hyp2f1({ a: 1, b: 2, c: 2.5 }, 1 - 1e-9)],
    [() => hyp2f1Tail({ a: 1, b: 2, c: -1 }, 0.5)],
    [() => hyp2f1WithOne(2, 1, 0.5)],
    [() => hyp2f1WithOne(1, Infinity, 0.5)],
    [() => hyp2f1WithOne(1, 2, 1)],
    [() => hyp2f1WithOne(1, 2, 1 - 1e-15)],
  ])('₂F₁ has no wrong answer (case %#)', (ask) => {
    expect(ask).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });

  it('₂F₁ at 0 is 1', () => {
    expect(hyp2f1({ a: 3, b: 2, c: 1 }, 0)).toBe(1);
  });

  it.each([
    [1, 2, 0.999999, 13.8155243734886476],
    [1, 2, 0, 1],
    [300.55, 301.2, 0.8, 4.95775046937500876],
    [1.6, 2.2, 0.79, 2.84526214644028477],
    [1e8, 1e8, 0.5, 2],
  ])('₂F₁(1, %d; %d; %d)', (b, c, z, expected) => {
    expect(Math.abs(hyp2f1WithOne(b, c, z) / expected - 1)).toBeLessThan(1e-11);
  });

  it('₂F₁(1, b; c; z) is the same by continued fraction and by series', () => {
    const positive = fc.double({ min: 0.001, max: 500, noNaN: true });
    fc.assert(
      fc.property(positive, positive, fc.double({ min: 0, max: 0.98, noNaN: true }), (b, more, z) => {
        const c = b + more;
        expect(hyp2f1WithOne(b, c, z) / hyp2f1({ a: 1, b, c }, z)).toBeCloseTo(1, 11);
      }),
    );
  });

  it('₂F₁ does not tell a from b', () => {
    const parameter = fc.double({ min: 0.01, max: 50, noNaN: true });
    fc.assert(
      fc.property(parameter, parameter, parameter, fc.double({ min: 0, max: 0.95, noNaN: true }), (a, b, c, z) => {
        expect(hyp2f1({ a, b, c }, z) / hyp2f1({ a: b, b: a, c }, z)).toBeCloseTo(1, 11);
      }),
    );
  });

  it.each([
    [-1_000, 0],
    [-40, Math.exp(-40)],
    [0, Math.LN2],
    [1, 1.31326168751822284],
    [1_000, 1_000],
    [-Infinity, 0],
    [Infinity, Infinity],
  ])('ln(1 + e^%d)', (v, expected) => {
    expect(log1pExp(v)).toBe(expected);
  });
});
