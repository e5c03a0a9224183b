import type { EventStore } from '@crm/event-sourcing';
import { campaignAggregate } from '../campaign/campaign.js';
import type { CampaignPlan } from '../campaign/campaign-plan.js';
import type { ResponseWindow } from '../member/member.decider.js';
import { waveAggregate } from '../wave/wave.js';

const DAY_MS = 86_400_000;

/** The window of a wave that started at a moment, by its campaign's rule. */
export function windowOf({ response, budget }: CampaignPlan, startedAt: string): ResponseWindow {
  const endsAt = new Date(Date.parse(startedAt) + response.windowDays * DAY_MS).toISOString();
  return { startedAt, endsAt, conversion: response.conversion, currency: budget.currency };
}

/** Windows of loaded waves, which never change: read once. */
export class ResponseWindows {
  private readonly known = new Map<string, ResponseWindow>();

  constructor(private readonly store: EventStore) {}

  /** Undefined while the wave is loading. */
  async of(campaignId: string, waveId: string): Promise<ResponseWindow | undefined> {
    const known = this.known.get(waveId);
    if (known !== undefined) return known;
    const [{ state: campaign }, { state: wave }] = await Promise.all([
      this.store.read(campaignAggregate, campaignId),
      this.store.read(waveAggregate, waveId),
    ]);
    if (campaign.status === 'new' || wave.status === 'loading') return undefined;
    const window = windowOf(campaign.plan, wave.loaded.startedAt);
    this.known.set(waveId, window);
    return window;
  }
}
