import type { ServiceClients } from '@crm/platform';
import type { CampaignChannel } from '../campaign/campaign-plan.js';
import type { PermissionReason } from './treatment.events.js';

/** A contact that is about to happen. */
export interface PermissionRequest {
  readonly treatmentId: string;
  readonly partyId: string;
  readonly channel: CampaignChannel;
  readonly purpose: string;
  readonly at: string;
}

/** What customer-information says; `unknown` when it cannot say yet, so that nothing may be sent. */
export type Permission = { readonly reasons: readonly PermissionReason[] } & (
  | { readonly is: 'granted'; readonly startBy: string; readonly contactPoint?: unknown }
  | { readonly is: 'denied' }
  | { readonly is: 'not-now'; readonly retryAt: string }
  | { readonly is: 'unknown' }
);

interface Outcome {
  readonly index: number;
  readonly status: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
  readonly outcome?: 'granted' | 'denied' | 'not-now';
  readonly retryAt?: string;
  readonly startBy?: string;
  readonly contactPoint?: unknown;
  readonly reasons?: readonly PermissionReason[];
}

const PATH = '/v1/contact-permissions/reserve/batch';

/** Asks for up to 500 contacts; the same treatment asked again never takes a second slot. Answers by treatment id. */
export async function reserveContacts(
  services: ServiceClients,
  requests: readonly PermissionRequest[],
): Promise<ReadonlyMap<string, Permission>> {
  const items = requests.map(({ treatmentId, partyId, channel, purpose, at }) => ({
    partyId,
    channel,
    purpose,
    at,
    reservationKey: treatmentId,
    treatmentId,
  }));
  const { outcomes } = await services.post<{ readonly outcomes: readonly Outcome[] }>('customer-information', PATH, {
    items,
  });
  return new Map(
    outcomes.flatMap((outcome) => {
      const request = requests[outcome.index];
      return request === undefined ? [] : [[request.treatmentId, permissionOf(outcome)] as const];
    }),
  );
}

/** Whatever is not clearly a permission is none: senders fail closed. */
function permissionOf({ status, outcome, retryAt, startBy, contactPoint, reasons = [] }: Outcome): Permission {
  const stopping = reasons.filter((reason) => reason.outcome !== 'passed');
  const incomplete = stopping.some(({ rule }) => rule === 'incomplete');
  if (status !== 'accepted' || incomplete) return { is: 'unknown', reasons };
  if (outcome === 'granted' && startBy !== undefined) return { is: 'granted', startBy, contactPoint, reasons };
  if (outcome === 'denied') return { is: 'denied', reasons: stopping };
  if (outcome === 'not-now' && retryAt !== undefined) return { is: 'not-now', retryAt, reasons: stopping };
  return { is: 'unknown', reasons };
}
