import { readFile } from 'node:fs/promises';
import type { PublicEvent } from '@crm/contracts';
import { newId, type Aggregate, type DomainEvent, type RecordedEvent } from '@crm/event-sourcing';
import { defineService } from '@crm/platform';
import { startTestServices, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceService } from '../src/service-service.js';

const said: Aggregate<object, DomainEvent> = { category: 'said', initial: {}, evolve: (state) => state };
const neighbour = defineService({
  name: 'customer-information',
  modules: [],
  migrations: [],
  publish: (event: RecordedEvent) =>
    event.type.startsWith('crm.') ? ({ type: event.type, data: event.data } as unknown as PublicEvent) : undefined,
  projections: () => [],
  reactors: () => [],
});

let services: TestServices;
beforeAll(async () => {
  services = await startTestServices([neighbour, serviceService]);
});
afterAll(() => services.stop());

const take = (source: string, events: readonly object[]) =>
  services.send('integration', 'POST', '/v1/contact-events/batch', { source, events });
const step = (contactId: string, sequence: number, kind: string, more: object = {}): object => ({
  vendorEventId: `${contactId}-${String(sequence)}`,
  contactId,
  sequence,
  kind,
  at: `1997-06-01T09:00:${String(sequence).padStart(2, '0')}Z`,
  channel: 'call',
  direction: 'outbound',
  ...more,
});
const statuses = (answer: { body: { outcomes: { status: string }[] } }): string[] =>
  answer.body.outcomes.map(({ status }) => status);
async function interaction(source: string, contactId: string): Promise<Record<string, unknown>> {
  await services.settled();
  return (await services.send('agent', 'GET', `/v1/interactions/${source}/${contactId}`)).body as Record<
    string,
    unknown
  >;
}
async function published(interactionId: string): Promise<readonly { type: string; key: string; data: unknown }[]> {
  const { log } = services.service('service').context.store;
  const events = await log.readLanes(
    Array.from({ length: log.lanes }, () => 0n),
    1000,
  );
  return events
    .filter((event) => event.streamId === interactionId)
    .flatMap((event) => {
      const said = serviceService.publish(event);
      return said === undefined ? [] : [{ type: said.type, key: event.key, data: said.data }];
    });
}

