import { simpleParser, type Attachment } from 'mailparser';

/** What came back about a message. `failed`: it did not arrive and nobody tries any more. */
export interface MailReport {
  readonly says: 'failed' | 'delayed' | 'delivered' | 'complaint';
  /** When, as far as the report tells. */
  readonly at: string | undefined;
}

const STATUS = new Set(['message/delivery-status', 'message/global-delivery-status']);
const COMPLAINT = 'message/feedback-report';
/** Actions of RFC 3464, the worst first; the mail went on its way in all of them. */
const ACTIONS: readonly (readonly [string, MailReport['says']])[] = [
  ['failed', 'failed'],
  ['delayed', 'delayed'],
  ['delivered', 'delivered'],
  ['relayed', 'delivered'],
  ['expanded', 'delivered'],
];

/** Reads a delivery status notification (RFC 3464) or a feedback report (RFC 5965); undefined for any other mail. */
export async function reportIn(mail: Buffer): Promise<MailReport | undefined> {
  const { attachments, date } = await simpleParser(mail, {
    keepDeliveryStatus: true,
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    checksumAlgo: false,
  });
  const status = attachments.find(({ contentType }) => STATUS.has(contentType));
  if (status !== undefined) return deliveryReport(groupsOf(status), date);
  const complaint = attachments.find(({ contentType }) => contentType === COMPLAINT);
  return complaint === undefined ? undefined : complaintReport(groupsOf(complaint), date);
}

type Fields = ReadonlyMap<string, string>;

function deliveryReport(groups: readonly Fields[], date: Date | undefined): MailReport | undefined {
  const actions = new Set(groups.flatMap((fields) => fields.get('action')?.toLowerCase() ?? []));
  const [, says] = ACTIONS.find(([action]) => actions.has(action)) ?? [];
  if (says === undefined) return undefined;
  return { says, at: firstTime(groups, ['last-attempt-date', 'arrival-date']) ?? timeOf(date) };
}

function complaintReport(groups: readonly Fields[], date: Date | undefined): MailReport | undefined {
  const kind = groups.flatMap((fields) => fields.get('feedback-type')?.toLowerCase() ?? [])[0];
  // Other kinds say that a message is none, or report on authentication.
  if (kind !== 'abuse' && kind !== 'fraud' && kind !== 'opt-out' && kind !== 'other') return undefined;
  return { says: 'complaint', at: firstTime(groups, ['arrival-date', 'received-date']) ?? timeOf(date) };
}

/** Groups of fields, parted by empty lines; a line that begins with a space goes on with the field before. */
function groupsOf({ content }: Attachment): readonly Fields[] {
  const text = content
    .toString('utf8')
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]+/g, ' ');
  return text.split(/\n{2,}/).map(
    (group) =>
      new Map(
        group.split('\n').flatMap((line) => {
          const [, name, value] = /^([\w-]{1,60}) *: *(.*)$/.exec(line) ?? [];
          return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value.trim()] as const];
        }),
      ),
  );
}

function firstTime(groups: readonly Fields[], names: readonly string[]): string | undefined {
  for (const name of names)
    for (const fields of groups) {
      const time = timeOf(new Date(fields.get(name) ?? ''));
      if (time !== undefined) return time;
    }
  return undefined;
}

function timeOf(date: Date | undefined): string | undefined {
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
