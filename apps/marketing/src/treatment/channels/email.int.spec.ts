import { Writable } from 'node:stream';
import { createLogger, loadConfig, type ServiceContext } from '@crm/platform';
import {
  startSmtpServer,
  until,
  type SmtpFault,
  type SmtpServerOptions,
  type TestServices,
  type TestSmtpServer,
} from '@crm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { completePlan, type PlanInput } from '../../campaign/plan-rules.js';
import { settleAttempts } from '../../jobs/settle-attempts.js';
import { MARKETING_SETTINGS, mailSettings, type MailSettings } from '../../mail/mail-settings.js';
import { aPlan } from '../../spec-kit/campaigns.js';
import { startMarketing } from '../../spec-kit/marketing.js';
import { granted, permissionDesk } from '../../spec-kit/neighbours.js';
import { assignedTreatments, treatmentStates, type Delivered } from '../../spec-kit/treatments.js';
import { Sender } from '../sender.js';
import type { Channel } from './channel.js';
import { emailChannel } from './email.js';

const CAMPAIGN = {
  channel: 'email',
  offer: { code: 'TEA', text: 'Tee für Dich <3\nTen per cent off & more', validUntil: '2126-01-01T00:00:00Z' },
};
const plan = completePlan(aPlan(CAMPAIGN) as unknown as PlanInput);
/** Short where silence is what a spec is about. */
const SHORT = { openMs: 3_000, replyMs: 2_000, messageMs: 4_000 };
const LONG = { openMs: 20_000, replyMs: 20_000, messageMs: 40_000 };

const { desk, service: customerInformation } = permissionDesk();
let services: TestServices;
let context: ServiceContext;
let server: TestSmtpServer;
let channel: Channel;

beforeAll(async () => {
  services = await startMarketing(customerInformation);
  context = services.service('marketing').context;
});
afterAll(() => services.stop());
beforeEach(() => {
  let people = 0;
  desk.answer = () => {
    people += 1;
    const value = `person-${String(people)}@shop-${String(people % 50)}.example`;
    return { ...granted(), contactPoint: { kind: 'email', value } };
  };
});
afterEach(async () => {
  await channel.close?.();
  await server.stop();
});

const settingsFor = (port: number, more: Readonly<Record<string, string>> = {}, user = ''): MailSettings => {
  const env = {
    CRM_SMTP_URL: `smtp://${user}127.0.0.1:${String(port)}`,
    CRM_SMTP_PER_DOMAIN_PER_SECOND: '1000',
    CRM_MAIL_FROM: 'The Shop <offers@shop.example>',
    CRM_PUBLIC_URL: 'https://crm.shop.example/',
    CRM_BOUNCE_DOMAIN: 'bounces.shop.example',
    CRM_MAIL_LINK_KEY: 'a key for these specs only',
  };
  return mailSettings(loadConfig(MARKETING_SETTINGS, { ...env, ...more }))!;
};

async function open(options: SmtpServerOptions = {}, more: Readonly<Record<string, string>> = {}): Promise<void> {
  server = await startSmtpServer(options);
  channel = emailChannel(settingsFor(server.port, more), { timeouts: LONG, givenUpMs: 5_000 });
}

async function openImpatiently(options: SmtpServerOptions = {}, user = ''): Promise<void> {
  await open(options);
  channel = emailChannel(settingsFor(server.port, {}, user), { timeouts: SHORT, givenUpMs: 5_000 });
}

const assigned = (count: number): Promise<Delivered> => assignedTreatments(context, count, CAMPAIGN);
const send = (delivered: Delivered, from = context): Promise<void> =>
  new Sender(from, channel, plan).present(delivered.round);

async function sweep({ chunk }: Delivered): Promise<void> {
  const later = Object.create(context, { clock: { value: () => Date.now() + 10_000 } }) as ServiceContext;
  await settleAttempts(later, new Map([['email', channel]])).handle({ payload: { ...chunk, look: 0 } } as never);
}

async function reasonOf({ round }: Delivered): Promise<unknown> {
  const events = await context.store.readStream(round[0]!.assigned.treatmentId);
  return (events.at(-1)!.data as { reason?: string }).reason;
}

