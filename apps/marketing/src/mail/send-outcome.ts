import type { NodemailerError } from 'nodemailer';

/** How far the message itself got. The server can have it only when its end was handed over. */
export interface Progress {
  readonly begun: boolean;
  readonly ended: boolean;
}

/** `unsent`: the connection was lost before the message began. `unclear`: nobody knows. Codes only, no text of the server. */
export type SendOutcome =
  | { readonly is: 'accepted' }
  | { readonly is: 'refused'; readonly reason: RefusalReason; readonly code: string }
  | { readonly is: 'unsent'; readonly code: string }
  | { readonly is: 'unclear'; readonly code: string };

/** Why a message was certainly not sent. */
export type RefusalReason =
  | 'address-invalid'
  | 'mailbox-unknown'
  | 'mailbox-full'
  | 'refused-by-server'
  | 'temporarily-refused'
  | 'connection-lost'
  | 'mail-server-unreachable';

const UNKNOWN_MAILBOX = new Set([550, 551, 553]);

/** What an error of the dialogue means. Before the end of the message everything is certain; after it only a reply to it is. */
export function outcomeOf(error: NodemailerError, { begun, ended }: Progress): SendOutcome {
  return ended ? afterTheEnd(error) : beforeTheEnd(error, begun);
}

/** A reply that was cut off is not one: it is reported with the connection, not with the message. */
function afterTheEnd(error: NodemailerError): SendOutcome {
  const code = codeOf(error);
  const reply = replyIn(error);
  return error.code === 'EMESSAGE' && error.command === 'DATA' && reply !== undefined
    ? { is: 'refused', reason: reasonOf(error, reply), code }
    : { is: 'unclear', code };
}

function beforeTheEnd(error: NodemailerError, begun: boolean): SendOutcome {
  const code = codeOf(error);
  const reply = replyIn(error);
  if (error.code === 'EENVELOPE' && error.command === 'API') return { is: 'refused', reason: 'address-invalid', code };
  const isAboutMessage = error.code === 'EENVELOPE' || error.code === 'EMESSAGE';
  // 421 says that the server is about to go, whatever it answers.
  if (isAboutMessage && reply !== undefined && reply !== 421)
    return { is: 'refused', reason: reasonOf(error, reply), code };
  if (error.code === 'EMESSAGE') return { is: 'refused', reason: 'refused-by-server', code };
  return begun ? { is: 'refused', reason: 'connection-lost', code } : { is: 'unsent', code };
}

/** An error in codes: replies of mail servers quote addresses. */
export function codeOf(error: NodemailerError): string {
  return [error.code, error.command, error.responseCode, enhancedCode(error)]
    .filter((part) => part !== undefined)
    .join(' ')
    .slice(0, 100);
}

function replyIn({ responseCode }: NodemailerError): number | undefined {
  return responseCode !== undefined && responseCode >= 400 && responseCode < 600 ? responseCode : undefined;
}

function reasonOf(error: NodemailerError, reply: number): RefusalReason {
  if (reply < 500) return 'temporarily-refused';
  const enhanced = enhancedCode(error);
  if (enhanced === '5.2.2') return 'mailbox-full';
  const isAddress = enhanced === undefined ? UNKNOWN_MAILBOX.has(reply) : enhanced.startsWith('5.1.');
  return error.command === 'RCPT TO' && isAddress ? 'mailbox-unknown' : 'refused-by-server';
}

function enhancedCode({ response }: NodemailerError): string | undefined {
  return /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
}
