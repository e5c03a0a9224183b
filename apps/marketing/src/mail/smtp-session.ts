import type { NodemailerError } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpServerSettings } from './mail-settings.js';
import { MessageSource } from './message-source.js';
import { codeOf, outcomeOf, type SendOutcome } from './send-outcome.js';

/** How long the steps of a dialogue may take. All together stays below the time after which an attempt is given up. */
export interface SmtpTimeouts {
  /** From looking up the name to being let in. */
  readonly openMs: number;
  /** For one reply. */
  readonly replyMs: number;
  /** For a message from its first command to the reply to its end. */
  readonly messageMs: number;
}

export interface Envelope {
  readonly from: string;
  readonly to: string;
  /** Comes back with reports of servers that know how. */
  readonly id: string;
}

/** The mail server cannot be reached, or does not let us in. */
export class MailServerUnreachable extends Error {
  constructor(readonly code: string) {
    super(`the mail server cannot be reached: ${code}`);
    this.name = 'MailServerUnreachable';
  }
}

/** One connection to the mail server, for one message after the other. Never repeats anything by itself. */
export class SmtpSession {
  /** Messages that were handed to it. */
  used = 0;
  /** When it was last known to be alive. */
  aliveAt = performance.now();
  /** Whether the server may still hold something of the message before. */
  isClean = true;
  private lost: NodemailerError | undefined;
  private closed = false;

  private constructor(
    private readonly connection: SMTPConnection,
    private readonly timeouts: SmtpTimeouts,
  ) {
    connection.on('error', (error: NodemailerError) => {
      this.lost = error;
    });
    connection.on('end', () => {
      this.closed = true;
    });
  }

  /** Connects, secures the connection and logs in; throws `MailServerUnreachable`. */
  static async open(server: SmtpServerSettings, timeouts: SmtpTimeouts): Promise<SmtpSession> {
    const { host, port, secure, requireTls, auth, ca } = server;
    const connection = new SMTPConnection({
      host,
      port,
      secure,
      requireTLS: requireTls,
      connectionTimeout: timeouts.openMs,
      greetingTimeout: timeouts.openMs,
      dnsTimeout: timeouts.openMs,
      socketTimeout: timeouts.replyMs,
      socketCloseTimeout: 1_000,
      ...(ca === undefined ? {} : { tls: { ca } }),
    });
    const session = new SmtpSession(connection, timeouts);
    const failure = await session.step(timeouts.openMs, (done) => {
      connection.connect((error) => {
        if (error !== undefined || auth === undefined) done(error ?? null);
        else connection.login({ ...auth }, done);
      });
    });
    if (failure === null) return session;
    session.close();
    throw new MailServerUnreachable(codeOf(failure));
  }

  get isUsable(): boolean {
    return !this.closed;
  }

  /** Puts the dialogue back to its beginning; false when the connection is dead. */
  async reset(): Promise<boolean> {
    const failure = await this.step(this.timeouts.replyMs, (done) => {
      this.connection.reset(done);
    });
    if (failure !== null) this.close();
    this.isClean = failure === null;
    this.aliveAt = performance.now();
    return failure === null;
  }

  /** Hands a message over once, and says what became of it. */
  async send({ from, to, id }: Envelope, message: Buffer): Promise<SendOutcome> {
    const source = new MessageSource(message);
    this.used += 1;
    this.isClean = false;
    const envelope = { from, to: [to], size: message.length, dsn: { ret: 'HDRS', envid: id } };
    const failure = await this.step(this.timeouts.messageMs, (done) => {
      this.connection.send(envelope, source, done);
    });
    this.aliveAt = performance.now();
    if (failure === null) {
      this.isClean = true;
      return { is: 'accepted' };
    }
    const outcome = outcomeOf(failure, source);
    // What comes late on this connection must not be taken for the reply to another message.
    if (outcome.is !== 'refused' || outcome.reason === 'connection-lost') this.close();
    return outcome;
  }

  close(): void {
    this.closed = true;
    this.connection.close();
  }

  /** Takes leave of the server, without waiting for its farewell. */
  quit(): void {
    if (this.closed) return;
    this.connection.quit();
    this.close();
  }

  /** Answers with what went wrong, or null; also when the connection ends or takes too long without a word to the one who asked. */
  private step(
    withinMs: number,
    ask: (done: (error: NodemailerError | null) => void) => void,
  ): Promise<NodemailerError | null> {
    return new Promise((resolve) => {
      const end = (error: NodemailerError | null): void => {
        clearTimeout(timer);
        this.connection.off('end', gone);
        resolve(error);
      };
      // The error itself is told after the end, so it is let by first.
      const gone = (): void => {
        setImmediate(() => {
          end(this.lost ?? failureOf('ECONNECTION'));
        });
      };
      const timer = setTimeout(() => {
        this.lost ??= failureOf('ETIMEDOUT');
        end(this.lost);
        this.connection.close();
      }, withinMs);
      this.connection.on('end', gone);
      ask(end);
    });
  }
}

function failureOf(code: 'ECONNECTION' | 'ETIMEDOUT'): NodemailerError {
  return Object.assign(new Error('the connection ended'), { code });
}
