import type { ChangesInput } from './campaign.decider.js';
import type { PlanInput } from './plan-rules.js';

interface Offered {
  readonly code: string;
  readonly text?: string;
  readonly validUntil?: string;
}

/** A body's plan as it is stored: plain values, times in UTC, nothing that is null or missing. */
export function planOfBody<Body extends object>(body: Body): Body extends PlanInput ? PlanInput : ChangesInput {
  const plain = JSON.parse(JSON.stringify(body, (_, value: unknown) => value ?? undefined)) as Record<string, unknown>;
  delete plain['campaignId'];
  const { offer, period, arms } = plain as {
    offer?: Offered;
    period?: { from: string; to: string };
    arms?: { offer?: Offered }[];
  };
  const timed = {
    ...plain,
    ...(offer === undefined ? {} : { offer: offerInUtc(offer) }),
    ...(period === undefined ? {} : { period: { from: utc(period.from), to: utc(period.to) } }),
    ...(arms === undefined
      ? {}
      : { arms: arms.map((arm) => (arm.offer === undefined ? arm : { ...arm, offer: offerInUtc(arm.offer) })) }),
  };
  return timed as unknown as Body extends PlanInput ? PlanInput : ChangesInput;
}

const offerInUtc = (offer: Offered): Offered =>
  offer.validUntil === undefined ? offer : { ...offer, validUntil: utc(offer.validUntil) };

const utc = (time: string): string => new Date(time).toISOString();
