import { fold, Rejected } from '@crm/event-sourcing';
import { deciderSpec } from '@crm/testing';
import { describe, expect, it } from '@jest/globals';
import { campaignAggregate } from './campaign.js';
import {
  approveCampaign,
  changeCampaign,
  closeCampaign,
  openWave,
  pauseCampaign,
  planCampaign,
  resumeCampaign,
  startCampaign,
} from './campaign.decider.js';
import type { CampaignPlan } from './campaign-plan.js';
import type { CampaignEvent } from './campaign.events.js';
import type { PlanInput } from './plan-rules.js';

const given = deciderSpec(campaignAggregate);
const campaignId = 'c-1';
const at = '2026-03-01T00:00:00.000Z';

const input: PlanInput = {
  name: 'Come back',
  objective: 'reactivate',
  purpose: 'marketing',
  channel: 'recorder',
  offer: { code: 'BACK', text: 'Ten per cent' },
  period: { from: '2026-03-01T00:00:00.000Z', to: '2026-05-31T00:00:00.000Z' },
  budget: { amountMinor: 1000, currency: 'USD' },
  costPerContact: { amountMinor: 10, currency: 'USD' },
  response: { windowDays: 30, conversion: 'order' },
};
const plan: CampaignPlan = {
  ...input,
  control: { fraction: 0.1, waived: false },
  arms: [{ name: 'treatment', share: 1 }],
};
const planned: CampaignEvent = { type: 'CampaignPlanned', data: { campaignId, plan } };
const approved: CampaignEvent = { type: 'CampaignApproved', data: { campaignId, at } };
const started: CampaignEvent = { type: 'CampaignStarted', data: { campaignId, at } };
const paused: CampaignEvent = { type: 'CampaignPaused', data: { campaignId, at } };
const resumed: CampaignEvent = { type: 'CampaignResumed', data: { campaignId, at } };
const closed: CampaignEvent = { type: 'CampaignClosed', data: { campaignId, at } };
const wave = { campaignId, waveId: 'w-1', origin: 'delivered' as const };
const waveOpened: CampaignEvent = { type: 'CampaignWaveOpened', data: wave, loopId: 'w-1' };

const plans = (changes: Partial<PlanInput>): ReturnType<typeof planCampaign> =>
  planCampaign({ campaignId, plan: { ...input, ...changes } });

const faultsOf = (changes: Partial<PlanInput>): readonly string[] => {
  try {
    plans(changes)(campaignAggregate.initial);
  } catch (error) {
    if (error instanceof Rejected) return (error.details.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);
  }
  return [];
};

describe('plan campaign', () => {
  it('has one arm and a control group of a tenth unless said otherwise', () => {
    given().when(plans({})).emits(planned);
  });
  it('changes nothing when the same plan arrives twice', () => {
    given(planned).when(plans({})).emitsNothing();
  });
  it('refuses the id of another campaign', () => {
    given(planned)
      .when(plans({ name: 'Another' }))
      .rejects('campaign-id-taken');
  });
  it('leaves out the control group when a named person waives it', () => {
    const waived = { ...plan, control: { fraction: 0, waived: true } };
    given()
      .when(plans({ control: { waivedBy: 'Kim Minji' } }))
      .emits({ type: 'CampaignPlanned', data: { campaignId, plan: waived, waivedBy: 'Kim Minji' } });
  });
  it('assigns calls to sales unless another department is named', () => {
    given()
      .when(plans({ channel: 'call' }))
      .emits({ type: 'CampaignPlanned', data: { campaignId, plan: { ...plan, channel: 'call', assignTo: 'sales' } } });
    given()
      .when(plans({ channel: 'call', assignTo: 'service' }))
      .emits({
        type: 'CampaignPlanned',
        data: { campaignId, plan: { ...plan, channel: 'call', assignTo: 'service' } },
      });
  });
  it('names every fault of a plan that does not hold', () => {
    given()
      .when(plans({ control: { fraction: 0 } }))
      .rejects('campaign-plan-invalid');
    expect(
      faultsOf({
        period: { from: at, to: at },
        costPerContact: { amountMinor: -1, currency: 'KRW' },
        budget: { amountMinor: -1, currency: 'USD' },
        control: { fraction: 1 },
        arms: [
          { name: 'Control', share: 0.5 },
          { name: 'a', share: 0.5 },
          { name: 'A', share: 0.5 },
        ],
      }),
    ).toEqual([
      '/period/to period-empty',
      '/costPerContact/currency currency-differs',
      '/budget/amountMinor too-small',
      '/costPerContact/amountMinor too-small',
      '/arms/0/name name-reserved',
      '/arms/2/name name-taken',
      '/arms shares-do-not-add-up',
      '/control/fraction control-group-missing',
    ]);
    expect(faultsOf({ control: { fraction: 0.2, waivedBy: 'Kim' } })).toEqual(['/control waiver-with-control-group']);
    expect(
      faultsOf({
        arms: [
          { name: 'a', share: 1 },
          { name: 'b', share: 0 },
        ],
      }),
    ).toEqual(['/arms shares-do-not-add-up']);
  });
});

