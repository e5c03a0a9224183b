import { createHash } from 'node:crypto';
import { CONTROL, type Arm } from './campaign-plan.js';

/** What a draw goes by. */
export interface DrawRule {
  readonly campaignId: string;
  readonly control: { readonly fraction: number };
  readonly arms: readonly Pick<Arm, 'name' | 'share'>[];
}

/** The arm of one party and how it came about, so that everybody can draw again. */
export interface Draw {
  readonly arm: string;
  /** What was hashed with SHA-256. */
  readonly input: string;
  /** The first 48 bits of the hash as a fraction of 1: below the control fraction is control, the rest is shared by the arms. */
  readonly fraction: number;
}

const BITS = 48;

/** Draws a party into the control group or an arm: the same for ever, in every wave of the campaign. */
export function draw({ campaignId, control, arms }: DrawRule, partyId: string): Draw {
  const input = `${campaignId}:${partyId}`;
  const fraction =
    createHash('sha256')
      .update(input)
      .digest()
      .readUIntBE(0, BITS / 8) /
    2 ** BITS;
  return {
    arm: fraction < control.fraction ? CONTROL : armAt(arms, (fraction - control.fraction) / (1 - control.fraction)),
    input,
    fraction,
  };
}

function armAt(arms: DrawRule['arms'], place: number): string {
  let end = 0;
  for (const { name, share } of arms) {
    end += share;
    if (place < end) return name;
  }
  // Shares add up to 1 but for rounding.
  return arms.at(-1)?.name ?? CONTROL;
}
