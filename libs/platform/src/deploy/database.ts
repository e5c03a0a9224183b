import { Type, type Static } from '@sinclair/typebox';
import { file, type ConfigFault, type ConfigRule } from '../config/config.js';
import { postgresUrl } from './formats.js';

/** Variables of the service's own database. */
export const databaseVariables = Type.Object({
  CRM_DATABASE_URL: postgresUrl(),
  CRM_DATABASE_CA_FILE: Type.Optional(file()),
  /** For everything but the log, which has four of its own, and the locks of the relay and of led consumers, one each. */
  CRM_DATABASE_CONNECTIONS: Type.Integer({ minimum: 4, maximum: 200, default: 12 }),
});

type DatabaseVariables = Static<typeof databaseVariables>;

/** Encrypted, and the server's certificate and name are checked. */
const VERIFIED = ['require', 'verify-ca', 'verify-full'];
const SSL_MODES = ['disable', 'no-verify', ...VERIFIED];

/** What `sslmode` may say, and what the service keeps to itself. */
export const databaseRule: ConfigRule = ({ CRM_DATABASE_URL: url, CRM_DATABASE_CA_FILE: ca }) => {
  if (typeof url !== 'string') return [];
  const { searchParams } = new URL(url);
  const mode = searchParams.get('sslmode');
  return [
    ...faultIf(mode !== null && !SSL_MODES.includes(mode), `has an sslmode that is none of ${SSL_MODES.join(', ')}`),
    ...faultIf(
      ca !== undefined && (mode === 'disable' || mode === 'no-verify'),
      'has an sslmode that passes over CRM_DATABASE_CA_FILE',
    ),
    ...faultIf(ca !== undefined && searchParams.has('sslrootcert'), 'names an sslrootcert beside CRM_DATABASE_CA_FILE'),
    ...faultIf(
      searchParams.has('options') || searchParams.has('application_name'),
      'must not carry options or application_name, which the service sets',
    ),
  ];
};

/**
 * The URL as the driver takes it, which carries the CA with it: so that every connection is encrypted alike, whoever opens it.
 * `require` and `verify-ca` mean `verify-full`, as the driver has always taken them; `no-verify` encrypts only.
 */
export function databaseUrlOf({
  CRM_DATABASE_URL,
  CRM_DATABASE_CA_FILE,
}: Pick<DatabaseVariables, 'CRM_DATABASE_URL' | 'CRM_DATABASE_CA_FILE'>): string {
  const url = new URL(CRM_DATABASE_URL);
  const mode = url.searchParams.get('sslmode');
  if (CRM_DATABASE_CA_FILE !== undefined) url.searchParams.set('sslrootcert', CRM_DATABASE_CA_FILE);
  if (CRM_DATABASE_CA_FILE !== undefined || (mode !== null && VERIFIED.includes(mode)))
    url.searchParams.set('sslmode', 'verify-full');
  return url.href;
}

function faultIf(wrong: boolean, problem: string): readonly ConfigFault[] {
  return wrong ? [{ variable: 'CRM_DATABASE_URL', problem }] : [];
}
