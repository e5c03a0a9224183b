import { aDeliveryReport, aFeedbackReport } from '@crm/testing';
import { describe, expect, it } from '@jest/globals';
import { reportIn } from './delivery-report.js';

const read = (mail: string): ReturnType<typeof reportIn> => reportIn(Buffer.from(mail));

describe('a delivery report', () => {
  it('says that a message did not arrive, and when it was tried last', async () => {
    expect(await read(aDeliveryReport())).toEqual({ says: 'failed', at: '2026-03-02T09:15:00.000Z' });
  });

  it('says so also when nobody answered for days: no one tries any more', async () => {
    expect(await read(aDeliveryReport({ action: 'failed', status: '4.4.7' }))).toMatchObject({ says: 'failed' });
  });

  it.each([
    ['delayed', 'delayed'],
    ['Delivered', 'delivered'],
    ['relayed', 'delivered'],
    ['expanded', 'delivered'],
  ])('of a message that was %s', async (action, says) => {
    expect(await read(aDeliveryReport({ action, status: '2.0.0' }))).toMatchObject({ says });
  });

  it('goes by the arrival of the message, or its own date, where it does not say when', async () => {
    const withoutLast = aDeliveryReport({ at: 'some day' });
    expect(await read(withoutLast)).toMatchObject({ at: '2026-03-02T09:00:00.000Z' });
    expect(await read(withoutLast.replace(/^Arrival-Date.*\r\n/m, ''))).toMatchObject({
      at: '2026-03-02T09:16:00.000Z',
    });
  });

  it('has plain line ends as well', async () => {
    expect(await read(aDeliveryReport().replaceAll('\r\n', '\n'))).toMatchObject({ says: 'failed' });
  });
});

describe('a feedback report', () => {
  it('is a complaint', async () => {
    expect(await read(aFeedbackReport())).toEqual({ says: 'complaint', at: '2026-03-05T20:00:00.000Z' });
  });

  it.each(['not-spam', 'auth-failure', 'virus'])('is none when it is about %s', async (kind) => {
    expect(await read(aFeedbackReport(kind))).toBeUndefined();
  });
});

describe('any other mail', () => {
  it.each([
    [
      'an answer of somebody who is away',
      'Subject: Out of office\r\nAuto-Submitted: auto-replied\r\n\r\nBack on Monday',
    ],
    ['nothing', ''],
    ['a report without a group that says what happened', aDeliveryReport({ action: 'unheard-of' })],
    ['a report that is cut off', aDeliveryReport().slice(0, 500)],
    ['bytes', '\u0000\u0001\u0002'.repeat(500)],
  ])('is no report: %s', async (_, mail) => {
    expect(await read(mail)).toBeUndefined();
  });
});
