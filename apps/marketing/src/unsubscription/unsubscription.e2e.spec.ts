import { newId } from '@crm/event-sourcing';
import { startTestServices, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TreatmentMarks } from '../mail/treatment-marks.js';
import { marketingService } from '../marketing-service.js';
import { recordMailResponse } from '../response/mail-response.js';
import { neighbour } from '../spec-kit/neighbours.js';
import { assignedTreatments } from '../spec-kit/treatments.js';

const KEY = 'a key for these specs only';
const marks = new TreatmentMarks(KEY);
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
let services: TestServices;

beforeAll(async () => {
  services = await startTestServices(
    [
      neighbour('customer-information'),
      marketingService,
      neighbour('analytics'),
      neighbour('sales'),
      neighbour('service'),
    ],
    { settings: { marketing: { CRM_MAIL_LINK_KEY: KEY } } },
  );
});
afterAll(() => services.stop());

async function aTreatment(): Promise<{
  readonly treatmentId: string;
  readonly partyId: string;
  readonly link: string;
}> {
  const { round } = await assignedTreatments(services.service('marketing').context, 1, { channel: 'email' });
  const { treatmentId, partyId } = round[0]!.assigned;
  return { treatmentId, partyId, link: `/v1/unsubscriptions/${marks.of('unsubscribe', treatmentId)}` };
}

const ask = (link: string): Promise<Response> => fetch(`${services.url}${link}`);
const confirm = (link: string, body = 'List-Unsubscribe=One-Click', headers = FORM): Promise<Response> =>
  fetch(`${services.url}${link}`, { method: 'POST', body, headers });

async function responsesOf(partyId: string): Promise<readonly unknown[]> {
  await services.settled();
  const { body } = await services.send('marketer', 'GET', `/v1/responses?filter=partyId[eq]:${partyId}`);
  return (body.items as { kind: string; responseRef: string; channel: string; source: string }[]).map(
    ({ kind, responseRef, channel, source }) => ({ kind, responseRef, channel, source }),
  );
}

describe('the unsubscribe link of a message', () => {
  it('leads to a page that asks, which anybody may follow without changing anything', async () => {
    const { link, partyId } = await aTreatment();
    const answer = await ask(link);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('<form method="post">');
    expect(await responsesOf(partyId)).toEqual([]);
  });

  it('takes the answer of a person and of a mailbox provider, once a minute', async () => {
    const { link, partyId, treatmentId } = await aTreatment();
    const multipart = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n';
    const answers = [
      await confirm(link),
      await confirm(link, ''),
      await confirm(link, multipart, { 'content-type': 'multipart/form-data; boundary=b' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await answers[0]!.text()).toContain('You are unsubscribed');
    const responses = await responsesOf(partyId);
    expect(responses.length).toBeLessThan(answers.length);
    const responseRef = expect.stringContaining(`${treatmentId}/unsubscribed/`);
    expect(responses[0]).toEqual({ kind: 'unsubscribed', responseRef, channel: 'email', source: 'email' });
  });

  it('is heard again from somebody who may have agreed in between', async () => {
    const { partyId, treatmentId } = await aTreatment();
    const { context } = services.service('marketing');
    for (const at of ['2026-03-02T09:00:10.000Z', '2026-03-02T09:00:50.000Z', '2026-03-02T09:07:00.000Z'])
      await recordMailResponse(context, treatmentId, 'unsubscribed', at);
    expect(await responsesOf(partyId)).toHaveLength(2);
  });

  it('is answered for nobody whose link it is not', async () => {
    const { link, partyId } = await aTreatment();
    const wrong = `${link.slice(0, -1)}${link.endsWith('0') ? '1' : '0'}`;
    expect([(await ask(wrong)).status, (await confirm(wrong)).status]).toEqual([404, 404]);
    expect(await responsesOf(partyId)).toEqual([]);
  });

  it('gets the same answer when the person was erased', async () => {
    const { link, partyId } = await aTreatment();
    await services.service('marketing').context.store.log.bury(partyId);
    const answer = await confirm(link);
    expect([answer.status, (await answer.text()).includes('You are unsubscribed')]).toEqual([200, true]);
  });

  it('cannot be tried without end', async () => {
    const { link } = await aTreatment();
    const statuses = new Set<number>();
    for (let time = 0; time < 62; time++) statuses.add((await confirm(link)).status);
    expect(statuses).toEqual(new Set([200, 429]));
    const guesses = await Promise.all(
      Array.from({ length: 650 }, () => ask(`/v1/unsubscriptions/${newId().replaceAll('-', '')}.${'0'.repeat(28)}`)),
    );
    expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([404, 429]));
    // Whoever has a link of ours is not held up by those who guess.
    expect((await ask((await aTreatment()).link)).status).toBe(200);
  });
});

describe('a form', () => {
  it('is taken nowhere else', async () => {
    const answer = await fetch(`${services.url}/v1/responses`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await services.token('integration')}`,
        'content-type': 'multipart/form-data; boundary=b',
      },
      body: '--b--\r\n',
    });
    expect(answer.status).toBe(415);
  });
});
