import { readFileSync } from 'node:fs';
import { validatePublished } from '@crm/contracts';
import { fold, type Aggregate, type DomainEvent, type RecordedEvent } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { campaignAggregate } from './campaign/campaign.js';
import { marketingService } from './marketing-service.js';
import { memberAggregate } from './member/member.js';
import { responseAggregate } from './response/response.js';
import { treatmentAggregate } from './treatment/treatment.js';
import { waveAggregate, waveChunkAggregate } from './wave/wave.js';

/** Every stored version of every event, as it was stored; lines are added, never changed. */
const golden = JSON.parse(
  readFileSync(new URL('../test/golden/stored-events.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly (DomainEvent & { readonly schemaVersion: number })[]>>;

const stateOf = <State, Event extends DomainEvent>(aggregate: Aggregate<State, Event>): State =>
  fold(aggregate, (golden[aggregate.category] ?? []) as unknown as readonly Event[]);

describe('stored events', () => {
  it('still give the states of campaign, wave and chunk', () => {
    expect(stateOf(campaignAggregate)).toMatchObject({
      status: 'closed',
      plan: { name: 'Spring tea', offer: { code: 'TEA' } },
      waves: [expect.any(String)],
    });
    expect(stateOf(waveAggregate)).toMatchObject({ status: 'complete', loaded: { accepted: 1, arms: { spring: 1 } } });
    expect(stateOf(waveChunkAggregate)).toMatchObject({
      chunk: { origin: 'elsewhere', accepted: [{ responses: [{ kind: 'visit' }, { kind: 'order' }] }] },
    });
  });

  it('still give the states of treatment, response and member', () => {
    expect(stateOf(treatmentAggregate)).toMatchObject({
      status: 'presented',
      assigned: { assignTo: 'sales', offerCode: 'TEA' },
    });
    expect(stateOf(responseAggregate)).toEqual({ received: true, recorded: 'matched' });
    expect(Object.values(stateOf(memberAggregate).responses)).toMatchObject([{ class: 'repeat', alone: 'conversion' }]);
  });

  it.each(
    Object.entries(golden).flatMap(([category, events]) =>
      events.map((event) => ({ category, event, type: event.type })),
    ),
  )('$type is published as its contract says, without personal values', ({ category, event }) => {
    const published = marketingService.publish({ ...event, category } as unknown as RecordedEvent);
    if (published === undefined) return;
    validatePublished(published.type, published.data);
    expect(JSON.stringify(published)).not.toMatch(/김민지|called|A tea/);
  });

  it('of other categories stay here', () => {
    expect(
      marketingService.publish({ category: 'other', type: 'Other', data: {} } as unknown as RecordedEvent),
    ).toBeUndefined();
  });
});
