import { createHash } from 'node:crypto';
import type { KeyEncryptionKeys } from './key-wrapping.js';

/** All keys that a service needs for personal values. */
export interface PrivacyKeys {
  readonly keks: KeyEncryptionKeys;
  /** Of the service's blind index. */
  readonly indexKey: Uint8Array;
  /** Of party ids; every service of a deployment holds the same. */
  readonly referenceKey: Uint8Array;
}

const derived = (purpose: string): Uint8Array =>
  createHash('sha256').update(`crm development key, not secret: ${purpose}`).digest();

/** Fixed keys that anybody can compute, so that demos and tests repeat. Refused in production. */
export function developmentKeys(service: string): PrivacyKeys {
  // eslint-disable-next-line no-restricted-syntax -- a guard that a caller has to hand over is one that a caller can forget
  if (process.env['NODE_ENV'] === 'production')
    throw new Error('development keys are refused in production: configure keys of your own');
  return {
    keks: { current: 'development', keys: { development: derived(`key-encryption key of ${service}`) } },
    indexKey: derived(`blind index of ${service}`),
    referenceKey: derived('party references'),
  };
}
