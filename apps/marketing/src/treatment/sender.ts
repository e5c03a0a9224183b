import type { ServiceContext } from '@crm/platform';
import type { CampaignPlan } from '../campaign/campaign-plan.js';
import { Attempts, ATTEMPTS_AT_ONCE, type ToPresent } from './attempts.js';
import type { Channel } from './channels/channel.js';
import { reserveContacts, type Permission } from './contact-permissions.js';
import { decideTreatment } from './decide-treatment.js';
import { deniedBy } from './denied-by.js';
import { leaveUndetermined, postponeTreatment, withholdTreatment } from './treatment.decider.js';

/** A permission that is old as soon as it comes is the sign of a wrong clock: no use in asking for ever. */
const MOST_ASKS = 5;

/** Permission could not be asked: everything stays as it is until the job is tried again. */
export class PermissionUnknown extends Error {
  readonly transient = true;

  constructor() {
    super('customer-information cannot say yet whether the contact is permitted');
    this.name = 'PermissionUnknown';
  }
}

/** The process is about to stop: what has not begun is left to others. */
class Stopping extends Error {
  readonly transient = true;

  constructor() {
    super('the sender stops');
    this.name = 'Stopping';
  }
}

/** Presents treatments, each at most once: only what customer-information permits is attempted. */
export class Sender {
  private readonly attempts: Attempts;

  constructor(
    private readonly context: ServiceContext,
    channel: Channel,
    plan: CampaignPlan,
    private readonly signal?: AbortSignal,
  ) {
    this.attempts = new Attempts(context, channel, plan, signal);
  }

  /** Carries out one round of at most 500; throws `PermissionUnknown` after the others are through. */
  async present(round: readonly ToPresent[], asks = MOST_ASKS): Promise<void> {
    const inTime = await this.skipLate(round.map((one) => this.atPresent(one)));
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
        this.unlessStopping();
        const permission = permissions.get(next.assigned.treatmentId);
        if (permission === undefined || permission.is === 'unknown') unknown.push(next);
        else if (permission.is !== 'granted') await this.withhold(next, permission);
        else if (!(await this.attempts.carryOut(next, permission))) left.push(next);
      }
    };
    const workers = Array.from({ length: ATTEMPTS_AT_ONCE }, () =>
      worker().catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      }),
    );
    // Nothing goes on in the background when one of them fails.
    await Promise.allSettled(workers);
    await Promise.all(workers);
    this.unlessStopping();
    // Their permission has grown old while others were sent: asked again, they get today's answer.
    if (left.length > 0 && asks > 1) await this.present(left, asks - 1);
    if (unknown.length > 0 || (left.length > 0 && asks <= 1)) throw new PermissionUnknown();
  }

  /** Rounds wait for each other, and hours go by: only a moment that is replayed, or was attempted, stands still. */
  private atPresent(one: ToPresent): ToPresent {
    if (one.again || one.assigned.replayedAt !== undefined) return one;
    return { ...one, at: new Date(this.context.clock()).toISOString() };
  }

  private async skipLate(round: readonly ToPresent[]): Promise<readonly ToPresent[]> {
    const isLate = ({ assigned, at }: ToPresent): boolean =>
      assigned.presentBy !== undefined && Date.parse(at) > Date.parse(assigned.presentBy);
    const late = round.filter((one) => isLate(one) && !one.again);
    const { store } = this.context;
    await Promise.all(
      late.map(({ assigned, at }) => decideTreatment(store, assigned, withholdTreatment(at, 'campaign-period-over'))),
    );
    return late.length === 0 ? round : round.filter((one) => !late.includes(one));
  }

  private async withhold(
    { assigned, at, again }: ToPresent,
    permission: Exclude<Permission, { is: 'unknown' | 'granted' }>,
  ): Promise<void> {
    const { reasons } = permission;
    const decision =
      permission.is === 'not-now'
        ? postponeTreatment(permission.retryAt, reasons)
        : // What was attempted may have reached the customer: a denial of today does not make it certain that it has not.
          again
          ? leaveUndetermined(at)
          : withholdTreatment(at, deniedBy(reasons), reasons);
    await decideTreatment(this.context.store, assigned, decision);
  }

  private unlessStopping(): void {
    if (this.signal?.aborted === true) throw new Stopping();
  }
}
