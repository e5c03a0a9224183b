import { deriveId } from '@crm/event-sourcing';
import type { Intent } from '@crm/jobs';

export const FOLLOW_FACTS = 'follow-facts';
export const COMPUTE_RESULT = 'compute-result';

/** A position of marketing in text, as it goes into a job. */
export type MarketingPosition = { readonly lane: number; readonly position: string };

/** New facts of a loop, up to these positions. */
export type FactsOfLoop = {
  readonly loopId: string;
  readonly campaignId: string;
  readonly positions: readonly MarketingPosition[];
  /** Whether classified responses are among them. */
  readonly responses: boolean;
};

/** What may ask for a new version of a result: the end of a window, the close, or facts that came after a version. */
export type ResultCause =
  | {
      readonly reason: 'window-over';
      readonly campaignId: string;
      readonly loopId: string;
      readonly positions: readonly MarketingPosition[];
    }
  | { readonly reason: 'closed'; readonly campaignId: string; readonly positions: readonly MarketingPosition[] }
  | { readonly reason: 'late-facts'; readonly campaignId: string; readonly version: number };

export function followFacts(facts: FactsOfLoop): Intent {
  const { loopId, positions } = facts;
  const batch = deriveId('facts', ...positions.map(({ lane, position }) => `${String(lane)} ${position}`));
  return { name: FOLLOW_FACTS, jobId: `${FOLLOW_FACTS}-${loopId}-${batch}`, payload: facts };
}

/** One job a window, a close, and a version that facts came after. */
export function computeResultFor(cause: ResultCause, dueAt?: string): Intent {
  const due = dueAt === undefined ? {} : { dueAt };
  return {
    name: COMPUTE_RESULT,
    jobId: `${COMPUTE_RESULT}-${idOf(cause)}${dueAt === undefined ? '' : '-at-end'}`,
    payload: cause,
    ...due,
  };
}

function idOf(cause: ResultCause): string {
  switch (cause.reason) {
    case 'window-over':
      return `window-${cause.loopId}`;
    case 'closed':
      return `closed-${cause.campaignId}`;
    case 'late-facts':
      return `${cause.campaignId}-after-${String(cause.version)}`;
  }
}
