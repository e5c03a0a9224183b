import { domainToASCII } from 'node:url';
import type { MailSettings } from '../../mail/mail-settings.js';
import { Caution } from '../../mail/caution.js';
import { DomainRates } from '../../mail/domain-rates.js';
import { offerMessage } from '../../mail/offer-message.js';
import type { SendOutcome } from '../../mail/send-outcome.js';
import { SmtpPool } from '../../mail/smtp-pool.js';
import { MailServerUnreachable, type Envelope, type SmtpSession, type SmtpTimeouts } from '../../mail/smtp-session.js';
import type { Patience } from '../places.js';
import { ChannelUnavailable, type Channel, type ChannelAnswer, type ChannelRequest } from './channel.js';

/** Longer than any message takes: twice to be handed over, and a connection in between. */
const GIVEN_UP_MS = 120_000;
const TIMEOUTS: SmtpTimeouts = { openMs: 10_000, replyMs: 30_000, messageMs: 45_000 };

const ADDRESS = /^([^\s<>()[\]\\,;:"@\p{Cc}]+)@([^\s<>()[\]\\,;:"@\p{Cc}]+)$/u;

/** Brings offers by e-mail over SMTP. A message cannot be taken back or asked for, so nothing is sent again that may have been sent. */
export function emailChannel(
  mail: MailSettings,
  options: { readonly timeouts?: SmtpTimeouts; readonly givenUpMs?: number } = {},
): Channel {
  const rates = new DomainRates(mail.perDomainPerSecond);
  const caution = new Caution();
  const { server, pool: connections } = mail;
  const pool = new SmtpPool({ server, connections, timeouts: options.timeouts ?? TIMEOUTS });
  return {
    name: 'email',
    idempotent: false,
    timeoutMs: options.givenUpMs ?? GIVEN_UP_MS,
    admit: async (request, patience) => {
      const to = addressOf(request.contactPoint);
      if (to === undefined) return { status: 'refused', reason: 'address-invalid' };
      const endsAt = performance.now() + patience.withinMs;
      if (!(await rates.take(to.domain, patience))) return { status: 'too-late' };
      const mailed = await mailOf(mail, request, to.address);
      const session = await leased(pool, { ...patience, withinMs: endsAt - performance.now() });
      if (session === undefined) return { status: 'too-late' };
      if (caution.begin()) return new EmailAdmission({ ...mailed, pool, caution }, session);
      pool.release(session);
      throw new ChannelUnavailable('email', 'the mail server takes nothing');
    },
    close: () => {
      pool.close();
      return Promise.resolve();
    },
  };
}

interface Mailed {
  readonly envelope: Envelope;
  readonly message: Buffer;
}

/** Ready to be sent, so that nothing but sending is left for the attempt. */
async function mailOf(mail: MailSettings, { key: id, offer }: ChannelRequest, to: string): Promise<Mailed> {
  const { from, bounceDomain, marks, publicUrl } = mail;
  const message = await offerMessage({
    ...{ treatmentId: id, offer, from, to },
    domain: bounceDomain ?? domainOf(from),
    unsubscribeUrl: `${publicUrl}/v1/unsubscriptions/${marks.of('unsubscribe', id)}`,
  });
  // Reports come back to the envelope sender: the address alone says which message it was.
  const sender = bounceDomain === undefined ? bareAddress(from) : `b.${marks.of('report', id)}@${bounceDomain}`;
  return { envelope: { from: sender, to, id }, message };
}

interface Parts extends Mailed {
  readonly pool: SmtpPool;
  readonly caution: Caution;
}

class EmailAdmission {
  readonly status = 'admitted';
  private isGivenBack = false;

  constructor(
    private readonly parts: Parts,
    private session: SmtpSession,
  ) {}

  async present(): Promise<ChannelAnswer> {
    const outcome = await this.handOver();
    // Others need not wait until the outcome is stored.
    this.giveBack(outcome);
    switch (outcome.is) {
      case 'accepted':
        return { status: 'accepted' };
      case 'refused':
        return { status: 'refused', reason: outcome.reason };
      case 'unsent':
        return { status: 'refused', reason: 'mail-server-unreachable' };
      case 'unclear':
        throw new NoClearAnswer(outcome.code);
    }
  }

  release(): void {
    this.giveBack();
  }

  private giveBack(outcome?: SendOutcome): void {
    if (this.isGivenBack) return;
    this.isGivenBack = true;
    this.parts.caution.over(outcome);
    this.parts.pool.release(this.session);
  }

  /** A connection may have died while it rested: what has certainly not been sent goes over another one, once. */
  private async handOver(): Promise<SendOutcome> {
    const { envelope, message } = this.parts;
    const outcome = await this.session.send(envelope, message);
    if (outcome.is !== 'unsent') return outcome;
    try {
      this.session = await this.parts.pool.fresh();
    } catch (error) {
      if (error instanceof MailServerUnreachable) return outcome;
      throw error;
    }
    return this.session.send(envelope, message);
  }
}

/** Whether the message was taken is not known. Codes only: replies of mail servers quote addresses. */
class NoClearAnswer extends Error {
  constructor(readonly code: string) {
    super(`the mail server gave no clear answer: ${code}`);
    this.name = 'NoClearAnswer';
  }
}

async function leased(pool: SmtpPool, patience: Patience): Promise<SmtpSession | undefined> {
  try {
    return await pool.lease(patience);
  } catch (error) {
    if (error instanceof MailServerUnreachable) throw new ChannelUnavailable('email', error.code);
    throw error;
  }
}

function addressOf(contactPoint: unknown): { readonly address: string; readonly domain: string } | undefined {
  const { value } = (contactPoint ?? {}) as { readonly value?: unknown };
  const [, local = '', host = ''] = typeof value === 'string' ? (ADDRESS.exec(value) ?? []) : [];
  // Domains may be in any script; mail servers know them by their ASCII form.
  const domain = domainToASCII(host);
  return domain === '' ? undefined : { address: `${local}@${domain}`, domain };
}

function bareAddress(from: string): string {
  return /<([^<>]+)>/.exec(from)?.[1] ?? from.trim();
}

function domainOf(from: string): string {
  return bareAddress(from).split('@').at(-1) ?? 'localhost';
}
