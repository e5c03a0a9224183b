import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { file, secret } from '@crm/platform';
import { Type, type Static } from '@sinclair/typebox';
import { TreatmentMarks } from './treatment-marks.js';

const HOST_NAME = '^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$';
const SMTP_URL = '^smtps?://(([^@/\\s%]|%[0-9A-Fa-f]{2})+@)?([^@/:\\s\\[\\]]+|\\[[0-9A-Fa-f:.]+\\])(:\\d{1,5})?/?$';
const ADDRESS = '^([^<>\\r\\n]* )?<?[^\\s<>@]+@[^\\s<>@]+>?$';
/** Mailbox providers take one-click links over HTTPS only; loopback is for trying it out. */
const PUBLIC_URL = '^(https://|http://(127\\.0\\.0\\.1|localhost)(:|/|$))[^\\s<>"]*$';

/** Variables of marketing alone. */
export const MARKETING_SETTINGS = Type.Object({
  /** Where mail is handed over. Unset: the channel email is not connected. */
  CRM_SMTP_URL: Type.Optional(
    secret({
      pattern: SMTP_URL,
      expects: 'smtp:// (STARTTLS) or smtps:// with user:password@ where the server asks for it, host and port',
      requires: ['CRM_MAIL_FROM', 'CRM_PUBLIC_URL', 'CRM_MAIL_LINK_KEY'],
    }),
  ),
  /** Certificates that the mail server's is checked against, where it is not a public one. */
  CRM_SMTP_CA_FILE: Type.Optional(file({ requires: ['CRM_SMTP_URL'] })),
  /** Connections to the mail server at once, of each instance. */
  CRM_SMTP_POOL: Type.Integer({ default: 5, minimum: 1, maximum: 100 }),
  /** Messages to one recipient domain, of each instance. */
  CRM_SMTP_PER_DOMAIN_PER_SECOND: Type.Number({ default: 10, minimum: 0.1 }),
  CRM_MAIL_FROM: Type.Optional(
    Type.String({ pattern: ADDRESS, expects: 'an address, or a name and an address: Shop <offers@shop.example>' }),
  ),
  /** Where customers reach the unsubscribe pages. */
  CRM_PUBLIC_URL: Type.Optional(
    Type.String({ pattern: PUBLIC_URL, expects: 'an https:// URL, or http:// on loopback' }),
  ),
  /** Of the envelope senders, whose mail comes back to the listener below. */
  CRM_BOUNCE_DOMAIN: Type.Optional(Type.String({ pattern: HOST_NAME, expects: 'a host name' })),
  CRM_BOUNCE_PORT: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 65_535, requires: ['CRM_BOUNCE_DOMAIN', 'CRM_MAIL_LINK_KEY'] }),
  ),
  CRM_BOUNCE_ADDRESS: Type.String({ default: '127.0.0.1' }),
  /** Proves that a link or an envelope sender is ours. Links stay good as long as it stays the same. */
  CRM_MAIL_LINK_KEY: Type.Optional(secret({ minLength: 16 })),
});
type Variables = Static<typeof MARKETING_SETTINGS>;

/** How to reach and speak to the mail server. */
export interface SmtpServerSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on. */
  readonly secure: boolean;
  /** Refuse to go on without STARTTLS: a password is on its way. */
  readonly requireTls: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
  readonly ca?: string;
}

export interface MailSettings {
  readonly server: SmtpServerSettings;
  readonly pool: number;
  readonly perDomainPerSecond: number;
  readonly from: string;
  readonly publicUrl: string;
  /** Undefined: what cannot be delivered goes back to `from`. */
  readonly bounceDomain: string | undefined;
  readonly marks: TreatmentMarks;
}

export interface ReportListenerSettings {
  readonly domain: string;
  readonly port: number;
  readonly address: string;
  readonly marks: TreatmentMarks;
}

/** Undefined where no mail server is set. */
export function mailSettings(settings: Readonly<Record<string, unknown>>): MailSettings | undefined {
  const { CRM_SMTP_URL: url, CRM_SMTP_CA_FILE: ca, CRM_MAIL_FROM: from, ...set } = settings as Variables;
  const [publicUrl, marks] = [set.CRM_PUBLIC_URL, treatmentMarks(settings)];
  // The schema says that they come together.
  if (url === undefined || from === undefined || publicUrl === undefined || marks === undefined) return undefined;
  return {
    server: serverOf(new URL(url), ca),
    pool: set.CRM_SMTP_POOL,
    perDomainPerSecond: set.CRM_SMTP_PER_DOMAIN_PER_SECOND,
    from,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    bounceDomain: set.CRM_BOUNCE_DOMAIN,
    marks,
  };
}

/** Undefined where no port is set. */
export function reportListenerSettings(
  settings: Readonly<Record<string, unknown>>,
): ReportListenerSettings | undefined {
  const { CRM_BOUNCE_PORT: port, CRM_BOUNCE_DOMAIN: domain, CRM_BOUNCE_ADDRESS: address } = settings as Variables;
  const marks = treatmentMarks(settings);
  return port === undefined || domain === undefined || marks === undefined
    ? undefined
    : { domain, port, address, marks };
}

/** Of links that were sent, also while no mail server is set any more. */
export function treatmentMarks(settings: Readonly<Record<string, unknown>>): TreatmentMarks | undefined {
  const { CRM_MAIL_LINK_KEY: key } = settings as Variables;
  return key === undefined ? undefined : new TreatmentMarks(key);
}

function serverOf(url: URL, caFile: string | undefined): SmtpServerSettings {
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const user = decodeURIComponent(url.username);
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTls: !secure && user !== '' && !isLoopback(host),
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
