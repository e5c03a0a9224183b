import { newId } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import { aDeliveryReport, aFeedbackReport, handMail, startTestServices, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { marketingService } from '../../marketing-service.js';
import { neighbour } from '../../spec-kit/neighbours.js';
import { assignedTreatments } from '../../spec-kit/treatments.js';
import { attemptTreatment, leaveUndetermined, presentTreatment } from '../../treatment/treatment.decider.js';
import { treatmentAggregate } from '../../treatment/treatment.js';
import { TreatmentMarks } from '../treatment-marks.js';
import { startReportListener, type ReportListener } from './report-listener.js';

const marks = new TreatmentMarks('a key for these specs only');
const domain = 'bounces.shop.example';
const attemptedAt = '2026-03-01T09:00:00.000Z';
let services: TestServices;
let context: ServiceContext;
let listener: ReportListener;

beforeAll(async () => {
  services = await startTestServices([
    neighbour('customer-information'),
    marketingService,
    neighbour('analytics'),
    neighbour('sales'),
    neighbour('service'),
  ]);
  context = services.service('marketing').context;
  listener = await startReportListener(context, { domain, port: 0, address: '127.0.0.1', marks });
});
afterAll(async () => {
  await listener.stop();
  await services.stop();
});

const addressOf = (treatmentId: string): string => `b.${marks.of('report', treatmentId)}@${domain}`;

const hand = (to: string, raw: string, port = listener.port): Promise<string> => handMail(port, { to, raw });
const taken = expect.stringMatching(/^250 /);

async function anAttempt(...decisions: readonly Parameters<ServiceContext['store']['transact']>[2][]): Promise<string> {
  const { round } = await assignedTreatments(context, 1, { channel: 'email' });
  const { treatmentId } = round[0]!.assigned;
  const attempt = attemptTreatment({ at: attemptedAt, attemptedAt, reasons: [] });
  for (const decide of [attempt, ...decisions])
    await context.store.transact(treatmentAggregate, treatmentId, decide as never);
  return treatmentId;
}

async function responsesTo(treatmentId: string): Promise<readonly unknown[]> {
  await services.settled();
  const { body } = await services.send('marketer', 'GET', `/v1/responses?filter=source[eq]:email&limit=200`);
  return (body.items as { responseRef: string; kind: string; at: string; channel: string }[])
    .filter(({ responseRef }) => responseRef.startsWith(treatmentId))
    .map(({ kind, at, channel }) => [kind, at, channel]);
}

const stateOf = async (treatmentId: string): Promise<unknown> =>
  (await context.store.read(treatmentAggregate, treatmentId)).state.status;

describe('a report', () => {
  it('that a message did not arrive is a response, once, however often it comes', async () => {
    const treatmentId = await anAttempt(presentTreatment(attemptedAt) as never);
    for (const report of [aDeliveryReport(), aDeliveryReport(), aDeliveryReport({ at: 'Tue, 3 Mar 2026 00:00:00 Z' })])
      expect(await hand(addressOf(treatmentId), report)).toEqual(taken);
    expect(await responsesTo(treatmentId)).toEqual([['bounced', '2026-03-02T09:15:00.000Z', 'email']]);
    expect(await stateOf(treatmentId)).toBe('presented');
  });

  it('that a message is held up changes nothing', async () => {
    const treatmentId = await anAttempt(presentTreatment(attemptedAt) as never);
    expect(await hand(addressOf(treatmentId), aDeliveryReport({ action: 'delayed', status: '4.4.1' }))).toEqual(taken);
    expect(await responsesTo(treatmentId)).toEqual([]);
  });

  it('settles an attempt whose outcome nobody knew', async () => {
    const undetermined = await anAttempt(leaveUndetermined(attemptedAt) as never);
    await hand(addressOf(undetermined), aDeliveryReport({ action: 'delivered', status: '2.0.0' }));
    expect([await stateOf(undetermined), await responsesTo(undetermined)]).toEqual(['presented', []]);
    const bounced = await anAttempt(leaveUndetermined(attemptedAt) as never);
    await hand(addressOf(bounced), aDeliveryReport());
    expect([await stateOf(bounced), (await responsesTo(bounced)).length]).toEqual(['presented', 1]);
    const events = await context.store.readStream(undetermined);
    expect(events.at(-1)).toMatchObject({ type: 'TreatmentPresented', occurredAt: attemptedAt });
  });

  it('of a complaint is one, from when it is heard on', async () => {
    const before = new Date().toISOString();
    const treatmentId = await anAttempt(presentTreatment(attemptedAt) as never);
    await hand(addressOf(treatmentId).toUpperCase(), aFeedbackReport());
    const [complaint = []] = (await responsesTo(treatmentId)) as readonly (readonly string[])[];
    expect(complaint).toEqual(['complained', expect.any(String), 'email']);
    expect((complaint[1] ?? '') >= before).toBe(true);
  });

  it('is taken and dropped when it is none, or about a treatment that is not known', async () => {
    const treatmentId = await anAttempt();
    expect(await hand(addressOf(treatmentId), 'Subject: away\r\n\r\nBack on Monday')).toEqual(taken);
    expect(await hand(addressOf(newId()), aDeliveryReport())).toEqual(taken);
    expect([await stateOf(treatmentId), await responsesTo(treatmentId)]).toEqual(['attempted', []]);
  });

  it('comes again when it could not be stored', async () => {
    const treatmentId = await anAttempt(presentTreatment(attemptedAt) as never);
    const store = Object.create(context.store) as ServiceContext['store'];
    store.recordFact = () => Promise.reject(new Error('no connection'));
    const broken = Object.create(context, { store: { value: store } }) as ServiceContext;
    const other = await startReportListener(broken, { domain, port: 0, address: '127.0.0.1', marks });
    expect(await hand(addressOf(treatmentId), aDeliveryReport(), other.port)).toMatch(/^451 /);
    await other.stop();
    expect(await responsesTo(treatmentId)).toEqual([]);
    await hand(addressOf(treatmentId), aDeliveryReport());
    expect(await responsesTo(treatmentId)).toHaveLength(1);
  });
});

describe('other mail', () => {
  it.each([
    ['somebody else', 'person@shop.example'],
    ['another domain', addressOf(newId()).replace(domain, 'shop.example')],
    ['a treatment that somebody made up', `b.${newId().replaceAll('-', '')}.${'0'.repeat(28)}@${domain}`],
    ['the mark of a link', `b.${marks.of('unsubscribe', newId())}@${domain}`],
  ])('for %s is not taken', async (_, to) => {
    expect(await hand(to, aDeliveryReport())).toMatch(/^550 /);
  });

  it('that is too large is not taken', async () => {
    const treatmentId = await anAttempt();
    const large = aDeliveryReport() + 'x'.repeat(70).concat('\r\n').repeat(15_500);
    expect(await hand(addressOf(treatmentId), large)).toMatch(/^552 /);
    expect(await stateOf(treatmentId)).toBe('attempted');
  });
});
