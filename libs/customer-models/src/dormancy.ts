import { dayNumber } from './calendar-days.js';
import { campaignEffects, type ArmCounts, type CampaignEffect } from './campaign-result.js';
import { ModelDataError } from './errors.js';
import type { CustomerSummary, PurchaseLine } from './purchase-summary.js';

export type DormancyQuestion = {
  /** Local date 'YYYY-MM-DD'. */
  readonly date: string;
  /** Whole days ≥ 0: dormant is who bought last more than so many days before the date. */
  readonly days: number;
};

export type DormantCustomer = { readonly customer: string; readonly lastDate: string; readonly silentDays: number };

/** A member of a campaign on dormant customers; control members carry the date on which they would have been contacted. */
export type ContactedMember = { readonly customer: string; readonly arm: string; readonly contactDate: string };

export type ActivationQuestion = {
  readonly members: Iterable<ContactedMember>;
  /** Purchases of the members; those of others and those outside the window do not count. */
  readonly purchases: Iterable<PurchaseLine>;
  /** Length of the window in whole days ≥ 1: the days 1…n after the contact date. */
  readonly days: number;
  /** Name of the control arm. */
  readonly control: string;
  /** Smallest difference of activation rates that matters. */
  readonly minimumEffect?: number;
};

/** In `arms`, `conversions` (and `responses`) are the activated members. */
export type Activation = { readonly arms: readonly ArmCounts[]; readonly effects: readonly CampaignEffect[] };

type Activity = { readonly arm: string; readonly from: number; bought: boolean; revenue: number };

/**
 * Customers whose last purchase lies more than `days` before `date`, longest silent first. The summaries are those of
 * that date: one with a later purchase is refused. Throws `invalid-date`, `invalid-history`, `invalid-value`.
 */
export function dormantCustomers(
  { date, days }: DormancyQuestion,
  summaries: Iterable<Pick<CustomerSummary, 'customer' | 'lastDate'>>,
): readonly DormantCustomer[] {
  checkDays(days, 0);
  const today = dayNumber(date);
  const dormant: DormantCustomer[] = [];
  for (const { customer, lastDate } of summaries) {
    const silentDays = today - dayNumber(lastDate);
    if (silentDays < 0) {
      throw new ModelDataError('invalid-history', `customer ${customer} bought on ${lastDate}, after ${date}`);
    }
    if (silentDays > days) dormant.push({ customer, lastDate, silentDays });
  }
  return dormant.sort((a, b) => b.silentDays - a.silentDays || (a.customer < b.customer ? -1 : 1));
}

/**
 * Who bought within `days` after contact, by arm, and the effects against control (`campaignEffects` on the metrics
 * `conversion` and `revenue-per-member`). The contact day does not count: whether its purchases came before or after the
 * contact is not known. Returns lower revenue but activate nobody.
 * Throws `unknown-control`, `invalid-counts` for a member given twice, `invalid-date`, `invalid-value`.
 */
export function activation(question: ActivationQuestion): Activation {
  checkDays(question.days, 1);
  const members = activitiesOf(question.members);
  for (const { customer, date, amount } of question.purchases) {
    const member = members.get(customer);
    if (member === undefined) continue;
    if (!Number.isFinite(amount)) {
      throw new ModelDataError('invalid-purchase', `amount ${amount} of customer ${customer} is not a finite number`);
    }
    const after = dayNumber(date) - member.from;
    if (after < 1 || after > question.days) continue;
    member.bought ||= amount >= 0;
    member.revenue += amount;
  }
  const arms = countsByArm(members.values());
  const effects = campaignEffects({
    arms,
    control: question.control,
    ...(question.minimumEffect === undefined ? {} : { conversionMinimumEffect: question.minimumEffect }),
  });
  return { arms, effects: effects.filter(({ metric }) => metric !== 'response') };
}

function activitiesOf(members: Iterable<ContactedMember>): ReadonlyMap<string, Activity> {
  const activities = new Map<string, Activity>();
  for (const { customer, arm, contactDate } of members) {
    if (activities.has(customer)) throw new ModelDataError('invalid-counts', `member ${customer} is given twice`);
    activities.set(customer, { arm, from: dayNumber(contactDate), bought: false, revenue: 0 });
  }
  return activities;
}

function countsByArm(activities: Iterable<Activity>): readonly ArmCounts[] {
  const arms = new Map<string, ArmCounts>();
  const none = { members: 0, responses: 0, conversions: 0, revenueSum: 0, revenueSquaredSum: 0 };
  for (const { arm, bought, revenue } of activities) {
    const sofar = arms.get(arm) ?? { arm, ...none };
    const activated = sofar.conversions + Number(bought);
    arms.set(arm, {
      arm,
      members: sofar.members + 1,
      responses: activated,
      conversions: activated,
      revenueSum: sofar.revenueSum + revenue,
      revenueSquaredSum: sofar.revenueSquaredSum + revenue * revenue,
    });
  }
  return [...arms.values()].sort((a, b) => (a.arm < b.arm ? -1 : 1));
}

function checkDays(days: number, least: number): void {
  if (!(Number.isInteger(days) && days >= least)) {
    throw new ModelDataError('invalid-value', `days must be a whole number from ${least}, not ${days}`);
  }
}
