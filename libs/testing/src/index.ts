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
export { APPLIED_SCHEMA, appliedEvents, appliedLedger } from './applied-ledger.js';
export { FaultyTransport } from './faulty-transport.js';
export { transportFeatures, type TransportUnderTest } from './transport.features.js';
export { TestBus, type TestSource } from './test-bus.js';
export { startTestServices, type TestAnswer, type TestServices } from './services.js';
