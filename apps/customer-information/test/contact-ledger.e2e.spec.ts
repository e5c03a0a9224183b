import {
  ContactMadeV1,
  MarketingResponseReceivedV1,
  ResponseRecordedV1,
  SalesTaskGivenUpV1,
  SalesTaskReachedV1,
  TreatmentPresentedV1,
  TreatmentSkippedV1,
  TreatmentUndeterminedV1,
  type Contract,
  type ContractData,
  type ServiceName,
} from '@crm/contracts';
import { deriveId, newId } from '@crm/event-sourcing';
import type { ListPage } from '@crm/platform';
import { startTestServices, until, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PermissionAnswer } from '../src/contact-permission/permission.query.js';
import { customerInformationService } from '../src/customer-information-service.js';
import type { TimelineEntry } from '../src/timeline/timeline.query.js';
import { neighbours, say } from './spec-kit/neighbours.js';

let services: TestServices;

beforeAll(async () => {
  services = await startTestServices([customerInformationService, ...neighbours]);
  const policy = { default: 'granted', caps: [{ channel: 'any', max: 1, windowDays: 30 }] };
  await services.send('admin', 'PUT', '/v1/contact-policies/winback', policy);
});
afterAll(() => services.stop());

const AT = '2026-03-01T10:00:00.000Z';
const SOON = '2026-03-05T10:00:00.000Z';

/** A member of a wave and how they are treated. */
function aTreatment(channel: 'email' | 'call' | 'recorder' = 'recorder') {
  const partyId = newId();
  const campaignId = deriveId('campaign', partyId);
  const waveId = deriveId('wave', partyId);
  const treatmentId = deriveId('treatment', campaignId, waveId, partyId);
  return { treatmentId, campaignId, waveId, partyId, arm: 'offer', channel, purpose: 'winback', at: AT };
}

async function happened<C extends Contract>(from: ServiceName, contract: C, data: ContractData<C>): Promise<void> {
  await say(services.service(from).context, contract, data);
  await services.settled();
}

type Reserved = Pick<PermissionAnswer, 'reasons' | 'retryAt'> & { readonly outcome: string };

async function reserve(item: { partyId: string; reservationKey: string; treatmentId?: string }): Promise<Reserved> {
  const items = [{ channel: 'recorder', purpose: 'winback', at: AT, ...item }];
  const { body } = await services.send('service', 'POST', '/v1/contact-permissions/reserve/batch', { items });
  return body.outcomes[0] as Reserved;
}

const check = async (partyId: string, at: string, more: object = {}): Promise<PermissionAnswer> => {
  const body = { partyId, channel: 'recorder', purpose: 'winback', at, ...more };
  return (await services.send('agent', 'POST', '/v1/contact-permissions/check', body)).body as PermissionAnswer;
};

