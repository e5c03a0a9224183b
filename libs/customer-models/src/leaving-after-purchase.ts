import type { SurvivorHistory } from './purchase-model.js';
import { hyp2f1Tail, lbeta, log1pExp } from './special-functions.js';

const { exp, expm1, log, log1p, sqrt } = Math;

type Leaving = { readonly r: number; readonly alpha: number; readonly a: number; readonly b: number };

/**
 * Purchases in the `weeks` after T of a customer who is still one at T and leaves after a purchase with a chance that is
 * Beta(a, b+x), where the purchase rate is Gamma(r+x, α+T) (BG/NBD and its kin), to 8 digits or more:
 * by a series where it is short and keeps its digits, by quadrature elsewhere (a fit can run to very large parameters).
 */
export function purchasesBeforeLeaving(parameters: Leaving, weeks: number, history: SurvivorHistory): number {
  const { r, alpha, a, b } = parameters;
  const third = a + b + history.x - 1;
  const second = a + b - 1 - r;
  const z = weeks / (alpha + history.T + weeks);
  const short = a < 50 && third < 1_000 && z < 0.99;
  return short && (second > -5 || third > -4 * second)
    ? bySeries({ a, second, third }, z)
    : byQuadrature(parameters, weeks, history);
}

/**
 * (a+b+x−1)/(a−1) · [1 − (1−z)^(r+x) ₂F₁(r+x, b+x; a+b+x−1; z)] with z = t/(α+T+t). Euler's transformation turns the
 * bracket into 1 − (1−z)^(a−1) ₂F₁(a−1, a+b−1−r; a+b+x−1; z): fewer terms, no overflow for large x, and the poles at
 * a = 1 and a+b+x = 1 cancel on paper instead of in the last digits.
 */
function bySeries({ a, second, third }: { a: number; second: number; third: number }, z: number): number {
  const logRest = log1p(-z);
  const power = (a - 1) * logRest;
  const leading = a === 1 ? -logRest : -expm1(power) / (a - 1);
  return Math.max(0, third * leading - exp(power) * second * hyp2f1Tail({ a: a - 1, b: second, c: third }, z));
}

const NEGLIGIBLE = 1e-16;

/**
 * The same as a mean over the chance p of leaving, which is Beta(a, b+x) for such a customer, of
 * g(p) = [1 − (1 + p·t/(α+T))^−(r+x)]/p. What g has above its chord is integrated by the trapezoidal rule in ln(p/(1−p)):
 * it vanishes at both ends, so the sum converges for every a and b.
 */
function byQuadrature({ r, alpha, a, b }: Leaving, weeks: number, { x, T }: SurvivorHistory): number {
  const [shape, stretch, left] = [r + x, weeks / (alpha + T), b + x];
  const atZero = shape * stretch;
  const atOne = -expm1(-shape * log1p(stretch));
  const logScale = lbeta(a, left);
  const bend = (logit: number): number => {
    const p = 1 / (1 + exp(-logit));
    const rest = 1 / (1 + exp(logit));
    const g = p > 0 ? -expm1(-shape * log1p(p * stretch)) / p : atZero;
    const logWeight = -a * log1pExp(-logit) - left * log1pExp(logit) - logScale;
    return (atZero * rest + atOne * p - g) * exp(logWeight);
  };
  const centre = log((a + 1) / (left + 1));
  const step = Math.min(0.25, sqrt(1 / (a + 1) + 1 / (left + 1)) / 2);
  let sum = bend(centre);
  for (const direction of [-step, step]) {
    for (let i = 1, term = Infinity; i < 2_000 && term > NEGLIGIBLE * sum; i += 1) {
      term = bend(centre + i * direction);
      sum += term;
    }
  }
  const chord = (atZero * left + atOne * a) / (a + left);
  return Math.max(0, chord - step * sum);
}
