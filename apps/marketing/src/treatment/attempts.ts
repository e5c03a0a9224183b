import { setMaxListeners } from 'node:events';
import { inSpan } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import type { CampaignPlan } from '../campaign/campaign-plan.js';
import type { Admitted, Channel, ChannelAnswer, ChannelRequest } from './channels/channel.js';
import type { Permission } from './contact-permissions.js';
import { decideTreatment } from './decide-treatment.js';
import { Places, type Patience } from './places.js';
import { attemptTreatment, presentTreatment, skipTreatment, withholdTreatment } from './treatment.decider.js';
import type { TreatmentAssigned } from './treatment.events.js';

/** Attempted at once in one process, so that a killed one leaves at most this many without an outcome. */
export const ATTEMPTS_AT_ONCE = 16;
/** A permission holds for a minute: nobody waits longer, whatever its clock says. */
const LONGEST_WAIT_MS = 60_000;

/** A treatment to present, at a business time. */
export interface ToPresent {
  readonly assigned: TreatmentAssigned['data'];
  readonly at: string;
  /** Attempted before on a channel that may be asked again under the same key. */
  readonly again: boolean;
}

export type Granted = Extract<Permission, { is: 'granted' }>;

/** Shared by all senders of a running service, whatever they send. */
const places = new WeakMap<ServiceContext, Places>();

/**
 * What follows a permission: room in the channel, then the attempt is stored, then the one whose attempt was stored has the
 * channel send it, once. What the channel does not answer clearly stays attempted.
 */
export class Attempts {
  private readonly places: Places;

  constructor(
    private readonly context: ServiceContext,
    private readonly channel: Channel,
    private readonly plan: CampaignPlan,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.places = places.get(context) ?? new Places(ATTEMPTS_AT_ONCE);
    places.set(context, this.places);
    // Everybody who waits listens to it.
    if (signal !== undefined) setMaxListeners(0, signal);
  }

  /** False when the permission grew old before it was the treatment's turn: nothing was begun. */
  async carryOut(one: ToPresent, permission: Granted): Promise<boolean> {
    const { assigned, at } = one;
    const patience = this.patienceWith(permission);
    if (patience.withinMs <= 0) return false;
    const offer = this.plan.arms.find(({ name }) => name === assigned.arm)?.offer ?? this.plan.offer;
    const { contactPoint } = permission;
    const request: ChannelRequest = { key: assigned.treatmentId, treatment: assigned, offer, at, contactPoint };
    const admission = await this.channel.admit(request, patience);
    if (admission.status === 'too-late') return false;
    if (admission.status === 'refused') {
      // One that was attempted before may have reached the customer then.
      if (!one.again) await decideTreatment(this.context.store, assigned, withholdTreatment(at, admission.reason));
      return true;
    }
    try {
      return await this.inItsPlace(one, permission, admission);
    } finally {
      admission.release();
    }
  }

  private async inItsPlace(one: ToPresent, permission: Granted, admitted: Admitted): Promise<boolean> {
    if (!(await this.places.take(this.patienceWith(permission)))) return false;
    try {
      if (this.patienceWith(permission).withinMs <= 0) return false;
      await this.attempt(one, permission, admitted);
      return true;
    } finally {
      this.places.give();
    }
  }

  private async attempt({ assigned, at, again }: ToPresent, permission: Granted, admitted: Admitted): Promise<void> {
    const { store, clock, logger } = this.context;
    const { reasons } = permission;
    const attemptedAt = new Date(clock()).toISOString();
    const attempt = await decideTreatment(store, assigned, attemptTreatment({ at, attemptedAt, reasons }));
    const won = attempt !== undefined && !attempt.repeated && attempt.events.length > 0;
    if (!won && !again) return;
    // A process can be stopped for minutes while it stores an attempt: consent may have been withdrawn by now.
    if (this.patienceWith(permission).withinMs <= 0) {
      // Another one's attempt may have reached the customer: it stays open, and is asked for again.
      if (won) await decideTreatment(store, assigned, skipTreatment(at, 'permission-expired'));
      return;
    }
    let answer: ChannelAnswer;
    try {
      answer = await inSpan({ name: `send ${this.channel.name}`, kind: 'client' }, () => admitted.present());
    } catch (error) {
      // Whether it was sent is not known: the treatment stays attempted, and the sweep settles it.
      logger.warn({ err: error, treatmentId: assigned.treatmentId }, 'a channel gave no clear answer');
      return;
    }
    const outcome = answer.status === 'accepted' ? presentTreatment(at) : skipTreatment(at, answer.reason);
    await decideTreatment(store, assigned, outcome);
  }

  private patienceWith({ startBy }: Granted): Patience {
    const leftMs = Date.parse(startBy) - this.context.clock();
    return { withinMs: Math.min(leftMs, LONGEST_WAIT_MS), signal: this.signal };
  }
}
