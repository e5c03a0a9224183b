import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { promoteModelRun } from './model-promotion.decider.js';
import type { ModelRunPromoted } from './model-promotion.events.js';
import { modelPromotionAggregate } from './model-promotion.js';

const given = deciderSpec(modelPromotionAggregate);
const promoted = (number: number): ModelRunPromoted => ({
  type: 'ModelRunPromoted',
  data: { model: 'bg-nbd', runId: `01900000-0000-7000-8000-00000000000${String(number)}`, modelVersion: 'mbg-nbd.1' },
});

describe('promote model run', () => {
  it('makes it the champion, in the place of another one or of none', () => {
    given()
      .when(promoteModelRun(promoted(1).data))
      .emits(promoted(1));
    given(promoted(1))
      .when(promoteModelRun(promoted(2).data))
      .emits(promoted(2));
  });
  it('makes an earlier champion the champion again', () => {
    given(promoted(1), promoted(2))
      .when(promoteModelRun(promoted(1).data))
      .emits(promoted(1));
  });
  it('changes nothing when it is the champion', () => {
    given(promoted(1))
      .when(promoteModelRun({ ...promoted(1).data, reason: 'once more' }))
      .emitsNothing();
  });
});
