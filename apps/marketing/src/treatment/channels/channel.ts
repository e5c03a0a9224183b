import type { CampaignChannel, Offer } from '../../campaign/campaign-plan.js';
import type { TreatmentIdentity } from '../treatment.events.js';

/** What a channel is to bring to a customer. `key` is the treatment's id: the same for every try. */
export interface ChannelRequest {
  readonly key: string;
  readonly treatment: TreatmentIdentity;
  readonly offer: Offer;
  /** Business time. */
  readonly at: string;
  /** Used from memory, never stored or logged. */
  readonly contactPoint?: unknown;
}

/** Refused: certainly not sent. Anything that is not known is thrown, and stays open. */
export type ChannelAnswer = { readonly status: 'accepted' } | { readonly status: 'refused'; readonly reason: string };

/** A way to the customer. */
export interface Channel {
  readonly name: CampaignChannel;
  /** Whether it may be asked again under the same key without reaching the customer twice. */
  readonly idempotent: boolean;
  /** After which time an attempt without outcome will have none by itself. */
  readonly timeoutMs: number;
  present(request: ChannelRequest): Promise<ChannelAnswer>;
}
