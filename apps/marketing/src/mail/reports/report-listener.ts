import type { AddressInfo } from 'node:net';
import type { ServiceContext } from '@crm/platform';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import type { ReportListenerSettings } from '../mail-settings.js';
import { reportIn, type MailReport } from './delivery-report.js';
import { recordReport } from './record-report.js';

const MOST_BYTES = 1_048_576;
const MOST_CLIENTS = 50;
const MOST_RECIPIENTS = 10;
const SILENCE_MS = 60_000;
const CLOSE_MS = 5_000;
const RECIPIENT = /^b\.([^@]+)@([^@]+)$/i;

/** Listens for mail about messages that were sent. */
export interface ReportListener {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Takes mail for the envelope senders of our messages and for nobody else. Says yes only when what follows is stored, so that
 * the other side tries again where it could not be.
 */
export async function startReportListener(
  context: ServiceContext,
  { domain, port, address, marks }: ReportListenerSettings,
): Promise<ReportListener> {
  const treatmentOf = (recipient: string): string | undefined => {
    const [, mark = '', host] = RECIPIENT.exec(recipient) ?? [];
    return host?.toLowerCase() === domain.toLowerCase() ? marks.treatmentOf('report', mark) : undefined;
  };
  const server = new SMTPServer({
    name: domain,
    banner: 'reports only',
    logger: false,
    size: MOST_BYTES,
    rejectOversized: true,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    maxClients: MOST_CLIENTS,
    maxRecipients: MOST_RECIPIENTS,
    socketTimeout: SILENCE_MS,
    closeTimeout: CLOSE_MS,
    onRcptTo: ({ address: recipient }, _session, done) => {
      done(treatmentOf(recipient) === undefined ? refusal(550, 'no such mailbox') : null);
    },
    onData: (stream, { envelope }, done) => {
      const treatmentIds = envelope.rcptTo.flatMap(({ address: recipient }) => treatmentOf(recipient) ?? []);
      take(context, stream, treatmentIds).then(
        () => {
          done();
        },
        (error: unknown) => {
          context.logger.warn({ err: error }, 'a report could not be stored');
          done(refusal(451, 'try again later'));
        },
      );
    },
  });
  // Of single connections: nothing was taken, and the other side tries again.
  server.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, address, resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function take(
  context: ServiceContext,
  stream: SMTPServerDataStream,
  treatmentIds: readonly string[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) if (!stream.sizeExceeded) chunks.push(chunk);
  if (stream.sizeExceeded) return;
  const report = await readable(Buffer.concat(chunks));
  if (report === undefined) return;
  for (const treatmentId of treatmentIds) await recordReport(context, treatmentId, report);
}

/** What cannot be read is no report: it would not be one the next time either. */
async function readable(mail: Buffer): Promise<MailReport | undefined> {
  try {
    return await reportIn(mail);
  } catch {
    return undefined;
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