const cut = (at: SmtpFault['at'], taken = false): SmtpFault => ({ at, how: 'cut', taken });
const silent = (at: SmtpFault['at'], taken = false): SmtpFault => ({ at, how: 'silent', taken });
const reply = (at: SmtpFault['at'], text: string): SmtpFault => ({ at, how: { reply: text } });

describe('a mail server that nobody can hand anything to', () => {
  it.each<readonly [string, SmtpFault]>([
    ['drops the connection at once', cut('connect')],
    ['says nothing', silent('connect')],
    ['is too busy to greet', reply('greeting', '421 4.3.2 too busy')],
    ['does not want us', reply('greeting', '554 5.7.1 go away')],
    ['is gone before it greets', cut('greeting')],
    ['ends the session at EHLO', reply('ehlo', '421 4.3.2 closing')],
    ['knows neither EHLO nor HELO', reply('ehlo', '502 5.5.1 what?')],
    ['is gone at EHLO', cut('ehlo')],
    ['says nothing to EHLO', silent('ehlo')],
    ['does not take the password', reply('auth', '535 5.7.8 wrong')],
    ['cannot check the password', reply('auth', '454 4.7.0 later')],
    ['is gone at AUTH', cut('auth')],
  ])('%s: nothing is attempted, and all of it is tried again later', async (_, fault) => {
    await openImpatiently({ user: 'crm', password: 'secret' }, 'crm:secret@');
    server.fail(fault);
    const delivered = await assigned(3);
    await expect(send(delivered)).rejects.toMatchObject({ name: 'ChannelUnavailable', transient: true });
    expect([await treatmentStates(context, delivered), server.accepted.length]).toEqual([{ assigned: 3 }, 0]);
    server.fail(undefined);
    await send(delivered);
    expect([await treatmentStates(context, delivered), server.accepted.length]).toEqual([{ presented: 3 }, 3]);
  });

  it('is not there', async () => {
    await open();
    await server.stop();
    const delivered = await assigned(3);
    await expect(send(delivered)).rejects.toMatchObject({ name: 'ChannelUnavailable', transient: true });
    expect(await treatmentStates(context, delivered)).toEqual({ assigned: 3 });
  });
});

interface Row {
  readonly fault: SmtpFault;
  readonly becomes: 'presented' | 'skipped' | 'undetermined';
  readonly reason?: string;
  /** What the mail server took. */
  readonly taken: number;
}

