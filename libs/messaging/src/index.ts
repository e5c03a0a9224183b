export { BUS_SCHEMA } from './bus-schema.js';
export {
  PARTY_ERASED,
  type Consumer,
  type Flow,
  type FollowedSource,
  type Projection,
  type Reaction,
  type Reactor,
  type Tx,
} from './consumer.js';
export type { ConsumerState } from './consumer-loop.js';
export { ConsumerRunner, type ConsumedSource, type ConsumerRunnerOptions } from './consumer-runner.js';
export {
  DeadLetters,
  forgetKeys,
  type DeadLetter,
  type DeadLetterStatus,
  type ParkedKey,
  type Replay,
} from './dead-letters.js';
export { GapRemains, IncarnationChanged, NeedsMore, isInfrastructure } from './errors.js';
export { describeFailure, type Failure } from './failure.js';
export { HeadWatch, type WatchedLog } from './head-watch.js';
export { internalTypeOf, publicView, type FeedEvent, type FeedFacts, type Publish } from './feed-event.js';
export {
  BATCH,
  BEYOND,
  fromStart,
  limitPerLane,
  readReferences,
  type Feed,
  type FeedWithHistory,
  type Reference,
} from './feed.js';
export { FeedTransport } from './feed-transport.js';
export { topicOf, type KafkaSettings } from './kafka/kafka-settings.js';
export { KafkaTransport, type KafkaTransportOptions } from './kafka/kafka-transport.js';
export { Relay, type RelayLaneStatus, type RelayOptions, type RelayStatus } from './kafka/relay.js';
export { RELAY_SCHEMA } from './kafka/relay-schema.js';
export type { RelaySignal } from './kafka/relay-signals.js';
export { Leadership, type Candidacy, type Lead, type LeadershipOptions } from './leadership.js';
export { LedTransport } from './led-transport.js';
export { LogFeed, type LogFeedOptions } from './log-feed.js';
export type { AwaitedPosition } from './progress.js';
export type { ConsumerLogger, ConsumerSignal } from './signals.js';
export type { ConsumerStatus, LaneStatus, SourceStatus } from './status.js';
export type { Subscriber, Subscription, Transport } from './transport.js';
export type { TableComparison } from './rebuild/compare-tables.js';
export { UnfitTable } from './rebuild/next-tables.js';
export { RebuildRunning, rebuildProjection } from './rebuild/rebuild-projection.js';
export type { RebuildOptions, RebuildResult } from './rebuild/rebuild-run.js';
export { applyTopics, type TopicPlan } from './kafka/topics.js';
export type { ConsumerPlan, HeldReference, LostRange } from './reconcile/consumer-plan.js';
export type { EffectWithoutCause, LostEvents } from './reconcile/lost-causes.js';
export {
  planReconciliation,
  reconcile,
  type Reconciliation,
  type ReconciliationPlan,
  type ReconcileOptions,
} from './reconcile/reconcile.js';
export { checkFeed, isWhole, type LaneCheck, type ReceivedEvent, type SourceHeads } from './feed-check/check-feed.js';
export type { PositionRange } from './feed-check/position-set.js';
export { receivedEvent } from './feed-check/received-line.js';