describe('change campaign', () => {
  it('keeps what really changes', () => {
    given(planned)
      .when(changeCampaign(campaignId, { name: 'New', purpose: 'marketing' }))
      .emits({ type: 'CampaignChanged', data: { campaignId, changes: { name: 'New' } } });
  });
  it('adds what the plan left out', () => {
    given(planned)
      .when(changeCampaign(campaignId, { assignTo: 'service' }))
      .emits({ type: 'CampaignChanged', data: { campaignId, changes: { assignTo: 'service' } } });
  });
  it('changes nothing when nothing changes', () => {
    given(planned)
      .when(changeCampaign(campaignId, { name: plan.name }))
      .emitsNothing();
    given(planned, { type: 'CampaignChanged', data: { campaignId, changes: { name: 'New' }, waivedBy: 'Kim' } })
      .when(changeCampaign(campaignId, { name: 'New' }))
      .emitsNothing();
  });
  it('names the person who waives the control group', () => {
    given(planned)
      .when(changeCampaign(campaignId, { control: { waivedBy: 'Kim' } }))
      .emits({
        type: 'CampaignChanged',
        data: { campaignId, changes: { control: { fraction: 0, waived: true } }, waivedBy: 'Kim' },
      });
  });
  it('checks the plan as it would be', () => {
    given(planned)
      .when(changeCampaign(campaignId, { control: { fraction: 1 } }))
      .rejects('campaign-plan-invalid');
  });
  it('leaves alone what a wave was drawn by, and nothing else', () => {
    given(planned, waveOpened)
      .when(changeCampaign(campaignId, { control: { fraction: 0.3 } }))
      .rejects('campaign-draw-fixed');
    given(planned, waveOpened)
      .when(changeCampaign(campaignId, { name: 'New' }))
      .emitsTypes('CampaignChanged');
  });
  it('refuses once approved, and what was never planned', () => {
    given(planned, approved)
      .when(changeCampaign(campaignId, { name: 'New' }))
      .rejects('campaign-move-not-allowed');
    given()
      .when(changeCampaign(campaignId, { name: 'New' }))
      .rejects('campaign-unknown');
  });
});

describe('moving a campaign', () => {
  it('approves a draft, once', () => {
    given(planned).when(approveCampaign(campaignId, at)).emits(approved);
    given(planned, approved).when(approveCampaign(campaignId, at)).emitsNothing();
    given(planned, approved, started).when(approveCampaign(campaignId, at)).emitsNothing();
    given(planned, closed).when(approveCampaign(campaignId, at)).rejects('campaign-move-not-allowed');
  });
  it('runs from the first assignments on', () => {
    given(planned, approved).when(startCampaign(campaignId, at)).emits(started);
    given(planned, approved, started).when(startCampaign(campaignId, at)).emitsNothing();
    given(planned).when(startCampaign(campaignId, at)).emitsNothing();
  });
  it('pauses what is approved or running, once', () => {
    given(planned, approved).when(pauseCampaign(campaignId, at)).emits(paused);
    given(planned, approved, started).when(pauseCampaign(campaignId, at)).emits(paused);
    given(planned, approved, paused).when(pauseCampaign(campaignId, at)).emitsNothing();
    given(planned).when(pauseCampaign(campaignId, at)).rejects('campaign-move-not-allowed');
  });
  it('resumes to where it was', () => {
    given(planned, approved, paused).when(resumeCampaign(campaignId, at)).emits(resumed);
    given(planned, approved, paused, resumed).when(resumeCampaign(campaignId, at)).emitsNothing();
    given(planned, approved, paused, resumed).when(startCampaign(campaignId, at)).emits(started);
    given(planned, approved, started, paused, resumed).when(resumeCampaign(campaignId, at)).emitsNothing();
    given(planned).when(resumeCampaign(campaignId, at)).rejects('campaign-move-not-allowed');
  });
  it('closes from anywhere, for good', () => {
    given(planned).when(closeCampaign(campaignId, at)).emits(closed);
    given(planned, approved, paused).when(closeCampaign(campaignId, at)).emits(closed);
    given(planned, closed).when(closeCampaign(campaignId, at)).emitsNothing();
    given().when(closeCampaign(campaignId, at)).rejects('campaign-unknown');
  });
  it('says which moves are allowed', () => {
    const state = fold(campaignAggregate, [planned, closed]);
    expect(() => pauseCampaign(campaignId, at)(state)).toThrow(
      expect.objectContaining({ details: { extensions: { from: 'closed', allowed: [] } } }),
    );
  });
});

describe('open a wave', () => {
  it('announces it once', () => {
    given(planned).when(openWave(wave)).emits(waveOpened);
    given(planned, waveOpened).when(openWave(wave)).emitsNothing();
  });
  it('refuses a new one when the campaign is closed, and lets a known one go on', () => {
    given(planned, closed).when(openWave(wave)).rejects('campaign-closed');
    given(planned, waveOpened, closed).when(openWave(wave)).emitsNothing();
  });
  it('refuses a campaign that was never planned', () => {
    given().when(openWave(wave)).rejects('campaign-unknown');
    given(approved).when(openWave(wave)).rejects('campaign-unknown');
  });
});
