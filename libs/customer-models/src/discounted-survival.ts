import { unconverged } from './errors.js';
import { log1pExp } from './special-functions.js';

const { exp, log, min, sqrt } = Math;

type Leaving = { readonly alpha: number; readonly beta: number };

const NEGLIGIBLE = 1e-17;
const LONGEST_STEP = 0.3;
const MOST_STEPS = 200_000;
/** Below this the chance of leaving has so long a tail towards 0 that it is better left out, unless digits go with it. */
const LONG_TAIL = 0.05;
const DIGITS_STAY = 3;

/**
 * Σ S(t)/(1+d)^t from t = 0 under sBG, which is ₂F₁(1, β; α+β; 1/(1+d)), for every d > 0: as
 * 1 + β/(α+β) · E[1/(d+p)] over the chance p of leaving, which is Beta(α, β+1) for those who renewed once. Series and
 * continued fraction need 1/d and 1/√d steps, and 1/(1+d) has already lost the digits of a small d. About 14 digits.
 * Throws `invalid-value` where the sum has no finite value.
 */
export function discountedSurvival({ alpha, beta }: Leaving, discount: number): number {
  const renewed = { alpha, beta: beta + 1 };
  const longTail = alpha < LONG_TAIL && -alpha * log(discount) < DIGITS_STAY;
  const mean = longTail ? meanFromAbove(renewed, discount) : meanReciprocal(renewed, discount);
  if (!Number.isFinite(mean)) throw unconverged(`the lifetime for alpha ${alpha}, beta ${beta}, discount ${discount}`);
  return 1 + (beta / (alpha + beta)) * mean;
}

/** E[1/(d+p)] as what 1/d loses, a mean over Beta(α+1, β). */
function meanFromAbove({ alpha, beta }: Leaving, discount: number): number {
  const lost = meanReciprocal({ alpha: alpha + 1, beta }, discount);
  return (1 - (alpha / (alpha + beta)) * lost) / discount;
}

/**
 * E[1/(d+p)] by the trapezoidal rule in ln(p/(1−p)), where the integrand is analytic around the axis and vanishes at both
 * ends. Both sums of the weighted mean are taken alike, so that errors of large exponents cancel.
 */
function meanReciprocal({ alpha, beta }: Leaving, discount: number): number {
  const centre = log(alpha / beta);
  const step = min(LONGEST_STEP, sqrt(1 / (alpha + 1) + 1 / (beta + 1)) / 3);
  const logWeight = (logP: number, logRest: number): number => alpha * logP + beta * logRest;
  const logScale = logWeight(-log1pExp(-centre), -log1pExp(centre));
  let [weights, sum] = [0, 0];
  for (const direction of [-step, step]) {
    for (let i = direction > 0 ? 1 : 0; ; i += 1) {
      if (i === MOST_STEPS) return NaN;
      const logit = centre + i * direction;
      const logP = -log1pExp(-logit);
      const weight = exp(logWeight(logP, -log1pExp(logit)) - logScale);
      const term = weight / (discount + exp(logP));
      weights += weight;
      sum += term;
      if (weight <= NEGLIGIBLE * weights && term <= NEGLIGIBLE * sum) break;
    }
  }
  return sum / weights;
}
