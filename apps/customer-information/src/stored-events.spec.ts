import { readFileSync } from 'node:fs';
import { validatePublished } from '@crm/contracts';
import { fold, type Aggregate, type DomainEvent, type RecordedEvent } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { contactLedgerAggregate } from './contact-ledger/contact-ledger.js';
import { contactPolicyAggregate } from './contact-policy/contact-policy.js';
import { customerInformationService } from './customer-information-service.js';
import { erasureAggregate } from './erasure/erasure.js';
import { partyAggregate } from './party/party.js';

/** Every stored version of every event, as it was stored; lines are added, never changed. */
const golden = JSON.parse(
  readFileSync(new URL('../test/golden/stored-events.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly (DomainEvent & { readonly schemaVersion: number })[]>>;

const stateOf = <State, Event extends DomainEvent>(aggregate: Aggregate<State, Event>): State =>
  fold(aggregate, (golden[aggregate.category] ?? []) as unknown as readonly Event[]);

describe('stored events', () => {
  it('of a party still give its state', () => {
    expect(stateOf(partyAggregate)).toMatchObject({
      status: 'registered',
      name: { full: '이민지' },
      contactPoints: [{ kind: 'phone', value: '010-1234-5678' }],
      timeZone: 'Europe/Paris',
      locale: null,
      birthDate: '1990-03-01',
      partyRef: 'shop:1001',
    });
  });

  it('of a contact ledger still give its state', () => {
    expect(stateOf(contactLedgerAggregate)).toMatchObject({
      version: 5,
      consents: [
        { purpose: 'winback', channel: 'any', state: 'granted', version: 1 },
        { purpose: 'any', channel: 'call', state: 'denied', version: 2 },
      ],
      reservations: [],
      contacts: [{ key: '22222222-2222-8222-8222-222222222222', certainty: 'certain', version: 5 }],
    });
  });

  it('of a policy and of an erasure still give their states', () => {
    expect(stateOf(contactPolicyAggregate)).toMatchObject({ policyVersion: 1, default: 'denied' });
    expect(stateOf(erasureAggregate)).toMatchObject({ status: 'done', reports: [{ service: 'sales' }] });
  });

  it.each(
    Object.entries(golden).flatMap(([category, events]) =>
      events.map((event) => ({ category, event, type: event.type })),
    ),
  )('$type is published as its contract says, without personal values', ({ category, event }) => {
    const key = '44444444-4444-8444-8444-444444444444';
    const published = customerInformationService.publish({
      ...event,
      category,
      key,
      streamId: key,
    } as unknown as RecordedEvent);
    if (published === undefined) return;
    validatePublished(published.type, published.data);
    expect(JSON.stringify(published)).not.toMatch(/민지|example|010-|1990|shop:/);
  });
});
