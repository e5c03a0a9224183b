import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { settleCurrency } from './store-currency.decider.js';
import { storeCurrencyAggregate } from './store-currency.js';

const given = deciderSpec(storeCurrencyAggregate);
const inWon = { type: 'StoreCurrencySettled', data: { currency: 'KRW' } } as const;

describe('settle the currency of the store', () => {
  it('takes the currency of the first amount', () => {
    given().when(settleCurrency('KRW')).emits(inWon);
  });

  it('stays settled, whatever comes after', () => {
    given(inWon).when(settleCurrency('KRW')).emitsNothing();
    given(inWon).when(settleCurrency('USD')).emitsNothing();
  });
});
