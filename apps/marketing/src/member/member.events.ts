import type { DomainEvent } from '@crm/event-sourcing';
import type { Money } from '../campaign/campaign-plan.js';
import type { ResponseClass, ResponseKind, ResponseProblem } from '../response/response-kinds.js';

// Names and fields are the storage format: add, never change.

/** Hop 8-1. Comes again for a response whose class changed because an earlier one was heard later; the last one holds. */
export type ResponseClassified = DomainEvent<
  'ResponseClassified',
  {
    readonly responseId: string;
    readonly campaignId: string;
    readonly waveId: string;
    readonly partyId: string;
    readonly arm: string;
    readonly kind: ResponseKind;
    readonly class: ResponseClass;
    readonly at: string;
    readonly revenue?: Money;
    /** Its amount is in another currency than the campaign: it is refused, not converted. */
    readonly problem?: ResponseProblem;
    /** What it would be if the member had answered once. */
    readonly alone: Exclude<ResponseClass, 'repeat'>;
  }
>;
