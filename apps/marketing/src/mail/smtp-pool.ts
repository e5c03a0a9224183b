import { Places, type Patience } from '../treatment/places.js';
import type { SmtpServerSettings } from './mail-settings.js';
import { SmtpSession, type SmtpTimeouts } from './smtp-session.js';

/** Servers end connections that carried too much or nothing: better not to be surprised. */
const MOST_MESSAGES = 100;
const IDLE_MS = 10_000;
/** A connection that rested longer is asked whether it is still there before a message depends on it. */
const TRUSTED_MS = 500;

export interface SmtpPoolOptions {
  readonly server: SmtpServerSettings;
  readonly connections: number;
  readonly timeouts: SmtpTimeouts;
}

/** Open connections to the mail server, each used by one at a time. */
export class SmtpPool {
  private readonly places: Places;
  private readonly resting: SmtpSession[] = [];
  private sweeper: NodeJS.Timeout | undefined;

  constructor(private readonly options: SmtpPoolOptions) {
    this.places = new Places(options.connections);
  }

  /** A connection that is open and answers; undefined when none was free in time. Throws `MailServerUnreachable`. */
  async lease(patience: Patience): Promise<SmtpSession | undefined> {
    if (!(await this.places.take(patience))) return undefined;
    try {
      return (await this.rested()) ?? (await this.fresh());
    } catch (error) {
      this.places.give();
      throw error;
    }
  }

  /** A connection of its own beside the one that a lease was lost on. */
  fresh(): Promise<SmtpSession> {
    return SmtpSession.open(this.options.server, this.options.timeouts);
  }

  /** Gives back what was leased, or what took its place. */
  release(session: SmtpSession): void {
    if (session.used >= MOST_MESSAGES) session.quit();
    if (session.isUsable) {
      this.resting.push(session);
      this.sweeper ??= setInterval(() => {
        this.endIdle(IDLE_MS);
      }, IDLE_MS);
    }
    this.places.give();
  }

  close(): void {
    this.endIdle(0);
  }

  private async rested(): Promise<SmtpSession | undefined> {
    for (let session = this.resting.pop(); session !== undefined; session = this.resting.pop()) {
      if (!session.isUsable) continue;
      const isTrusted = session.isClean && performance.now() - session.aliveAt < TRUSTED_MS;
      if (isTrusted || (await session.reset())) return session;
    }
    return undefined;
  }

  private endIdle(olderThanMs: number): void {
    const before = performance.now() - olderThanMs;
    const idle = this.resting.filter(({ isUsable, aliveAt }) => !isUsable || aliveAt <= before);
    for (const session of idle) {
      this.resting.splice(this.resting.indexOf(session), 1);
      session.quit();
    }
    if (this.resting.length > 0) return;
    clearInterval(this.sweeper);
    this.sweeper = undefined;
  }
}