describe('contact events', () => {
  it('fold into one interaction, whatever the order of arrival', async () => {
    const call = { direction: 'inbound' };
    const answer = await take('pbx', [
      step('c-1', 3, 'ended', { ...call, disposition: 'SOLVED' }),
      step('c-1', 1, 'queued', { ...call, from: '02-555-0101', queue: 'billing' }),
      step('c-1', 2, 'answered', { ...call, agentId: 'agent-17', partyRef: 'shop:4711', response: 'interested' }),
    ]);
    expect([answer.status, ...statuses(answer)]).toEqual([200, 'accepted', 'accepted', 'accepted']);
    const found = await interaction('pbx', 'c-1');
    expect(found).toMatchObject({
      status: 'ended',
      outcome: 'answered',
      startedAt: '1997-06-01T09:00:01.000Z',
      queue: 'billing',
      agentId: 'agent-17',
      disposition: 'SOLVED',
    });
    expect((found['events'] as { kind: string; from?: string }[]).map(({ kind, from }) => [kind, from])).toEqual([
      ['queued', '02-555-0101'],
      ['answered', undefined],
      ['ended', undefined],
    ]);
    const events = await published(found['interactionId'] as string);
    expect(events.map(({ type }) => type)).toEqual([
      'crm.service.contact-made.v1',
      'crm.service.interaction-ended.v1',
      'crm.service.response-received.v1',
    ]);
  });

  it('come as the sample shows', async () => {
    const sample = await readFile(new URL('../../../samples/contact-events.json', import.meta.url), 'utf8');
    const answer = await services.send('integration', 'POST', '/v1/contact-events/batch', JSON.parse(sample));
    expect(new Set(statuses(answer))).toEqual(new Set(['accepted']));
  });

  it('may come again and again; other content under the same id is a conflict, also for another contact', async () => {
    const first = step('d-1', 1, 'offered');
    expect(statuses(await take('pbx', [first, first])).sort()).toEqual(['accepted', 'duplicate']);
    expect(statuses(await take('pbx', [first]))).toEqual(['duplicate']);
    expect(statuses(await take('pbx', [{ ...first, agentId: 'kim' }]))).toEqual(['conflict']);
    expect(statuses(await take('pbx', [{ ...first, contactId: 'd-2' }]))).toEqual(['conflict']);
    expect(statuses(await take('other-pbx', [first]))).toEqual(['accepted']);
  });

  it('make a contact of ours as soon as it is answered, at the time it happened', async () => {
    await take('pbx', [step('e-1', 1, 'offered', { partyRef: 'cdnow:00004' }), step('e-1', 2, 'answered')]);
    const { interactionId, partyId } = await interaction('pbx', 'e-1');
    expect(await published(interactionId as string)).toEqual([
      {
        type: 'crm.service.contact-made.v1',
        key: partyId,
        data: { interactionId, partyId, channel: 'call', direction: 'outbound', at: '1997-06-01T09:00:02.000Z' },
      },
    ]);
    const page = await services.send('agent', 'GET', `/v1/interactions?filter=partyId[eq]:${partyId as string}`);
    expect(page.body.items).toHaveLength(1);
  });

  it('learn whose the contact is later, and are forgotten with the party', async () => {
    const number = '+82 2 5550 0188';
    await take('pbx', [step('f-1', 1, 'offered', { to: number })]);
    await take('pbx', [
      step('f-1', 2, 'answered', {
        partyRef: 'shop:forget',
        to: number,
        response: { kind: 'interested', note: 'is Mrs Roe' },
      }),
    ]);
    const before = await interaction('pbx', 'f-1');
    const { interactionId, partyId } = before;
    const events = await published(interactionId as string);
    expect(events.map(({ type, key }) => [type, key])).toEqual([
      ['crm.service.contact-made.v1', interactionId],
      ['crm.service.response-received.v1', interactionId],
    ]);
    expect((before['events'] as { to?: string }[]).map(({ to }) => to)).toEqual([number, number]);
    const { pool } = services.service('service').context;
    const { rows } = await pool.query(
      `SELECT 1 FROM es.event WHERE data::text ~ '5550 0188|Roe' UNION ALL SELECT 1 FROM rm.contact_event WHERE facts::text ~ '5550 0188|Roe'`,
    );
    expect(rows).toEqual([]);

    const erased = {
      type: 'crm.customer-information.party-erased.v1',
      data: { erasureId: newId(), partyId, linkedIds: [] },
    };
    await services
      .service('customer-information')
      .context.store.transact(said, newId(), () => [erased], { key: partyId as string });
    const after = await interaction('pbx', 'f-1');
    expect((after['events'] as { to?: string }[]).map(({ to }) => to)).toEqual([undefined, undefined]);
    const more = await take('pbx', [step('f-1', 3, 'ended'), step('f-2', 1, 'offered', { partyRef: 'shop:forget' })]);
    const refused = more.body.outcomes as { problem: { code: string } }[];
    expect(refused.map(({ problem }) => problem.code)).toEqual(['party-erased', 'party-erased']);

    await take('pbx', [step('f-3', 1, 'offered', { to: number })]);
    expect(await interaction('pbx', 'f-3')).toMatchObject({ status: 'offered' });
  });

  it('are refused one by one, or as a whole where it is no batch', async () => {
    const answer = await take('pbx', [
      step('g-1', 1, 'dialled'),
      step('g-1', 2, 'answered', { partyRef: 'nobody' }),
      step('g-1', 3, 'ended'),
    ]);
    expect(statuses(answer)).toEqual(['rejected', 'rejected', 'accepted']);
    expect(
      (await services.send('integration', 'POST', '/v1/contact-events/batch', { events: [] })).body.errors,
    ).toMatchObject([{ pointer: '/source', code: 'required' }]);
    expect((await services.send('integration', 'POST', '/v1/contact-events/batch', { source: 'pbx' })).status).toBe(
      400,
    );
    expect((await services.send('agent', 'GET', '/v1/interactions/pbx/none')).status).toBe(404);
  });
});
