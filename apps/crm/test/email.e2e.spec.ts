import { createServer, type AddressInfo } from 'node:net';
import { newId } from '@crm/event-sourcing';
import {
  aDeliveryReport,
  handMail,
  startSmtpServer,
  startTestServices,
  until,
  type AcceptedMail,
  type TestServices,
  type TestSmtpServer,
} from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { definitions } from '../src/embedded/embedded-stack.js';

const PURPOSE = 'marketing';
let server: TestSmtpServer;
let services: TestServices;
let reportPort: number;

beforeAll(async () => {
  server = await startSmtpServer();
  reportPort = await freePort();
  const marketing = {
    CRM_SMTP_URL: `smtp://127.0.0.1:${String(server.port)}`,
    CRM_SMTP_PER_DOMAIN_PER_SECOND: 1_000,
    CRM_MAIL_FROM: 'The Shop <offers@shop.example>',
    CRM_PUBLIC_URL: 'https://crm.shop.example',
    CRM_BOUNCE_DOMAIN: 'bounces.shop.example',
    CRM_BOUNCE_PORT: reportPort,
    CRM_MAIL_LINK_KEY: 'a key for these specs only',
  };
  services = await startTestServices(definitions, { settings: { marketing } });
});
afterAll(async () => {
  await services.stop();
  await server.stop();
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

type Role = Parameters<TestServices['send']>[0];

const ask = async <Body>(role: Role, path: string): Promise<Body> =>
  (await services.send(role, 'GET', path)).body as Body;

async function tell(role: Role, path: string, body: object = {}): Promise<Readonly<Record<string, unknown>>> {
  const answer = await services.send(role, 'POST', path, body);
  expect([200, 201, 202]).toContain(answer.status);
  return answer.body as Readonly<Record<string, unknown>>;
}

/** Somebody who has bought on so many days; a campaign finds them by that. */
async function customer(days: number, email: string, agrees = true): Promise<string> {
  const partyId = newId();
  const consents = agrees ? [{ purpose: PURPOSE, channel: 'email', state: 'granted' }] : [];
  const contactPoints = [{ kind: 'email', value: email }];
  await tell('integration', '/v1/parties', {
    ...{ partyId, kind: 'person', name: { full: 'Kim Minji' }, contactPoints, consents },
  });
  for (let day = 1; day <= days; day++)
    await tell('integration', '/v1/orders', {
      ...{ orderRef: newId(), partyId, orderedAt: `2026-01-0${String(day)}T10:00:00Z` },
      total: { amountMinor: 1_000, currency: 'USD' },
    });
  return partyId;
}

/** A campaign by e-mail to everybody who has bought on so many days, without a control group; answers with its wave. */
async function campaignTo(days: number): Promise<string> {
  const [campaignId, segmentId, targetListId] = [newId(), newId(), newId()];
  const money = { amountMinor: 100, currency: 'USD' };
  await tell('marketer', '/v1/campaigns', {
    ...{ campaignId, name: 'Ten per cent off', objective: 'develop', purpose: PURPOSE, channel: 'email' },
    offer: { code: 'TEN', text: 'Ten per cent off' },
    period: { from: '2026-01-01T00:00:00Z', to: '2126-01-01T00:00:00Z' },
    ...{ budget: money, costPerContact: money, control: { waivedBy: 'Ann Lee' } },
    response: { windowDays: 30, conversion: 'order' },
  });
  await tell('marketer', `/v1/campaigns/${campaignId}/approve`);
  const where = { feature: 'occasions', eq: days };
  await tell('marketer', '/v1/segments', { segmentId, name: 'Bought so often', where });
  await services.settled();
  await tell('marketer', '/v1/target-lists', { targetListId, campaignId, segmentId });
  const { loopId } = await until(async () => {
    const list = await ask<{ loopId: string; status: string }>('marketer', `/v1/target-lists/${targetListId}`);
    return list.status === 'acknowledged' ? list : undefined;
  });
  return loopId;
}

const mailTo = (email: string): Promise<AcceptedMail> =>
  until(() => server.accepted.find(({ envelopeTo }) => envelopeTo.includes(email)));

const stateOf = async (partyId: string): Promise<string | undefined> => {
  const path = `/v1/treatments?filter=partyId[eq]:${partyId}`;
  return (await ask<{ items: { state: string }[] }>('marketer', path)).items[0]?.state;
};

describe('a campaign by e-mail', () => {
  it('reaches those who agreed to it, and nobody else', async () => {
    const agreed = await customer(1, 'kim@one.example');
    const silent = await customer(1, 'choi@one.example', false);
    await campaignTo(1);
    const { raw } = await mailTo('kim@one.example');
    expect(raw).toContain('Ten per cent off');
    await until(async () => (await stateOf(agreed)) === 'presented' && (await stateOf(silent)) === 'skipped');
    expect(server.accepted).toHaveLength(1);
  });

  it('reaches nobody again who unsubscribes by its link', async () => {
    const partyId = await customer(2, 'lee@two.example');
    await campaignTo(2);
    const { raw } = await mailTo('lee@two.example');
    const [, path = ''] = /^List-Unsubscribe: <https:\/\/crm\.shop\.example(\S+)>/m.exec(raw) ?? [];
    await until(async () => (await stateOf(partyId)) === 'presented');
    const oneClick = { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) };
    expect((await fetch(new URL(path, services.url), oneClick)).status).toBe(200);
    const denied = await until(async () => {
      const { items } = await ask<{ items: { state: string }[] }>('admin', `/v1/parties/${partyId}/consents`);
      return items.find(({ state }) => state === 'denied');
    });
    expect(denied).toMatchObject({ purpose: PURPOSE, channel: 'email' });
    const asked = { partyId, channel: 'email', purpose: PURPOSE };
    expect(await tell('admin', '/v1/contact-permissions/check', asked)).toMatchObject({ allowed: false });
    await campaignTo(2);
    await services.settled();
    expect(server.accepted.filter(({ envelopeTo }) => envelopeTo.includes('lee@two.example'))).toHaveLength(1);
  });

  it('learns of a mailbox that is not there', async () => {
    const recipient = 'park@three.example';
    const partyId = await customer(3, recipient);
    const waveId = await campaignTo(3);
    const { envelopeFrom } = await mailTo(recipient);
    await until(async () => (await stateOf(partyId)) === 'presented');
    const raw = aDeliveryReport({ recipient, at: new Date().toUTCString() });
    expect(await handMail(reportPort, { to: envelopeFrom, raw })).toMatch(/^250 /);
    const heard = await until(async () => {
      const path = `/v1/responses?filter=waveId[eq]:${waveId}`;
      const { items } = await ask<{ items: { class: string | null }[] }>('marketer', path);
      return items[0]?.class === null ? undefined : items[0];
    });
    expect(heard).toMatchObject({ kind: 'bounced', class: 'negative', rule: 'treatment', partyId });
  });
});
