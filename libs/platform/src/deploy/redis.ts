import { readFileSync } from 'node:fs';
import { Type, type Static } from '@sinclair/typebox';
import { file, type ConfigRule } from '../config/config.js';
import { redisUrl } from './formats.js';

/** Variables of the job queue. */
export const redisVariables = Type.Object({
  CRM_REDIS_URL: redisUrl(),
  CRM_REDIS_CA_FILE: Type.Optional(file()),
});

/** A CA is of no use without TLS. */
export const redisRule: ConfigRule = ({ CRM_REDIS_URL: url, CRM_REDIS_CA_FILE: ca }) =>
  typeof url === 'string' && ca !== undefined && !url.startsWith('rediss:')
    ? [{ variable: 'CRM_REDIS_CA_FILE', problem: 'is of no use unless CRM_REDIS_URL begins with rediss://' }]
    : [];

/** Where the queue is, and by which CA its certificate is checked. */
export interface RedisSettings {
  readonly url: string;
  readonly ca?: string;
}

export function redisSettingsOf(values: Static<typeof redisVariables>): RedisSettings {
  const { CRM_REDIS_URL: url, CRM_REDIS_CA_FILE: ca } = values;
  return ca === undefined ? { url } : { url, ca: readFileSync(ca, 'utf8') };
}
