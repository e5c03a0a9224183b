import { fold, type Rejected } from '@crm/event-sourcing';
import { deciderSpec } from '@crm/testing';
import { describe, expect, it } from '@jest/globals';
import { moveStage, openOpportunity } from './opportunity.decider.js';
import type { OpportunityEvent, Stage } from './opportunity.events.js';
import { opportunityAggregate } from './opportunity.js';

const given = deciderSpec(opportunityAggregate);

const opportunityId = '11111111-1111-7111-8111-111111111111';
const partyId = '22222222-2222-8222-8222-222222222222';
const at = '2026-03-02T01:00:00.000Z';
const opportunity = { opportunityId, partyId, openedAt: at, name: 'Renewal' };
const opened: OpportunityEvent = {
  type: 'OpportunityOpened',
  data: { ...opportunity, stage: 'qualification', probability: 10 },
};

const moved = (from: Stage, to: Stage, probability: number): OpportunityEvent => ({
  type: 'OpportunityStageMoved',
  data: { opportunityId, partyId, from, to, probability, at },
});
const toNeeds = moved('qualification', 'needs-analysis', 20);
const toProposal = moved('needs-analysis', 'proposal', 50);
const toNegotiation = moved('proposal', 'negotiation', 80);
const toWon = moved('negotiation', 'won', 100);
const toLost = moved('proposal', 'lost', 0);

function allowedAfter(...history: readonly OpportunityEvent[]): unknown {
  try {
    moveStage({ to: 'won', at })(fold(opportunityAggregate, history));
  } catch (error) {
    return (error as Rejected).details.extensions;
  }
  return 'allowed';
}

describe('open an opportunity', () => {
  it('begins at the first stage, once', () => {
    given().when(openOpportunity(opportunity)).emits(opened);
    given(opened).when(openOpportunity(opportunity)).emitsNothing();
  });

  it('refuses the id of an opportunity of another party', () => {
    given(opened)
      .when(openOpportunity({ ...opportunity, partyId: opportunityId }))
      .rejects('opportunity-id-taken');
  });
});

describe('move an opportunity', () => {
  it('goes one step forward or back', () => {
    given(opened)
      .when(moveStage({ to: 'needs-analysis', at }))
      .emits(toNeeds);
    given(opened, toNeeds)
      .when(moveStage({ to: 'qualification', at }))
      .emits(moved('needs-analysis', 'qualification', 10));
    given(opened, toNeeds, toProposal, toNegotiation)
      .when(moveStage({ to: 'won', at }))
      .emits(toWon);
    given(opened, toWon)
      .when(moveStage({ to: 'negotiation', at }))
      .emits(moved('won', 'negotiation', 80));
  });

  it('stays where it is without a word', () => {
    given(opened)
      .when(moveStage({ to: 'qualification', at }))
      .emitsNothing();
  });

  it('skips no stage, and says where it may go', () => {
    given(opened)
      .when(moveStage({ to: 'proposal', at }))
      .rejects('stage-not-allowed');
    expect(allowedAfter(opened)).toEqual({ stage: 'qualification', allowed: ['needs-analysis', 'lost'] });
    expect(allowedAfter(opened, toNeeds, toProposal)).toEqual({
      stage: 'proposal',
      allowed: ['needs-analysis', 'negotiation', 'lost'],
    });
  });

  it('is lost from any open stage, not once it is won', () => {
    given(opened, toNeeds, toProposal)
      .when(moveStage({ to: 'lost', at, reason: 'They chose another' }))
      .emits({
        type: 'OpportunityStageMoved',
        data: { ...(toLost.data as object), reason: 'They chose another' } as never,
      });
    given(opened, toWon)
      .when(moveStage({ to: 'lost', at }))
      .rejects('stage-not-allowed');
  });

  it('goes on where it was lost, or from the start', () => {
    given(opened, toProposal, toLost)
      .when(moveStage({ to: 'proposal', at }))
      .emits(moved('lost', 'proposal', 50));
    given(opened, toProposal, toLost)
      .when(moveStage({ to: 'qualification', at }))
      .emits(moved('lost', 'qualification', 10));
    given(opened, toProposal, toLost)
      .when(moveStage({ to: 'negotiation', at }))
      .rejects('stage-not-allowed');
  });

  it('needs an opportunity', () => {
    given()
      .when(moveStage({ to: 'won', at }))
      .rejects('not-found');
  });
});