describe('an attempt', () => {
  it.each<readonly [string, Row]>([
    [
      'sender refused',
      { fault: reply('mail', '550 5.7.1 no'), becomes: 'skipped', reason: 'refused-by-server', taken: 0 },
    ],
    [
      'sender deferred',
      { fault: reply('mail', '451 4.3.0 later'), becomes: 'skipped', reason: 'temporarily-refused', taken: 0 },
    ],
    [
      'session ended at MAIL',
      { fault: reply('mail', '421 4.3.2 bye'), becomes: 'skipped', reason: 'mail-server-unreachable', taken: 0 },
    ],
    ['cut at MAIL', { fault: cut('mail'), becomes: 'skipped', reason: 'mail-server-unreachable', taken: 0 }],
    ['silence at MAIL', { fault: silent('mail'), becomes: 'skipped', reason: 'mail-server-unreachable', taken: 0 }],
    [
      'mailbox unknown',
      { fault: reply('rcpt', '550 5.1.1 who?'), becomes: 'skipped', reason: 'mailbox-unknown', taken: 0 },
    ],
    [
      'mailbox unknown to an old server',
      { fault: reply('rcpt', '550 who?'), becomes: 'skipped', reason: 'mailbox-unknown', taken: 0 },
    ],
    ['mailbox full', { fault: reply('rcpt', '552 5.2.2 full'), becomes: 'skipped', reason: 'mailbox-full', taken: 0 }],
    [
      'recipient refused by policy',
      { fault: reply('rcpt', '550 5.7.1 no'), becomes: 'skipped', reason: 'refused-by-server', taken: 0 },
    ],
    [
      'recipient deferred',
      { fault: reply('rcpt', '450 4.2.0 later'), becomes: 'skipped', reason: 'temporarily-refused', taken: 0 },
    ],
    ['cut at RCPT', { fault: cut('rcpt'), becomes: 'skipped', reason: 'mail-server-unreachable', taken: 0 }],
    [
      'DATA refused',
      { fault: reply('data', '554 5.5.1 no'), becomes: 'skipped', reason: 'refused-by-server', taken: 0 },
    ],
    [
      'DATA deferred',
      { fault: reply('data', '451 4.3.0 later'), becomes: 'skipped', reason: 'temporarily-refused', taken: 0 },
    ],
    ['cut at DATA', { fault: cut('data'), becomes: 'skipped', reason: 'mail-server-unreachable', taken: 0 }],
    ['silence at DATA', { fault: silent('data'), becomes: 'skipped', reason: 'mail-server-unreachable', taken: 0 }],
    ['cut in the message', { fault: cut('content'), becomes: 'undetermined', taken: 0 }],
    ['silence in the message', { fault: silent('content'), becomes: 'undetermined', taken: 0 }],
    [
      'message refused',
      { fault: reply('end', '554 5.7.1 spam'), becomes: 'skipped', reason: 'refused-by-server', taken: 0 },
    ],
    [
      'message deferred',
      { fault: reply('end', '451 4.3.0 later'), becomes: 'skipped', reason: 'temporarily-refused', taken: 0 },
    ],
    [
      'session ended instead of an answer to the message',
      { fault: reply('end', '421 4.3.2 bye'), becomes: 'skipped', reason: 'temporarily-refused', taken: 0 },
    ],
    ['an answer that is none', { fault: reply('end', '354 go on'), becomes: 'undetermined', taken: 0 }],
    ['half an answer', { fault: reply('end', '550-no'), becomes: 'undetermined', taken: 0 }],
    ['cut before the answer', { fault: cut('end'), becomes: 'undetermined', taken: 0 }],
    ['silence before the answer', { fault: silent('end'), becomes: 'undetermined', taken: 0 }],
    ['cut after the message was taken', { fault: cut('end', true), becomes: 'undetermined', taken: 1 }],
    ['silence after the message was taken', { fault: silent('end', true), becomes: 'undetermined', taken: 1 }],
  ])('%s', async (_, { fault, becomes, reason, taken }) => {
    await openImpatiently();
    server.fail(fault);
    const delivered = await assigned(1);
    await send(delivered);
    server.fail(undefined);
    await sweep(delivered);
    // Whoever comes by later sends nothing again.
    await send(delivered);
    expect([await treatmentStates(context, delivered), await reasonOf(delivered), server.accepted.length]).toEqual([
      { [becomes]: 1 },
      reason,
      taken,
    ]);
  });

  it.each<readonly [string, SmtpFault]>([
    ['a cut at MAIL', cut('mail')],
    ['an ended session at RCPT', reply('rcpt', '421 4.3.2 bye')],
    ['a cut at DATA', cut('data')],
  ])('goes over another connection after %s, since nothing can have been sent', async (_, fault) => {
    await open();
    server.fail(fault, 1);
    const delivered = await assigned(1);
    await send(delivered);
    expect([await treatmentStates(context, delivered), server.accepted.length, server.opened]).toEqual([
      { presented: 1 },
      1,
      2,
    ]);
  });

  it('goes on with a server that knows HELO only', async () => {
    await open();
    server.fail(reply('ehlo', '502 5.5.1 what?'), 1);
    const delivered = await assigned(1);
    await send(delivered);
    expect(server.accepted).toHaveLength(1);
  });

  it('is not made for what is no address', async () => {
    await open();
    desk.answer = () => ({ ...granted(), contactPoint: { kind: 'email', value: 'kim@a.example, lee@b.example' } });
    const delivered = await assigned(1);
    await send(delivered);
    expect([await reasonOf(delivered), server.opened]).toEqual(['address-invalid', 0]);
    const types = (await context.store.readStream(delivered.round[0]!.assigned.treatmentId)).map(({ type }) => type);
    expect(types).toEqual(['TreatmentAssigned', 'TreatmentSkipped']);
  });
});

