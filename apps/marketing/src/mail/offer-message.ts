import MailComposer from 'nodemailer/lib/mail-composer';
import type { Offer } from '../campaign/campaign-plan.js';

export interface OfferMail {
  readonly treatmentId: string;
  readonly offer: Offer;
  readonly from: string;
  readonly to: string;
  /** Of the Message-ID. */
  readonly domain: string;
  readonly unsubscribeUrl: string;
}

const LONGEST_SUBJECT = 200;

/** The message that brings an offer: plain text with an HTML alternative, and a way out of it in the body and in the header. */
export function offerMessage({ treatmentId, offer, from, to, domain, unsubscribeUrl }: OfferMail): Promise<Buffer> {
  const { subject, paragraphs } = wordsOf(offer);
  const composer = new MailComposer({
    from,
    to: { name: '', address: to },
    subject,
    messageId: `<${treatmentId}@${domain}>`,
    text: textOf(paragraphs, unsubscribeUrl),
    html: htmlOf(subject, paragraphs, unsubscribeUrl),
    headers: {
      'X-CRM-Treatment': treatmentId,
      'List-Unsubscribe': { prepared: true, value: `<${unsubscribeUrl}>` },
      // RFC 8058: mailbox providers show a button for it, which sends a POST.
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      Precedence: 'bulk',
      'Auto-Submitted': 'auto-generated',
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** The first line is the subject; where there is no more, it is the text as well. */
function wordsOf({ code, text, validUntil }: Offer): {
  readonly subject: string;
  readonly paragraphs: readonly string[];
} {
  const [first = code, ...rest] = (text ?? code)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return {
    subject: first.slice(0, LONGEST_SUBJECT),
    paragraphs: [
      ...(rest.length === 0 ? [first] : rest),
      `Code: ${code}`,
      ...(validUntil === undefined ? [] : [`Valid until ${validUntil.slice(0, 10)}`]),
    ],
  };
}

function textOf(paragraphs: readonly string[], unsubscribeUrl: string): string {
  return [...paragraphs, `Unsubscribe: ${unsubscribeUrl}`].join('\n\n');
}

function htmlOf(subject: string, paragraphs: readonly string[], unsubscribeUrl: string): string {
  const body = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n');
  return `<!doctype html>
<html><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body>
${body}
<p><a href="${escapeHtml(unsubscribeUrl)}">Unsubscribe</a></p>
</body></html>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
