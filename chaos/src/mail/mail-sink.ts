import { appendFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SmtpSession } from './smtp-session.js';

/** A message that the server took. Neither the address nor the text is kept: people are erased in a run. */
export interface TakenMail {
  readonly at: string;
  readonly messageId: string;
  /** Header `X-CRM-Treatment`. */
  readonly treatment: string;
}

/** A mail server that takes everything and writes down what it took before it says so. */
export class MailSink {
  readonly taken: TakenMail[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(private readonly file?: string) {
    this.server = createServer((socket) => this.serve(socket));
  }

  async listen(port: number): Promise<number> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Treatments that more than one message was taken for. */
  get twice(): readonly string[] {
    const seen = new Set<string>();
    return [
      ...new Set(
        this.taken.flatMap(({ treatment }) => (seen.has(treatment) ? [treatment] : (seen.add(treatment), []))),
      ),
    ];
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    const session = new SmtpSession((message) => this.take(message));
    socket.write(session.greeting);
    socket.on('data', (chunk: Buffer) => {
      const { replies, bye } = session.receive(chunk.toString('latin1'));
      if (replies !== '') socket.write(replies);
      if (bye) socket.end();
    });
  }

  private take(message: string): void {
    const head = message.split('\r\n\r\n', 1)[0] ?? '';
    const header = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
    const mail = {
      at: new Date().toISOString(),
      messageId: header('Message-ID'),
      treatment: header('X-CRM-Treatment'),
    };
    this.taken.push(mail);
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(mail)}\n`);
  }
}