describe('a message', () => {
  it('says what it offers, to whom, and how to have no more of them', async () => {
    await open();
    const delivered = await assigned(1);
    await send(delivered);
    const { treatmentId } = delivered.round[0]!.assigned;
    const { raw, envelopeFrom, envelopeTo, ...mail } = server.accepted[0]!;
    const { marks } = settingsFor(server.port);
    const link = `https://crm.shop.example/v1/unsubscriptions/${marks.of('unsubscribe', treatmentId)}`;
    expect([mail.treatmentId, envelopeTo]).toEqual([treatmentId, ['person-1@shop-1.example']]);
    expect(envelopeFrom).toBe(`b.${marks.of('report', treatmentId)}@bounces.shop.example`);
    expect(raw).toContain(`From: The Shop <offers@shop.example>`);
    expect(raw).toContain('To: person-1@shop-1.example');
    expect(raw).toContain(`Message-ID: <${treatmentId}@bounces.shop.example>`);
    expect(raw).toContain(`List-Unsubscribe: <${link}>\r\n`);
    expect(raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
    expect(raw).toMatch(/^Subject: =\?UTF-8\?Q\?Tee_f=C3=BCr_Dich_/m);
    expect(raw).toContain('Ten per cent off &amp; more');
    expect(raw).toContain('Content-Type: text/plain');
  });

  it('goes to domains in any script', async () => {
    await open();
    desk.answer = () => ({ ...granted(), contactPoint: { kind: 'email', value: 'minji@가게.example' } });
    await send(await assigned(1));
    expect(server.accepted[0]?.raw).toContain('To: minji@xn--o39akk.example\r\n');
  });

  it('leaves no address in the log, whatever goes wrong', async () => {
    await openImpatiently();
    const lines: string[] = [];
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    const logger = createLogger({ service: 'marketing', level: 'trace', destination });
    const heard = Object.create(context, { logger: { value: logger } }) as ServiceContext;
    for (const fault of [
      reply('rcpt', '550 5.1.1 <person-1@shop-1.example> who?'),
      reply('end', '250-person-1@shop-1.example'),
      cut('end'),
    ]) {
      server.fail(fault);
      await send(await assigned(1), heard);
    }
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('')).not.toMatch(/person-|shop-\d/);
  });
});

describe('many messages', () => {
  it('share a few connections, however many senders there are', async () => {
    await open();
    const delivered = await assigned(120);
    await Promise.all([send(delivered), send(delivered)]);
    expect(await treatmentStates(context, delivered)).toEqual({ presented: 120 });
    expect(new Set(server.accepted.map(({ treatmentId }) => treatmentId)).size).toBe(120);
    expect(server.accepted).toHaveLength(120);
    expect(server.opened).toBeLessThanOrEqual(5);
  });

  it('go to one domain only so fast, while others are not held up', async () => {
    await open({}, { CRM_SMTP_PER_DOMAIN_PER_SECOND: '10' });
    let people = 0;
    desk.answer = () => {
      people += 1;
      const domain = people <= 20 ? 'one.example' : `shop-${String(people)}.example`;
      return { ...granted(), contactPoint: { kind: 'email', value: `p${String(people)}@${domain}` } };
    };
    const delivered = await assigned(30);
    const startedAt = Date.now();
    await send(delivered);
    // Ten at once, then one every tenth of a second.
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(900);
    expect(await treatmentStates(context, delivered)).toEqual({ presented: 30 });
  });

  it('stop when the server fails them all, and go on one by one until it takes one', async () => {
    await open({}, { CRM_SMTP_POOL: '1' });
    server.fail(reply('mail', '451 4.3.0 later'));
    const delivered = await assigned(20);
    await expect(send(delivered)).rejects.toMatchObject({ name: 'ChannelUnavailable' });
    expect(await treatmentStates(context, delivered)).toEqual({ skipped: 3, assigned: 17 });
  });

  it('are finished or left to others when the process stops', async () => {
    await open();
    const delivered = await assigned(40);
    const stopping = new AbortController();
    const sending = new Sender(context, channel, plan, stopping.signal).present(delivered.round);
    await until(() => server.accepted.length > 3);
    stopping.abort();
    await expect(sending).rejects.toMatchObject({ name: 'Stopping' });
    const { presented = 0, assigned: left = 0, ...others } = await treatmentStates(context, delivered);
    expect([presented + left, others, server.accepted.length]).toEqual([40, {}, presented]);
  });

  it('are sent once when two processes present the same treatments', async () => {
    await open();
    const delivered = await assigned(60);
    const other = Object.create(context) as ServiceContext;
    await Promise.all([send(delivered), send(delivered, other)]);
    const sent = server.accepted.map(({ treatmentId }) => treatmentId);
    expect([sent.length, new Set(sent).size]).toEqual([60, 60]);
  });
});
