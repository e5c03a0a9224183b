import { fingerprintOf } from '@crm/event-sourcing';
import { partyOf, ServiceContext, type CommandRequest, type PartyNamed, type RecordedFact } from '@crm/platform';
import { Injectable } from '@nestjs/common';
import { CurrencyGuard } from '../store-currency/currency-guard.js';
import { placeOrder, type PlaceOrderInput } from './order.decider.js';
import { orderAggregate } from './order.js';

const MADE = { created: true };

/** Where every order is recorded, one or a million: an append and nothing else, so that imports run at the speed of the log. */
@Injectable()
export class OrderBook {
  constructor(
    private readonly context: ServiceContext,
    private readonly currency: CurrencyGuard,
  ) {}

  async record(order: Omit<PlaceOrderInput, 'partyId'> & PartyNamed, command: CommandRequest): Promise<RecordedFact> {
    await this.currency.check(order.total.currency, '/total/currency');
    const placed = placeOrder({ ...order, partyId: partyOf(order, this.context.referenceKey) });
    return this.context.store.recordFact(orderAggregate, placed.data.orderId, placed, {
      ...command.options,
      key: placed.data.partyId,
      fingerprint: fingerprintOf(placed.data),
      result: MADE,
    });
  }
}
