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

/** What customer-information says to one reservation. */
export type Permission =
  | { readonly status: 'granted'; readonly contactPoint: ContactPoint; readonly startBy: string | undefined }
  | { readonly status: 'not-now'; readonly retryAt: string; readonly reasons: readonly PermissionReason[] }
  | { readonly status: 'denied'; readonly reasons: readonly PermissionReason[] };

interface Reservation {
  readonly allowed?: boolean;
  readonly retryAt?: string | null;
  readonly reasons?: readonly PermissionReason[];
  readonly contactPoint?: ContactPoint | null;
  readonly startBy?: string;
  readonly problem?: { readonly code: string };
}

interface Answer {
  readonly outcomes?: readonly Reservation[];
}

/**
 * Reserves the contact for a task. The treatment is the reservation's key, so that asking again gives today's answer and never
 * takes a second slot. Whatever is not a clear answer means that nobody is contacted.
 */
export async function reserveContact(context: ServiceContext, task: TaskFacts): Promise<Permission> {
  const { partyId, channel, purpose, treatmentId } = task;
  const answer = await ask(context, { partyId, channel, purpose, reservationKey: treatmentId });
  const [reservation] = answer.outcomes ?? [];
  if (reservation?.problem?.code === 'party-erased')
    return { status: 'denied', reasons: [{ rule: 'erased', outcome: 'denied', eventIds: [] }] };
  if (reservation?.allowed === undefined) throw unavailable();
  return reservation.allowed ? grantedBy(reservation) : refusedBy(reservation);
}

function grantedBy({ contactPoint, startBy }: Reservation): Permission {
  if (contactPoint === undefined || contactPoint === null) throw unavailable();
  return { status: 'granted', contactPoint, startBy };
}

/** That customer-information does not know enough at the moment is no denial. */
function refusedBy({ retryAt, reasons: told = [] }: Reservation): Permission {
  const reasons = told.map(({ rule, outcome, eventIds }) => ({ rule, outcome, eventIds }));
  if (typeof retryAt === 'string') return { status: 'not-now', retryAt, reasons };
  if (reasons.some(({ rule }) => rule === 'incomplete')) throw unavailable();
  return { status: 'denied', reasons };
}

async function ask(context: ServiceContext, item: object): Promise<Answer> {
  try {
    return await context.services.post<Answer>('customer-information', PATH, { items: [item] });
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
