import { ModelDataError } from './errors.js';
import { powerOfTwoProportions } from './power.js';

export type SampleSizeQuestion = {
  /** Rate that the control group is expected to have, 0…1. */
  readonly controlRate: number;
  /** Smallest difference of rates that matters, absolute, 0 < effect ≤ 1. */
  readonly minimumEffect: number;
  /** Default .8. */
  readonly power?: number;
  /** Default .05, two-sided. */
  readonly alpha?: number;
};

export type Audience = { readonly audience: number; readonly treated: number; readonly control: number };

const MOST = 2 ** 50;

/**
 * Members that each of two equal arms needs for the power asked for (default 80 %), by `powerOfTwoProportions`.
 * Throws `invalid-value`, also where no audience would do.
 */
export function membersPerArm(question: SampleSizeQuestion): number {
  return smallestWithPower(question, (n) => ({ nTreated: n, nControl: n }));
}

/**
 * Smallest audience of which a control group of `controlFraction` (0…1, both excluded) gives that power. The arms are the
 * expected sizes of a draw by that fraction. Throws as `membersPerArm` does.
 */
export function minimumAudience(question: SampleSizeQuestion & { readonly controlFraction: number }): Audience {
  const { controlFraction, ...rest } = question;
  if (!(controlFraction > 0 && controlFraction < 1)) {
    throw new ModelDataError('invalid-value', `control fraction ${controlFraction} is not between 0 and 1`);
  }
  const audience = smallestWithPower(rest, (n) => ({
    nTreated: n * (1 - controlFraction),
    nControl: n * controlFraction,
  }));
  const control = Math.round(audience * controlFraction);
  return { audience, treated: audience - control, control };
}

/** Power rises with the size at fixed shares, so doubling and then halving the range finds the smallest. */
function smallestWithPower(
  { power = 0.8, alpha = 0.05, ...rates }: SampleSizeQuestion,
  armsOf: (n: number) => { readonly nTreated: number; readonly nControl: number },
): number {
  for (const [name, value] of Object.entries({ power, alpha })) {
    if (!(value > 0 && value < 1)) throw new ModelDataError('invalid-value', `${name} ${value} is not between 0 and 1`);
  }
  const enough = (n: number): boolean => powerOfTwoProportions({ ...rates, ...armsOf(n), alpha }) >= power;
  let high = 1;
  while (!enough(high)) {
    high *= 2;
    if (high > MOST) throw new ModelDataError('invalid-value', `no audience shows an effect of ${rates.minimumEffect}`);
  }
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
