import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { noteProjected } from './response-projection.decider.js';
import { responseProjectionAggregate } from './response-projection.js';

const given = deciderSpec(responseProjectionAggregate);
const batch = {
  loopId: 'loop-1',
  campaignId: 'campaign-1',
  projected: 3,
  byClass: { conversion: 3 },
  positions: [{ lane: 4, position: '9' }],
};
const noted = (number: number) =>
  ({ type: 'ResponseProjected', data: { ...batch, batch: number }, loopId: 'loop-1' }) as const;

describe('note a projected batch', () => {
  it('follows the batches before it', () => {
    given()
      .when(noteProjected({ ...batch, after: 0 }))
      .emits(noted(1));
    given(noted(1))
      .when(noteProjected({ ...batch, after: 1 }))
      .emits(noted(2));
  });
  it('is not noted twice, nor when there is nothing in it', () => {
    given(noted(1))
      .when(noteProjected({ ...batch, after: 0 }))
      .emitsNothing();
    given()
      .when(noteProjected({ ...batch, projected: 0, after: 0 }))
      .emitsNothing();
  });
});
