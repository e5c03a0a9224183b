import { normalCdf, normalQuantile } from './distributions.js';
import { ModelDataError } from './errors.js';

export type PowerQuestion = {
  /** Observed rate of the control group, 0…1. */
  readonly controlRate: number;
  /** Smallest difference of rates that matters, absolute, 0 < effect ≤ 1. */
  readonly minimumEffect: number;
  readonly nTreated: number;
  readonly nControl: number;
  /** Default .05, two-sided. */
  readonly alpha?: number;
};

/**
 * Probability that a two-sided z test of two proportions finds a true difference of `minimumEffect` (normal
 * approximation, pooled error under no effect and unpooled under the effect; Fleiss, Levin & Paik 2003, 4.2).
 * A rise is looked for, or a fall where the control rate leaves no room to rise. Throws `invalid-value`.
 */
export function powerOfTwoProportions(question: PowerQuestion): number {
  const { controlRate, minimumEffect, nTreated, nControl, alpha = 0.05 } = question;
  checkQuestion(question);
  if (nTreated === 0 || nControl === 0) return 0;
  const risen = controlRate + minimumEffect;
  const treatedRate = risen <= 1 ? risen : Math.max(0, controlRate - minimumEffect);
  const pooled = (nTreated * treatedRate + nControl * controlRate) / (nTreated + nControl);
  const errorWithout = Math.sqrt(pooled * (1 - pooled) * (1 / nTreated + 1 / nControl));
  const errorWith = Math.sqrt(
    (treatedRate * (1 - treatedRate)) / nTreated + (controlRate * (1 - controlRate)) / nControl,
  );
  const beyond = Math.abs(treatedRate - controlRate) - normalQuantile(1 - alpha / 2) * errorWithout;
  if (errorWith === 0) return beyond > 0 ? 1 : 0;
  return normalCdf(beyond / errorWith);
}

/** Whether a true difference of `minimumEffect` would be found with at least `power` (default .8). Throws `invalid-value`. */
export function isMeasurable({ power = 0.8, ...question }: PowerQuestion & { readonly power?: number }): boolean {
  return powerOfTwoProportions(question) >= power;
}

function checkQuestion({ controlRate, minimumEffect, nTreated, nControl }: PowerQuestion): void {
  if (!(controlRate >= 0 && controlRate <= 1)) {
    throw new ModelDataError('invalid-value', `control rate ${controlRate} is not between 0 and 1`);
  }
  if (!(minimumEffect > 0 && minimumEffect <= 1)) {
    throw new ModelDataError('invalid-value', `minimum effect ${minimumEffect} is not above 0 and at most 1`);
  }
  if (!(nTreated >= 0 && nControl >= 0)) {
    throw new ModelDataError('invalid-value', `arm sizes ${nTreated} and ${nControl} are not counts`);
  }
}
