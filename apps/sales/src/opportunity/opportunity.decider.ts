import { Rejected, type Decide } from '@crm/event-sourcing';
import { STAGES, type OpportunityEvent, type OpportunityOpened, type Stage } from './opportunity.events.js';
import type { Opportunity } from './opportunity.js';

type Decision = Decide<Opportunity, OpportunityEvent>;

/** Per cent, by stage. */
const PROBABILITY: Readonly<Record<Stage, number>> = {
  qualification: 10,
  'needs-analysis': 20,
  proposal: 50,
  negotiation: 80,
  won: 100,
  lost: 0,
};
const WAY = STAGES.filter((stage) => stage !== 'lost');
const FIRST: Stage = 'qualification';

/** Opening is idempotent per opportunity id: a repeat for the same party changes nothing. */
export const openOpportunity =
  (opportunity: Omit<OpportunityOpened['data'], 'stage' | 'probability'>): Decision =>
  (state) => {
    if (state.stage === 'none')
      return [{ type: 'OpportunityOpened', data: { ...opportunity, stage: FIRST, probability: PROBABILITY[FIRST] } }];
    if (state.partyId === opportunity.partyId) return [];
    throw new Rejected('opportunity-id-taken', 'This opportunity belongs to another party');
  };

export interface StageMove {
  readonly to: Stage;
  readonly at: string;
  readonly reason?: string | undefined;
}

/** One step forward or back; lost from any open stage; from lost back to where it was, or to the start. */
export const moveStage =
  ({ to, at, reason }: StageMove): Decision =>
  (state) => {
    if (state.stage === 'none') throw new Rejected('not-found', 'There is no such opportunity', { status: 404 });
    const { stage: from, opportunityId, partyId } = state;
    if (from === to) return [];
    const allowed = stagesAfter(from, state.lostFrom);
    if (!allowed.includes(to))
      throw new Rejected('stage-not-allowed', 'The opportunity cannot go to this stage', {
        extensions: { stage: from, allowed },
      });
    const why = reason === undefined ? {} : { reason };
    return [
      {
        type: 'OpportunityStageMoved',
        data: { opportunityId, partyId, from, to, probability: PROBABILITY[to], at, ...why },
      },
    ];
  };

function stagesAfter(from: Stage, lostFrom: Stage | undefined): readonly Stage[] {
  if (from === 'lost') return WAY.filter((stage) => stage === FIRST || stage === lostFrom);
  const at = WAY.indexOf(from);
  const steps: readonly Stage[] = WAY.filter((_, index) => Math.abs(index - at) === 1);
  return from === 'won' ? steps : [...steps, 'lost'];
}
