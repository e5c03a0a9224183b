import type { AddressInfo, Server } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { smtpFaultFront, type SmtpFault } from './smtp-fault-front.js';

/** A message that the server took, in the moment before it said so. */
export interface AcceptedMail {
  /** `X-CRM-Treatment`. */
  readonly treatmentId: string | undefined;
  readonly envelopeFrom: string;
  readonly envelopeTo: readonly string[];
  /** Headers and body as they came. */
  readonly raw: string;
}

export interface SmtpServerOptions {
  /** Default: any free one. */
  readonly port?: number;
  /** Who may log in; then nobody else is served. */
  readonly user?: string;
  readonly password?: string;
  /** Offers STARTTLS, or speaks TLS from the first byte on. No faults then: they need to read along. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly implicit: boolean };
  /** Told of each message that was taken, before the client is. */
  readonly onAccepted?: (mail: AcceptedMail) => void | Promise<void>;
}

/** A real SMTP server on loopback that keeps a log of what it took, and fails where it is told to. */
export interface TestSmtpServer {
  readonly port: number;
  readonly accepted: readonly AcceptedMail[];
  /** Connections that clients have opened so far. */
  readonly opened: number;
  /** What goes wrong from now on; undefined: nothing. `times` bounds how often. */
  fail(fault: SmtpFault | undefined, times?: number): void;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';

export async function startSmtpServer(options: SmtpServerOptions = {}): Promise<TestSmtpServer> {
  const accepted: AcceptedMail[] = [];
  let opened = 0;
  const server = new SMTPServer({
    name: 'mail.test',
    logger: false,
    disableReverseLookup: true,
    authOptional: options.user === undefined,
    allowInsecureAuth: true,
    hideDSN: false,
    disabledCommands: [
      ...(options.user === undefined ? ['AUTH'] : []),
      ...(options.tls === undefined ? ['STARTTLS'] : []),
    ],
    ...(options.tls === undefined
      ? {}
      : { key: options.tls.key, cert: options.tls.cert, secure: options.tls.implicit }),
    onAuth: ({ username, password }, _session, done) => {
      if (username === options.user && password === options.password) done(null, { user: username });
      else done(new Error('not the password'));
    },
    onConnect: (_session, done) => {
      opened += 1;
      done();
    },
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const mail = {
          treatmentId: /^x-crm-treatment: *(\S+)/im.exec(raw)?.[1],
          envelopeFrom: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          envelopeTo: envelope.rcptTo.map(({ address }) => address),
          raw,
        };
        accepted.push(mail);
        Promise.resolve(options.onAccepted?.(mail)).then(() => {
          done();
        }, done);
      });
    },
  });
  server.on('error', () => undefined);
  const ownPort = options.tls === undefined ? 0 : (options.port ?? 0);
  const listening = await new Promise<Server>((resolve, reject) => {
    server.server.once('error', reject);
    const started = server.listen(ownPort, HOST, () => {
      resolve(started);
    });
  });
  const { port: inner } = listening.address() as AddressInfo;
  const front = options.tls === undefined ? await smtpFaultFront(inner, options.port ?? 0) : undefined;
  return {
    port: front?.port ?? inner,
    accepted,
    get opened() {
      return opened;
    },
    fail: (fault, times = Infinity) => {
      if (front === undefined) throw new Error('a server that speaks TLS cannot be made to fail');
      front.fail(fault, times);
    },
    stop: async () => {
      await front?.stop();
      await new Promise<void>((resolve) => {
        for (const connection of server.connections) connection.close();
        server.close(resolve);
      });
    },
  };
}
