import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { noteResultView } from './result-view.decider.js';
import { resultViewAggregate } from './result-view.js';

const given = deciderSpec(resultViewAggregate);
const data = { campaignId: 'campaign-1', version: 2, viewer: 'abcdefghijklmnop', loopIds: ['loop-1'] };
const viewed = { type: 'CampaignResultViewed', data, loopId: 'loop-1' } as const;

describe('note that a result was read', () => {
  it('is noted once per reader and version', () => {
    given().when(noteResultView(data)).emits(viewed);
    given(viewed).when(noteResultView(data)).emitsNothing();
  });
  it('is noted of a result without a loop too', () => {
    const alone = { ...data, loopIds: [] };
    given().when(noteResultView(alone)).emits({ type: 'CampaignResultViewed', data: alone });
  });
});
