import { Rejected } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import type { PermissionReason, TaskFacts } from './task.events.js';

const PATH = '/v1/contact-permissions/reserve/batch';
const ASK_AGAIN_S = 5;

/** How to reach the customer. Passes through memory into one answer, and is kept nowhere. */
export interface ContactPoint {
  readonly kind: string;
  readonly value: string;
}

/** What customer-information says to one reservation. Not every channel has a contact point to show. */
export type Permission =
  | { readonly status: 'granted'; readonly startBy: string; readonly contactPoint: ContactPoint | undefined }
  | { readonly status: 'not-now'; readonly retryAt: string; readonly reasons: readonly PermissionReason[] }
  | { readonly status: 'denied'; readonly reasons: readonly PermissionReason[] };

interface Reservation {
  readonly status: string;
  readonly outcome?: 'granted' | 'denied' | 'not-now';
  readonly retryAt?: string;
  readonly startBy?: string;
  readonly contactPoint?: ContactPoint;
  readonly reasons?: readonly PermissionReason[];
}

interface Answer {
  readonly outcomes: readonly Reservation[];
}

/**
 * Reserves the contact for a task. The treatment is the reservation's key, so that asking again gives today's answer and never
 * takes a second slot. Whatever is not a clear answer means that nobody is contacted.
 */
export async function reserveContact(context: ServiceContext, task: TaskFacts): Promise<Permission> {
  const { partyId, channel, purpose, treatmentId } = task;
  const [reservation] = await ask(context, { partyId, channel, purpose, reservationKey: treatmentId, treatmentId });
  if (reservation?.status !== 'accepted') throw unavailable();
  const { outcome, startBy, retryAt, contactPoint } = reservation;
  const reasons = stopping(reservation);
  if (outcome === 'granted' && startBy !== undefined) return { status: 'granted', startBy, contactPoint };
  if (reasons.some(({ rule }) => rule === 'incomplete')) throw unavailable();
  if (outcome === 'not-now' && retryAt !== undefined) return { status: 'not-now', retryAt, reasons };
  if (outcome === 'denied') return { status: 'denied', reasons };
  throw unavailable();
}

/** The rules that stand in the way. */
function stopping({ reasons = [] }: Reservation): readonly PermissionReason[] {
  return reasons
    .filter(({ outcome }) => outcome !== 'passed')
    .map(({ rule, outcome, eventIds }) => ({ rule, outcome, eventIds }));
}

async function ask(context: ServiceContext, item: object): Promise<readonly Reservation[]> {
  try {
    const { outcomes } = await context.services.post<Answer>('customer-information', PATH, { items: [item] });
    return outcomes;
  } catch (error) {
    context.logger.warn({ err: error }, 'customer-information gave no permission decision');
    throw unavailable();
  }
}

function unavailable(): Rejected {
  return new Rejected(
    'permission-unavailable',
    'Whether the customer may be contacted is not known at the moment; try again',
    {
      status: 503,
      retryAfter: ASK_AGAIN_S,
    },
  );
}
