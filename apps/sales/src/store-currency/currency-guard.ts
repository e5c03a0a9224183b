import { Rejected } from '@crm/event-sourcing';
import { ServiceContext } from '@crm/platform';
import { Injectable } from '@nestjs/common';
import { settleCurrency } from './store-currency.decider.js';
import { STORE_CURRENCY_ID, storeCurrencyAggregate } from './store-currency.js';

/** Keeps all amounts in one currency: that of the first one recorded. Once settled it never changes, so it is read once a process. */
@Injectable()
export class CurrencyGuard {
  private settled: string | undefined;
  private asked: Promise<string> | undefined;

  constructor(private readonly context: ServiceContext) {}

  /** Refuses an amount in another currency; `pointer` names the field. */
  async check(currency: string, pointer: string): Promise<void> {
    this.settled ??= await this.settle(currency);
    if (this.settled === currency) return;
    throw new Rejected('currency-differs', 'All amounts of a store are in one currency; nothing is converted', {
      errors: [{ pointer, code: 'not-allowed', detail: 'The currency of the store' }],
      extensions: { currency: this.settled },
    });
  }

  /** A whole chunk of an import asks at once: one command answers all. */
  private async settle(currency: string): Promise<string> {
    this.asked ??= this.carryOut(currency);
    try {
      return await this.asked;
    } finally {
      this.asked = undefined;
    }
  }

  private async carryOut(currency: string): Promise<string> {
    const { store } = this.context;
    await store.transact(storeCurrencyAggregate, STORE_CURRENCY_ID, settleCurrency(currency));
    const { state } = await store.read(storeCurrencyAggregate, STORE_CURRENCY_ID);
    return state.currency ?? currency;
  }
}
