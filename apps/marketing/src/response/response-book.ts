import { fingerprintOf } from '@crm/event-sourcing';
import { partyOf, ServiceContext, type CommandRequest, type PartyNamed, type RecordedFact } from '@crm/platform';
import { Injectable } from '@nestjs/common';
import type { Money } from '../campaign/campaign-plan.js';
import type { ResponseReceived } from './response.events.js';
import type { ResponseKind } from './response-kinds.js';
import { responseAggregate, responseIdOf } from './response.js';

/** The natural key of a response is its `responseRef`, whoever sends it. */
const SOURCE = 'api';
const MADE = { created: true };

export interface ReportedResponse extends PartyNamed {
  readonly responseRef: string;
  readonly kind: ResponseKind;
  readonly at: string;
  readonly channel: string;
  readonly treatmentId?: string;
  readonly sourceCode?: string;
  readonly amount?: Money;
  readonly note?: string;
}

/** Where every reported response is recorded, one or many: a fact; what follows from it is a reactor's business. */
@Injectable()
export class ResponseBook {
  constructor(private readonly context: ServiceContext) {}

  record(reported: ReportedResponse, command: CommandRequest): Promise<RecordedFact> {
    const { responseRef, kind, channel, treatmentId, sourceCode, amount, note } = reported;
    const responseId = responseIdOf(SOURCE, responseRef);
    const partyId = partyOf(reported, this.context.referenceKey);
    const at = new Date(reported.at).toISOString();
    const event: ResponseReceived = {
      type: 'ResponseReceived',
      data: {
        ...{ responseId, partyId, kind, channel, at, source: SOURCE },
        ...(treatmentId === undefined ? {} : { treatmentId }),
        ...(sourceCode === undefined ? {} : { sourceCode }),
        ...(amount === undefined ? {} : { amount: { amountMinor: amount.amountMinor, currency: amount.currency } }),
        ...(note === undefined ? {} : { note }),
      },
      occurredAt: at,
    };
    const fingerprint = fingerprintOf(event.data);
    return this.context.store.recordFact(responseAggregate, responseId, event, {
      ...command.options,
      key: partyId,
      fingerprint,
      result: MADE,
    });
  }
}
