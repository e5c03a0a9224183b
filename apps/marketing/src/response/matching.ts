import { CONTROL, type Conversion, type Money } from '../campaign/campaign-plan.js';
import { treatmentIdOf } from '../treatment/treatment.js';
import type { Match, MatchRule } from './response.events.js';
import type { ResponseKind } from './response-kinds.js';

/** A response or an order that was heard from whichever service. */
export interface Heard {
  readonly responseId: string;
  readonly partyId: string;
  readonly kind: ResponseKind;
  readonly at: string;
  /** An order as such: it is a response of members only, and only where orders are the conversion. */
  readonly isOrder: boolean;
  readonly treatmentId?: string;
  readonly sourceCode?: string;
  readonly amount?: Money;
}

/** A wave that a party is a member of. */
export interface Membership {
  readonly campaignId: string;
  readonly waveId: string;
  readonly partyId: string;
  readonly arm: string;
  readonly startedAt: string;
  readonly endsAt: string;
  readonly conversion: Conversion;
  /** Offer codes of the campaign and its arms, and the name of an imported wave. */
  readonly codes: readonly string[];
}

/** The member that a response belongs to: by treatment, else by source code, else by open window, each time the latest wave first. */
export function matchOf(heard: Heard, memberships: readonly Membership[]): Match | undefined {
  const latestFirst = memberships
    .filter(({ partyId, conversion }) => partyId === heard.partyId && (!heard.isOrder || conversion === 'order'))
    .sort(
      (left, right) =>
        Date.parse(right.startedAt) - Date.parse(left.startedAt) || (left.waveId < right.waveId ? 1 : -1),
    );
  const rules: readonly [MatchRule, (membership: Membership) => boolean][] = [
    ['treatment', (membership) => heard.treatmentId !== undefined && heard.treatmentId === treatmentOf(membership)],
    ['source-code', ({ codes }) => heard.sourceCode !== undefined && codes.includes(heard.sourceCode)],
    ['window', ({ startedAt, endsAt }) => isAfter(heard.at, startedAt) && !isAfter(heard.at, endsAt)],
  ];
  for (const [rule, fits] of rules) {
    const found = latestFirst.find(fits);
    if (found !== undefined) return toMatch(rule, found);
  }
  return undefined;
}

function toMatch(rule: MatchRule, membership: Membership): Match {
  const { campaignId, waveId, arm } = membership;
  const treatmentId = treatmentOf(membership);
  return { rule, campaignId, waveId, arm, ...(treatmentId === undefined ? {} : { treatmentId }) };
}

function treatmentOf({ campaignId, waveId, partyId, arm }: Membership): string | undefined {
  return arm === CONTROL ? undefined : treatmentIdOf(campaignId, waveId, partyId);
}

function isAfter(left: string, right: string): boolean {
  return Date.parse(left) > Date.parse(right);
}
