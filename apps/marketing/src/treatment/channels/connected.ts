import type { ServiceContext } from '@crm/platform';
import type { CampaignPlan } from '../../campaign/campaign-plan.js';
import { mailSettings } from '../../mail/mail-settings.js';
import type { Channel } from './channel.js';
import { emailChannel } from './email.js';
import { recorderChannel } from './recorder.js';

export type Channels = ReadonlyMap<string, Channel>;

/** One set for each running service: connections and rates of a channel are shared by all that send. */
const connected = new WeakMap<ServiceContext, Channels>();

/** Every channel that this service presents by itself: a new one is a file and a line here. */
export function channelsOf(context: ServiceContext): Channels {
  const known = connected.get(context);
  if (known !== undefined) return known;
  const mail = mailSettings(context.settings);
  const channels = [recorderChannel(context.pool), ...(mail === undefined ? [] : [emailChannel(mail)])];
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  connected.set(context, byName);
  return byName;
}

/** Whether treatments of a plan can reach anybody: over a channel of this service, or by a person in a department. */
export function isConnected(
  context: ServiceContext,
  { channel, assignTo }: Pick<CampaignPlan, 'channel' | 'assignTo'>,
): boolean {
  return assignTo !== undefined || channelsOf(context).has(channel);
}
