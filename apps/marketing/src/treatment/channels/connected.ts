import type pg from 'pg';
import type { CampaignChannel, CampaignPlan } from '../../campaign/campaign-plan.js';
import type { Channel } from './channel.js';
import { recorderChannel } from './recorder.js';

/** Every channel that this service presents by itself: a new one is a file and a line here. */
const CONNECTED = { recorder: recorderChannel } as const satisfies Partial<
  Record<CampaignChannel, (pool: pg.Pool) => Channel>
>;

export function channelsOf(pool: pg.Pool): ReadonlyMap<string, Channel> {
  return new Map(Object.entries(CONNECTED).map(([name, connect]) => [name, connect(pool)]));
}

/** Whether treatments of a plan can reach anybody: over a channel of this service, or by a person in a department. */
export function isConnected({ channel, assignTo }: Pick<CampaignPlan, 'channel' | 'assignTo'>): boolean {
  return assignTo !== undefined || channel in CONNECTED;
}
