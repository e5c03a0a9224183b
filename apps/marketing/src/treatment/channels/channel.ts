import type { CampaignChannel, Offer } from '../../campaign/campaign-plan.js';
import type { Patience } from '../places.js';
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

/** Certainly not sent. */
export interface Refusal {
  readonly status: 'refused';
  readonly reason: string;
}

/** Anything that is not known is thrown, and stays open. */
export type ChannelAnswer = { readonly status: 'accepted' } | Refusal;

/** Everything that one presentation needs is there: it can leave at once. What it holds is given back, used or not. */
export interface Admitted {
  readonly status: 'admitted';
  present(): Promise<ChannelAnswer>;
  release(): void;
}

/** Not admitted in time: nothing was sent, and the permission may have grown old. */
export type Admission = Admitted | Refusal | { readonly status: 'too-late' };

/** A way to the customer. */
export interface Channel {
  readonly name: CampaignChannel;
  /** Whether it may be asked again under the same key without reaching the customer twice. */
  readonly idempotent: boolean;
  /** After which time an attempt without outcome will have none by itself. */
  readonly timeoutMs: number;
  /** All waiting is done here, before the attempt. Throws `ChannelUnavailable` when nothing can be sent at present. */
  admit(request: ChannelRequest, patience: Patience): Promise<Admission>;
  /** Gives up what it keeps between presentations. */
  close?(): Promise<void>;
}

/** Nobody can be reached over the channel at present; nothing was attempted, and everything is tried again later. */
export class ChannelUnavailable extends Error {
  readonly transient = true;

  constructor(
    readonly channel: string,
    readonly code: string,
  ) {
    super(`channel ${channel} is not available: ${code}`);
    this.name = 'ChannelUnavailable';
  }
}

/** For channels that always have room. */
export const alwaysAdmits =
  (present: (request: ChannelRequest) => Promise<ChannelAnswer>): Channel['admit'] =>
  (request) =>
    Promise.resolve({ status: 'admitted', present: () => present(request), release: () => undefined });