describe('the contact ledger', () => {
  it('keeps a presented treatment as a contact at its business time, and counts it once', async () => {
    const treatment = aTreatment();
    const { partyId, treatmentId } = treatment;
    expect((await reserve({ partyId, reservationKey: treatmentId })).outcome).toBe('granted');
    await happened('marketing', TreatmentPresentedV1, treatment);
    await happened('marketing', TreatmentPresentedV1, treatment);
    const denied = await check(partyId, SOON);
    expect(denied.reasons[0]).toMatchObject({ rule: 'frequency-cap', outcome: 'denied' });
    // The contact and the policy decided; the reservation is settled.
    expect(denied.reasons[0]?.eventIds).toHaveLength(2);
    expect((await check(partyId, '2026-05-01T00:00:00Z')).allowed).toBe(true);
    expect((await check(partyId, '2026-02-01T00:00:00Z')).allowed).toBe(true);
  });

  it('frees the slot of a skipped treatment', async () => {
    const treatment = aTreatment();
    const { partyId, treatmentId } = treatment;
    await reserve({ partyId, reservationKey: treatmentId });
    expect((await check(partyId, '2027-01-01T00:00:00Z')).allowed).toBe(false);
    await happened('marketing', TreatmentSkippedV1, { ...treatment, reason: 'refused', reasons: [] });
    expect((await check(partyId, SOON)).allowed).toBe(true);
  });

  it('counts an undetermined treatment until it is known that nothing was sent', async () => {
    const treatment = aTreatment();
    await happened('marketing', TreatmentUndeterminedV1, treatment);
    expect((await check(treatment.partyId, SOON)).allowed).toBe(false);
    await happened('marketing', TreatmentSkippedV1, { ...treatment, reason: 'bounced', reasons: [] });
    expect((await check(treatment.partyId, SOON)).allowed).toBe(true);
  });

  it('settles the reservation of a task by what became of it', async () => {
    const [reached, missed] = [aTreatment('call'), aTreatment('call')];
    for (const { partyId, treatmentId } of [reached, missed])
      await reserve({ partyId, reservationKey: `task-of-${treatmentId}`, treatmentId });
    const task = { taskId: newId(), at: AT };
    await happened('sales', SalesTaskReachedV1, {
      ...task,
      treatmentId: reached.treatmentId,
      partyId: reached.partyId,
    });
    await happened('marketing', TreatmentPresentedV1, { ...reached, taskId: task.taskId });
    await happened('sales', SalesTaskGivenUpV1, {
      ...task,
      treatmentId: missed.treatmentId,
      partyId: missed.partyId,
      reason: 'no-answer',
    });
    const [full] = (await check(reached.partyId, SOON)).reasons;
    expect([full?.rule, full?.outcome, full?.eventIds.length]).toEqual(['frequency-cap', 'denied', 2]);
    expect((await check(reached.partyId, '2026-05-01T00:00:00Z')).allowed).toBe(true);
    expect((await check(missed.partyId, SOON)).allowed).toBe(true);
  });

  it('counts contacts that service started, not those that the customer started', async () => {
    const contact = { interactionId: newId(), partyId: newId(), channel: 'call', at: AT } as const;
    await happened('service', ContactMadeV1, { ...contact, direction: 'inbound' });
    expect((await check(contact.partyId, SOON)).allowed).toBe(true);
    await happened('service', ContactMadeV1, { ...contact, interactionId: newId(), direction: 'outbound' });
    expect((await check(contact.partyId, SOON)).allowed).toBe(false);
  });

  it('withdraws the consent of those who unsubscribe or complain', async () => {
    const treatment = aTreatment('recorder');
    const { partyId, campaignId, waveId } = treatment;
    await happened('marketing', TreatmentPresentedV1, treatment);
    const response = { responseId: newId(), partyId, at: SOON, matched: true } as const;
    await happened('marketing', ResponseRecordedV1, { ...response, kind: 'clicked', campaignId, waveId });
    await happened('marketing', ResponseRecordedV1, { ...response, kind: 'unsubscribed', campaignId, waveId });
    const consents = async (query = ''): Promise<unknown> =>
      (await services.send('agent', 'GET', `/v1/parties/${partyId}/consents${query}`)).body.items;
    const withdrawn = {
      purpose: 'winback',
      channel: 'recorder',
      state: 'denied',
      source: 'response:unsubscribed',
      occurredAt: SOON,
    };
    expect(await consents()).toMatchObject([withdrawn]);
    expect(await consents('?asOf=2026-03-02T00:00:00Z')).toEqual([]);
    await happened('marketing', ResponseRecordedV1, { ...response, kind: 'complained', matched: false });
    expect(await consents()).toMatchObject([withdrawn, { purpose: 'any', channel: 'any', state: 'denied' }]);
  });

  it('withdraws it as soon as somebody is heard, before the response is matched', async () => {
    const treatment = aTreatment('recorder');
    const { partyId, treatmentId } = treatment;
    await happened('marketing', TreatmentPresentedV1, treatment);
    const from = { channel: 'email', source: 'email' };
    const response = { responseId: newId(), partyId, kind: 'unsubscribed', at: SOON, ...from } as const;
    await happened('marketing', MarketingResponseReceivedV1, response);
    const consents = async (): Promise<unknown> =>
      (await services.send('agent', 'GET', `/v1/parties/${partyId}/consents`)).body.items;
    expect(await consents()).toEqual([]);
    await happened('marketing', MarketingResponseReceivedV1, { ...response, treatmentId });
    expect(await consents()).toMatchObject([{ purpose: 'winback', channel: 'recorder', state: 'denied' }]);
  });

  it('makes everything wait that concerns a party of whom something could not be kept', async () => {
    const { context } = services.service('customer-information');
    const { partyId } = aTreatment();
    const park = `INSERT INTO bus.parked_key (consumer, source, key) VALUES ('keep-contact-ledger', 'marketing', $1)`;
    await context.pool.query(park, [partyId]);
    expect(await reserve({ partyId, reservationKey: 'waits' })).toMatchObject({
      outcome: 'not-now',
      retryAt: expect.any(String),
      reasons: [{ rule: 'incomplete' }, {}, {}, {}, {}, {}, {}],
    });
    await context.pool.query('DELETE FROM bus.parked_key WHERE key = $1', [partyId]);
    expect((await reserve({ partyId, reservationKey: 'waits' })).outcome).toBe('granted');
  });

  it('permits nothing while nobody keeps it, and goes on by itself', async () => {
    const { runner } = services.service('customer-information');
    const { partyId } = aTreatment();
    const reservation = { partyId, reservationKey: 'while-nobody-keeps-it' };
    const outcome = async (): Promise<string> => (await reserve(reservation)).outcome;
    await runner.stop();
    await until(async () => (await outcome()) === 'not-now');
    const { retryAt, reasons } = await reserve(reservation);
    expect(Date.parse(retryAt ?? '')).toBeGreaterThan(Date.now());
    expect(reasons[0]).toMatchObject({ rule: 'incomplete', outcome: 'not-now' });
    await runner.start();
    await until(async () => (await outcome()) === 'granted');
  });
});

