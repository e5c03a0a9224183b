import type { Committed } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import type { CampaignPlan } from '../campaign/campaign-plan.js';
import { unlessErased } from '../unless-erased.js';
import type { Channel, ChannelAnswer } from './channels/channel.js';
import { reserveContacts, type Permission } from './contact-permissions.js';
import { deniedBy } from './denied-by.js';
import {
  attemptTreatment,
  leaveUndetermined,
  postponeTreatment,
  presentTreatment,
  skipTreatment,
} from './treatment.decider.js';
import type { TreatmentAssigned, TreatmentEvent } from './treatment.events.js';
import { treatmentAggregate, type Treatment } from './treatment.js';

/** Attempted at once, so that a killed sender leaves at most this many without an outcome. */
const AT_ONCE = 16;
/** A permission that is old as soon as it comes is the sign of a wrong clock: no use in asking for ever. */
const MOST_ASKS = 5;

/** A treatment to present, at a business time. */
export interface ToPresent {
  readonly assigned: TreatmentAssigned['data'];
  readonly at: string;
  /** Attempted before on a channel that may be asked again under the same key. */
  readonly again: boolean;
}

/** Permission could not be asked: everything stays as it is until the job is tried again. */
export class PermissionUnknown extends Error {
  readonly transient = true;

  constructor() {
    super('customer-information cannot say yet whether the contact is permitted');
    this.name = 'PermissionUnknown';
  }
}

/**
 * Presents treatments, each at most once: permission first, then the attempt is stored, then the one whose attempt was stored
 * calls the channel once. What the channel does not answer clearly stays attempted.
 */
export class Sender {
  constructor(
    private readonly context: ServiceContext,
    private readonly channel: Channel,
    private readonly plan: CampaignPlan,
  ) {}

  /** Carries out one round of at most 500; throws `PermissionUnknown` after the others are through. */
  async present(round: readonly ToPresent[], asks = MOST_ASKS): Promise<void> {
    const inTime = await this.skipLate(round);
    if (inTime.length === 0) return;
    const permissions = await reserveContacts(
      this.context.services,
      inTime.map(({ assigned, at }) => ({ ...assigned, at })),
    );
    const waiting = [...inTime];
    const left: ToPresent[] = [];
    const unknown: ToPresent[] = [];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const permission = permissions.get(next.assigned.treatmentId);
        if (permission === undefined || permission.is === 'unknown') unknown.push(next);
        else if (permission.is === 'granted' && Date.parse(permission.startBy) <= this.context.clock()) left.push(next);
        else await this.carryOut(next, permission);
      }
    };
    const workers = Array.from({ length: AT_ONCE }, () =>
      worker().catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      }),
    );
    // Nothing goes on in the background when one of them fails.
    await Promise.allSettled(workers);
    await Promise.all(workers);
    // Their permission has grown old while others were sent: asked again, they get today's answer.
    if (left.length > 0 && asks > 1) await this.present(left, asks - 1);
    if (unknown.length > 0 || (left.length > 0 && asks <= 1)) throw new PermissionUnknown();
  }

  private async skipLate(round: readonly ToPresent[]): Promise<readonly ToPresent[]> {
    const isLate = ({ assigned, at }: ToPresent): boolean =>
      assigned.presentBy !== undefined && Date.parse(at) > Date.parse(assigned.presentBy);
    const late = round.filter((one) => isLate(one) && !one.again);
    await Promise.all(late.map(({ assigned, at }) => this.decide(assigned, skipTreatment(at, 'campaign-period-over'))));
    return late.length === 0 ? round : round.filter((one) => !late.includes(one));
  }

  private async carryOut(
    { assigned, at, again }: ToPresent,
    permission: Exclude<Permission, { is: 'unknown' }>,
  ): Promise<void> {
    const { reasons } = permission;
    // What was attempted may have reached the customer: a denial of today does not make it certain that it has not.
    if (permission.is === 'denied')
      await this.decide(assigned, again ? leaveUndetermined(at) : skipTreatment(at, deniedBy(reasons), reasons));
    else if (permission.is === 'not-now') await this.decide(assigned, postponeTreatment(permission.retryAt, reasons));
    else {
      const attemptedAt = new Date(this.context.clock()).toISOString();
      const attempt = await this.decide(assigned, attemptTreatment({ at, attemptedAt, reasons }));
      const won = attempt !== undefined && !attempt.repeated && attempt.events.length > 0;
      if (won || again) await this.send({ assigned, at }, permission.contactPoint);
    }
  }

  private async send({ assigned, at }: Omit<ToPresent, 'again'>, contactPoint: unknown): Promise<void> {
    const offer = this.plan.arms.find(({ name }) => name === assigned.arm)?.offer ?? this.plan.offer;
    let answer: ChannelAnswer;
    try {
      answer = await this.channel.present({ key: assigned.treatmentId, treatment: assigned, offer, at, contactPoint });
    } catch (error) {
      // Whether it was sent is not known: the treatment stays attempted, and the sweep settles it.
      this.context.logger.warn({ err: error, treatmentId: assigned.treatmentId }, 'a channel gave no clear answer');
      return;
    }
    await this.decide(assigned, answer.status === 'accepted' ? presentTreatment(at) : skipTreatment(at, answer.reason));
  }

  private decide(
    { treatmentId, partyId }: TreatmentAssigned['data'],
    decision: (state: Treatment) => readonly TreatmentEvent[],
  ): Promise<Committed<TreatmentEvent> | undefined> {
    return unlessErased(this.context.store.transact(treatmentAggregate, treatmentId, decision, { key: partyId }));
  }
}
