import { isIP } from 'node:net';
import { FormatRegistry, Type, type TInteger, type TLiteral, type TString, type TUnion } from '@sinclair/typebox';
import { secret } from '../config/config.js';

const HTTP = ['http:', 'https:'];
const POSTGRES = ['postgres:', 'postgresql:'];
const REDIS = ['redis:', 'rediss:'];
const PROXY_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const BROKER = /^[^\s,:]+:\d{1,5}$/;

const isUrlOf =
  (protocols: readonly string[]) =>
  (text: string): boolean =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol);

FormatRegistry.Set('crm-http-url', isUrlOf(HTTP));
FormatRegistry.Set('crm-postgres-url', isUrlOf(POSTGRES));
FormatRegistry.Set('crm-redis-url', isUrlOf(REDIS));
FormatRegistry.Set('crm-brokers', (text) => brokersOf(text).every((broker) => BROKER.test(broker)));

FormatRegistry.Set('crm-proxies', (text) => text.split(',').every((one) => isProxy(one.trim())));

type LogLevel = (typeof LOG_LEVELS)[number];

/** A port to listen on; 0 takes any that is free. */
export function port(usual?: number): TInteger {
  return Type.Integer({ minimum: 0, maximum: 65_535, ...(usual === undefined ? {} : { default: usual }) });
}

/** How much is logged. */
export function logLevel(usual: LogLevel): TUnion<TLiteral<LogLevel>[]> {
  return Type.Union(
    LOG_LEVELS.map((level) => Type.Literal(level)),
    { default: usual },
  );
}

/** `host:port` of each broker of a comma list. */
export function brokersOf(text: string): readonly string[] {
  return text.split(',').map((broker) => broker.trim());
}

/** An address that is called over HTTP. */
export function httpUrl(): TString {
  return Type.String({ format: 'crm-http-url', expects: 'an http or https URL' });
}

/** Addresses, networks and names of networks that the word on a client's address is taken from. */
export function proxies(): TString {
  return Type.String({
    format: 'crm-proxies',
    expects: `a comma list of addresses, networks like 10.0.0.0/8, ${PROXY_NETWORKS.join(', ')}`,
  });
}

/** A comma list of brokers. */
export function brokers(): TString {
  return Type.String({ format: 'crm-brokers', expects: 'a comma list of host:port' });
}

/** The URL of a PostgreSQL database; it may hold a password. */
export function postgresUrl(): TString {
  return secret({ format: 'crm-postgres-url', expects: 'a postgres:// URL' });
}

/** The URL of a Redis; it may hold a password. */
export function redisUrl(): TString {
  return secret({ format: 'crm-redis-url', expects: 'a redis:// or rediss:// URL' });
}

function isProxy(text: string): boolean {
  if (PROXY_NETWORKS.includes(text)) return true;
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
