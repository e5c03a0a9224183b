export { createTestDatabase, type TestDatabase } from './database.js';
export { eventStoreFeatures } from './event-store.features.js';
export { jobsFeatures, type JobsUnderTest } from './jobs.features.js';
export { keyRingFeatures } from './key-ring.features.js';
export {
  deliverParcel,
  parcelAggregate,
  resendParcel,
  scanParcel,
  sendParcel,
  type Parcel,
  type ParcelEvent,
} from './parcel.js';
export { deciderSpec } from './decider-spec.js';
export { until } from './until.js';
