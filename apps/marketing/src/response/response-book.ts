import { fingerprintOf, Rejected } from '@crm/event-sourcing';
import { partyOf, ServiceContext, type CommandRequest, type PartyNamed, type RecordedFact } from '@crm/platform';
import { Injectable } from '@nestjs/common';
import { campaignAggregate } from '../campaign/campaign.js';
import type { Money } from '../campaign/campaign-plan.js';
import { treatmentAggregate } from '../treatment/treatment.js';
import { membershipsOf } from './heard-table.js';
import { matchOf } from './matching.js';
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

  /** Throws `Rejected` when the amount is in another currency than the campaign, where it is known whose response it is. */
  async record(reported: ReportedResponse, command: CommandRequest): Promise<RecordedFact> {
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
    await this.refuseOtherCurrency(event.data);
    const fingerprint = fingerprintOf(event.data);
    const named = { ...event, data: { ...event.data, responseRef } };
    return this.context.store.recordFact(responseAggregate, responseId, named, {
      ...command.options,
      key: partyId,
      fingerprint,
      result: MADE,
    });
  }

  private async refuseOtherCurrency(heard: ResponseReceived['data']): Promise<void> {
    const { responseId, amount } = heard;
    if (amount === undefined) return;
    const currency = await this.currencyOf(heard);
    if (currency === undefined || currency === amount.currency) return;
    // What was taken before it was known whose it is stays a fact.
    if ((await this.context.store.read(responseAggregate, responseId)).state.received) return;
    throw new Rejected('currency-mismatch', `The campaign is in ${currency}`, {
      status: 422,
      errors: [
        { pointer: '/amount/currency', code: 'currency-differs', detail: 'Amounts of a campaign are in one currency' },
      ],
    });
  }

  /** Of the campaign that the response belongs to by all that is known now. */
  private async currencyOf(heard: ResponseReceived['data']): Promise<string | undefined> {
    const { store, pool } = this.context;
    const { partyId, treatmentId } = heard;
    const memberships = (await membershipsOf(pool, [partyId])).get(partyId) ?? [];
    let campaignId = matchOf({ ...heard, isOrder: false }, memberships)?.campaignId;
    if (campaignId === undefined && treatmentId !== undefined) {
      const { state: treatment } = await store.read(treatmentAggregate, treatmentId);
      if (treatment.status !== 'new') ({ campaignId } = treatment.assigned);
    }
    if (campaignId === undefined) return undefined;
    const { state: campaign } = await store.read(campaignAggregate, campaignId);
    return campaign.status === 'new' ? undefined : campaign.plan.budget.currency;
  }
}
