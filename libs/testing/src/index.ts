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
export { expectClose } from './expect-close.js';
export { until } from './until.js';
export { APPLIED_SCHEMA, appliedEvents, appliedLedger } from './applied-ledger.js';
export { FaultyTransport } from './faulty-transport.js';
export { transportFeatures, type TransportUnderTest } from './transport.features.js';
export { TestBus, type TestSource } from './test-bus.js';
export { requestUntilRead, type TestAnswer } from './request-until-read.js';
export { startTestServices, type TestServices } from './services.js';
export { startSmtpServer, type AcceptedMail, type SmtpServerOptions, type TestSmtpServer } from './smtp-server.js';
export type { SmtpFault, SmtpStep } from './smtp-fault-front.js';
export { OtlpReceiver, type ReceivedSpan } from './otlp-receiver.js';
export { dashboardMetrics, exportedMetrics } from './dashboard.js';
export { handMail, type HandedMail } from './hand-mail.js';
export { aDeliveryReport, aFeedbackReport } from './mail-reports.js';
