import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The steps of the dialogue: `content` is in the middle of the message, `end` after all of it. */
export type SmtpStep = 'connect' | 'greeting' | 'ehlo' | 'auth' | 'mail' | 'rcpt' | 'data' | 'content' | 'end' | 'rset';

/**
 * Something that goes wrong at a step. `reply`: the server answers this instead. `cut`: the connection is gone. `silent`: no
 * answer comes. `taken` (at the end): the server has taken the message, before the connection is cut or falls silent.
 */
export interface SmtpFault {
  readonly at: SmtpStep;
  readonly how: 'cut' | 'silent' | { readonly reply: string };
  readonly taken?: boolean;
}

interface Front {
  readonly port: number;
  fail(fault: SmtpFault | undefined, times: number): void;
  stop(): Promise<void>;
}

const STEP_OF_VERB: Readonly<Record<string, SmtpStep>> = {
  EHLO: 'ehlo',
  HELO: 'ehlo',
  AUTH: 'auth',
  MAIL: 'mail',
  RCPT: 'rcpt',
  DATA: 'data',
  RSET: 'rset',
};
const END = Buffer.from('\r\n.\r\n');

/** Stands before an SMTP server, hands on one command after the other, and spoils the dialogue where it is told to. */
export async function smtpFaultFront(serverPort: number, port: number): Promise<Front> {
  let fault: SmtpFault | undefined;
  let left = 0;
  const clients = new Set<Socket>();
  const faultAt = (step: SmtpStep): SmtpFault | undefined => {
    if (fault?.at !== step || left <= 0) return undefined;
    left -= 1;
    return fault;
  };
  const server = createServer({ noDelay: true }, (client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('error', () => undefined);
    if (spoiled(client, faultAt('connect'))) return;
    const upstream = connect({ port: serverPort, host: '127.0.0.1', noDelay: true });
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.end());
    client.on('close', () => upstream.destroy());
    void new Dialogue(client, new Replies(upstream), upstream, faultAt).run().catch(() => client.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    fail: (next, times) => {
      fault = next;
      left = times;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const client of clients) client.destroy();
      }),
  };
}

/** Whether the dialogue is over. */
function spoiled(client: Socket, fault: SmtpFault | undefined): boolean {
  if (fault === undefined) return false;
  if (fault.how === 'cut') client.resetAndDestroy();
  else if (fault.how !== 'silent') client.write(`${fault.how.reply}\r\n`);
  return fault.how === 'cut' || fault.how === 'silent';
}

class Dialogue {
  private received = Buffer.alloc(0);
  private more: (() => void) | undefined;
  private searched = 0;
  private recipients = 0;

  constructor(
    private readonly client: Socket,
    private readonly replies: Replies,
    private readonly server: Socket,
    private readonly faultAt: (step: SmtpStep) => SmtpFault | undefined,
  ) {
    client.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.more?.();
    });
  }

  async run(): Promise<void> {
    const greeting = await this.replies.next();
    if (!this.answers(this.faultAt('greeting'), greeting)) return;
    for (;;) {
      const line = await this.until(Buffer.from('\r\n'));
      const step = STEP_OF_VERB[line.subarray(0, 4).toString('latin1').toUpperCase()];
      const fault = step === undefined ? undefined : this.faultAt(step);
      if (fault !== undefined) {
        if (spoiled(this.client, fault)) return;
      } else if (step === 'data' && this.recipients > 0) {
        if (!(await this.takeMessage())) return;
      } else {
        const reply = await this.ask(line);
        if (step === 'mail') this.recipients = 0;
        if (step === 'rcpt' && reply.startsWith('2')) this.recipients += 1;
        this.client.write(reply);
      }
    }
  }

  /** The message is held back until all of it is there, so that nobody but this front can have half of it. */
  private async takeMessage(): Promise<boolean> {
    this.client.write('354 go ahead\r\n');
    const inTheMiddle = this.faultAt('content');
    if (inTheMiddle !== undefined) {
      if (this.received.length === 0) await new Promise<void>((resolve) => (this.more = resolve));
      return !spoiled(this.client, inTheMiddle);
    }
    const message = await this.until(END);
    const fault = this.faultAt('end');
    if (fault === undefined || fault.taken === true) {
      const opened = await this.ask(Buffer.from('DATA\r\n'));
      const reply = opened.startsWith('354') ? await this.ask(message) : opened;
      return this.answers(fault, reply);
    }
    await this.ask(Buffer.from('RSET\r\n'));
    return !spoiled(this.client, fault);
  }

  private answers(fault: SmtpFault | undefined, reply: string): boolean {
    if (fault !== undefined) return !spoiled(this.client, fault);
    this.client.write(reply);
    return true;
  }

  private ask(what: Buffer): Promise<string> {
    this.server.write(what);
    return this.replies.next();
  }

  /** What the client has sent up to and with the mark. */
  private async until(mark: Buffer): Promise<Buffer> {
    this.searched = 0;
    for (;;) {
      const found = this.received.indexOf(mark, this.searched);
      if (found >= 0) {
        const taken = this.received.subarray(0, found + mark.length);
        this.received = this.received.subarray(found + mark.length);
        return taken;
      }
      this.searched = Math.max(0, this.received.length - mark.length);
      await new Promise<void>((resolve) => (this.more = resolve));
    }
  }
}

/** The replies of the server, one whole reply after the other. */
class Replies {
  private text = '';
  private waiting: ((reply: string) => void) | undefined;

  constructor(server: Socket) {
    server.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('latin1');
      this.hand();
    });
  }

  next(): Promise<string> {
    return new Promise((resolve) => {
      this.waiting = resolve;
      this.hand();
    });
  }

  private hand(): void {
    const [reply] = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n/.exec(this.text) ?? [];
    if (reply === undefined || this.waiting === undefined) return;
    const hand = this.waiting;
    this.waiting = undefined;
    this.text = this.text.slice(reply.length);
    hand(reply);
  }
}
