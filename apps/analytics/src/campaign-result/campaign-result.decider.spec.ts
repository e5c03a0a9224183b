import { deciderSpec } from '@crm/testing';
import { describe, expect, it } from '@jest/globals';
import { recordCampaignResult, resultVersionOf, type ComputedResult } from './campaign-result.decider.js';
import type { CampaignResultComputed, CampaignResultPublished } from './campaign-result.events.js';
import { campaignResultAggregate } from './campaign-result.js';

const given = deciderSpec(campaignResultAggregate);

const effect = {
  arm: 'treatment',
  metric: 'conversion',
  effect: 0.1,
  interval: [0.01, 0.2],
  verdict: 'positive',
} as const;
const result: ComputedResult['result'] = {
  arms: [],
  effects: [{ ...effect, against: 'control', level: 0.95, method: 'newcombe', p: 0.02, pAdjusted: 0.02 }],
  contamination: 0,
  incrementalRevenue: null,
  roi: null,
};
const loops = [{ loopId: 'loop-1', members: 10, facts: [{ lane: 3, position: '7' }] }];
const computed: ComputedResult = {
  campaignId: 'campaign-1',
  computedAt: '2026-01-05T10:00:00.000Z',
  reason: 'window-over',
  closed: false,
  loops,
  result,
};

const computedAs = (version: number, data: ComputedResult = computed): CampaignResultComputed => ({
  type: 'CampaignResultComputed',
  data: { ...data, version },
  loopId: 'loop-1',
});
const publishedAs = (version: number): CampaignResultPublished => ({
  type: 'CampaignResultPublished',
  data: { campaignId: 'campaign-1', version, verdicts: [effect] },
  loopId: 'loop-1',
});

describe('record a result', () => {
  it('is a version that is published at once', () => {
    given().when(recordCampaignResult(computed)).emits(computedAs(1), publishedAs(1));
  });
  it('is no new version when nothing happened since', () => {
    given(computedAs(1), publishedAs(1))
      .when(recordCampaignResult({ ...computed, reason: 'late-facts' }))
      .emitsNothing();
  });
  it('is a new version after late facts, and at the close', () => {
    const late: ComputedResult = {
      ...computed,
      reason: 'late-facts',
      loops: [{ loopId: 'loop-1', members: 10, facts: [{ lane: 3, position: '8' }] }],
    };
    given(computedAs(1), publishedAs(1)).when(recordCampaignResult(late)).emits(computedAs(2, late), publishedAs(2));
    const closed: ComputedResult = { ...computed, reason: 'closed', closed: true };
    given(computedAs(1), publishedAs(1))
      .when(recordCampaignResult(closed))
      .emits(computedAs(2, closed), publishedAs(2));
    given(computedAs(1, closed), publishedAs(1)).when(recordCampaignResult(closed)).emitsNothing();
  });
  it('is the result of the close, whatever was the first to compute after it', () => {
    const late: ComputedResult = { ...computed, reason: 'late-facts', closed: true };
    given(computedAs(1), publishedAs(1))
      .when(recordCampaignResult(late))
      .emits(computedAs(2, { ...late, reason: 'closed' }), publishedAs(2));
    const after: ComputedResult = { ...computed, reason: 'closed', closed: true, loops: [] };
    given(computedAs(1, late), publishedAs(1))
      .when(recordCampaignResult(after))
      .emitsTypes('CampaignResultComputed', 'CampaignResultPublished');
  });
  it('is a new version whenever somebody asks', () => {
    const asked: ComputedResult = { ...computed, reason: 'requested' };
    given(computedAs(1), publishedAs(1)).when(recordCampaignResult(asked)).emits(computedAs(2, asked), publishedAs(2));
  });
  it('is the version that its stream has by then', () => {
    expect([2, 4].map(resultVersionOf)).toEqual([1, 2]);
  });
  it('belongs to no loop when it covers none', () => {
    given()
      .when(recordCampaignResult({ ...computed, loops: [] }))
      .emitsTypes('CampaignResultComputed', 'CampaignResultPublished');
  });
});