describe('the timeline', () => {
  it('tells what happened in all services, newest first, page by page, and nothing personal', async () => {
    const party = {
      kind: 'person',
      name: { full: '정하늘' },
      consents: [{ purpose: 'winback', channel: 'any', state: 'granted' }],
    };
    const { body } = await services.send('integration', 'POST', '/v1/parties', {
      ...party,
      partyRef: 'shop:timeline',
      occurredAt: '2026-01-01T00:00:00Z',
    });
    const partyId: string = body.id;
    await happened('marketing', TreatmentPresentedV1, { ...aTreatment(), partyId });
    await happened('service', ContactMadeV1, {
      interactionId: newId(),
      partyId,
      channel: 'call',
      direction: 'inbound',
      at: SOON,
    });
    const page = async (query: string): Promise<ListPage<TimelineEntry>> =>
      (await services.send('agent', 'GET', `/v1/parties/${partyId}/timeline?${query}`)).body as ListPage<TimelineEntry>;
    const all = await page('');
    expect(all.items.map(({ service, kind, at }) => [service, kind, at])).toEqual([
      ['service', 'contact-made', SOON],
      ['marketing', 'treatment-presented', AT],
      ['customer-information', expect.any(String), '2026-01-01T00:00:00.000Z'],
      ['customer-information', expect.any(String), '2026-01-01T00:00:00.000Z'],
    ]);
    expect(JSON.stringify(all)).not.toContain('하늘');
    const first = await page('limit=3');
    const rest = await page(`limit=3&after=${first.next ?? ''}`);
    expect([...first.items, ...rest.items]).toEqual(all.items);
    expect((await page('filter=service[eq]:marketing')).items).toHaveLength(1);
  });
});

describe('read models', () => {
  it.each(['party-directory', 'timeline'])(
    '%s is the same after a rebuild, also when somebody was erased',
    async (projection) => {
      const ids = await Promise.all(
        [1, 2].map(async (n) => {
          const party = {
            kind: 'person',
            name: { full: `Person ${String(n)}` },
            partyRef: `${projection}:${String(n)}`,
          };
          return (await services.send('integration', 'POST', '/v1/parties', party)).body.id as string;
        }),
      );
      await services.send('admin', 'POST', `/v1/parties/${ids[0]!}/erase`);
      await services.settled();
      const rebuilt = await services.send(
        'admin',
        'POST',
        `/v1/projections/customer-information/${projection}/rebuild`,
        {},
      );
      expect(rebuilt.body).toMatchObject({ switched: true, difference: null });
    },
  );
});
