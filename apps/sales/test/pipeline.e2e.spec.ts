import { startTestServices, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { salesService } from '../src/sales-service.js';

let sales: TestServices;

beforeAll(async () => {
  sales = await startTestServices([salesService]);
});
afterAll(() => sales.stop());

const as = 'sales';
const open = async (more: object = {}): Promise<string> => {
  const { status, body } = await sales.send(as, 'POST', '/v1/leads', {
    partyRef: 'shop:9',
    source: 'web-form',
    interest: 'Wants two of them',
    ...more,
  });
  expect(status).toBe(201);
  return body.id as string;
};

describe('a lead', () => {
  it('becomes an opportunity once it is qualified', async () => {
    const leadId = await open();
    const early = await sales.send(as, 'POST', `/v1/leads/${leadId}/convert`);
    expect([early.status, early.body.code, early.body.allowed]).toEqual([
      409,
      'transition-not-allowed',
      ['working', 'qualified', 'disqualified'],
    ]);
    expect((await sales.send(as, 'POST', `/v1/leads/${leadId}/work`, {})).status).toBe(200);
    expect((await sales.send(as, 'POST', `/v1/leads/${leadId}/qualify`)).status).toBe(200);
    const converted = await sales.send(as, 'POST', `/v1/leads/${leadId}/convert`);
    expect(converted.status).toBe(200);
    const again = await sales.send(as, 'POST', `/v1/leads/${leadId}/convert`);
    expect(again.body.opportunityId).toBe(converted.body.opportunityId);
    await sales.settled();
    const opportunity = await sales.send(as, 'GET', `/v1/opportunities/${converted.body.opportunityId as string}`);
    expect(opportunity.body).toMatchObject({
      leadId,
      stage: 'qualification',
      probability: 10,
      name: 'Wants two of them',
      ownerId: 'user:test-sales',
    });
    const lead = await sales.send(as, 'GET', `/v1/leads/${leadId}`);
    expect(lead.body).toMatchObject({
      status: 'converted',
      interest: 'Wants two of them',
      opportunityId: converted.body.opportunityId,
    });
  });

  it('says what its opportunity is called and worth, or leaves it a neutral name', async () => {
    const convert = async (body?: object): Promise<{ readonly leadId: string; readonly opportunity: object }> => {
      const leadId = await open({ interest: undefined });
      await sales.send(as, 'POST', `/v1/leads/${leadId}/qualify`);
      const { status, body: answer } = await sales.send(as, 'POST', `/v1/leads/${leadId}/convert`, body);
      expect(status).toBe(200);
      await sales.settled();
      const path = `/v1/opportunities/${answer.opportunityId as string}`;
      return { leadId, opportunity: (await sales.send(as, 'GET', path)).body };
    };
    const terms = {
      name: 'Two for Jane Roe',
      amount: { amountMinor: 500, currency: 'KRW' },
      expectedCloseAt: '2030-01-01T00:00:00.000Z',
    };
    expect((await convert(terms)).opportunity).toMatchObject(terms);
    const { leadId, opportunity } = await convert();
    expect(opportunity).toMatchObject({ name: `Lead ${leadId.slice(0, 8)}` });
    expect(await sales.send(as, 'POST', `/v1/leads/${leadId}/convert`, { name: '' })).toMatchObject({ status: 400 });
  });

  it('is changed with the version that was read', async () => {
    const path = `/v1/leads/${await open()}`;
    await sales.send(as, 'POST', `${path}/work`, {});
    await sales.settled();
    const read = await sales.send(as, 'GET', path);
    expect([read.body.version, read.headers.get('etag')]).toEqual([2, '"2"']);
    const match = { 'if-match': read.headers.get('etag') ?? '' };
    expect((await sales.send(as, 'POST', `${path}/qualify`, undefined, match)).status).toBe(200);
    expect((await sales.send(as, 'POST', `${path}/disqualify`, {}, match)).status).toBe(412);
  });

  it('gets its opportunity although the process ended in between', async () => {
    const leadId = await open();
    await sales.send(as, 'POST', `/v1/leads/${leadId}/qualify`);
    const { store } = sales.service('sales').context;
    const { convertLead, opportunityOf } = await import('../src/lead/lead.decider.js');
    const { leadAggregate } = await import('../src/lead/lead.js');
    await store.transact(leadAggregate, leadId, convertLead('2026-03-02T01:00:00.000Z'));
    await sales.settled();
    expect((await sales.send(as, 'GET', `/v1/opportunities/${opportunityOf(leadId)}`)).status).toBe(200);
  });

  it('is disqualified with or without a reason', async () => {
    const leadId = await open();
    const { body } = await sales.send(as, 'POST', `/v1/leads/${leadId}/disqualify`, { reason: 'He moved away' });
    const lead = await sales.send(as, 'GET', `/v1/leads/${leadId}`, undefined, { 'read-after': body.readAfter });
    expect(lead.body).toMatchObject({ status: 'disqualified', reason: 'other', note: 'He moved away' });
    expect((await sales.send(as, 'POST', `/v1/leads/${await open()}/disqualify`)).status).toBe(200);
    expect((await sales.send(as, 'POST', `/v1/leads/${leadId}/qualify`)).status).toBe(409);
    const list = await sales.send(as, 'GET', '/v1/leads?filter=status[eq]:disqualified&count=true');
    expect(list.body.items.length).toBe(list.body.total);
  });

  it('keeps what is written about a person sealed', async () => {
    const leadId = await open({ interest: 'Only for Jane Roe' });
    await sales.settled();
    const { pool } = sales.service('sales').context;
    const { rows } = await pool.query(
      `SELECT 1 FROM es.event WHERE data::text LIKE '%Jane%' UNION ALL SELECT 1 FROM rm.lead WHERE interest LIKE '%Jane%'
       UNION ALL SELECT 1 FROM rm.opportunity WHERE name LIKE '%Jane%'`,
    );
    expect(rows).toEqual([]);
    expect((await sales.send(as, 'GET', `/v1/leads/${leadId}`)).body.interest).toBe('Only for Jane Roe');
  });
});

describe('an opportunity', () => {
  it('goes through the pipeline step by step', async () => {
    const made = await sales.send(as, 'POST', '/v1/opportunities', {
      partyRef: 'shop:9',
      name: 'Renewal',
      amount: { amountMinor: 900_000, currency: 'KRW' },
      expectedCloseAt: '2030-01-01T00:00:00Z',
    });
    expect(made.status).toBe(201);
    const path = `/v1/opportunities/${made.body.id as string}`;
    const jump = await sales.send(as, 'POST', `${path}/stage`, { stage: 'negotiation' });
    expect([jump.status, jump.body.code, jump.body.allowed]).toEqual([
      409,
      'stage-not-allowed',
      ['needs-analysis', 'lost'],
    ]);
    expect((await sales.send(as, 'POST', `${path}/stage`, { stage: 'needs-analysis' })).status).toBe(200);
    const stale = await sales.send(as, 'POST', `${path}/stage`, { stage: 'proposal' }, { 'if-match': '"1"' });
    expect(stale.status).toBe(412);
    await sales.settled();
    const read = await sales.send(as, 'GET', path);
    expect([read.body.version, read.headers.get('etag')]).toEqual([2, '"2"']);
    const lost = await sales.send(as, 'POST', `${path}/stage`, { stage: 'lost', reason: 'Too dear for Mr Roe' });
    const found = await sales.send(as, 'GET', path, undefined, { 'read-after': lost.body.readAfter });
    expect(found.body).toMatchObject({
      stage: 'lost',
      probability: 0,
      reason: 'Too dear for Mr Roe',
      amount: { amountMinor: 900_000, currency: 'KRW' },
    });
    expect((await sales.send(as, 'POST', `${path}/stage`, { stage: 'qualification' })).status).toBe(200);
    expect((await sales.send(as, 'GET', '/v1/opportunities/none')).status).toBe(404);
  });
});
