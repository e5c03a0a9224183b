import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.
export type StoreCurrencySettled = DomainEvent<'StoreCurrencySettled', { readonly currency: string }>;

export type StoreCurrencyEvent = StoreCurrencySettled;
