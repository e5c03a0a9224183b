export { BlindIndex } from './blind-index.js';
export { developmentKeys, type PrivacyKeys } from './development-keys.js';
export {
  eraseSubjects,
  type Destroyed,
  type ErasedKind,
  type Erasure,
  type ErasureContributor,
  type Tx,
} from './erasure.js';
export { KeyMissing, TamperedValue, UnknownKek } from './errors.js';
export { InMemoryKeyRing } from './in-memory-key-ring.js';
export { KEY_CACHE_MS, type KeyRing } from './key-ring.js';
export type { KeyEncryptionKeys } from './key-wrapping.js';
export type { IndexKind } from './normalise.js';
export { parsePartyReference, partyIdOf, type PartyReference } from './party-reference.js';
export { PostgresKeyRing, type KeyRingOptions } from './postgres-key-ring.js';
export { PRIVACY_SCHEMA } from './schema.js';
export { isSealed, type SealedPlace } from './sealed-value.js';
export { Vault } from './vault.js';
