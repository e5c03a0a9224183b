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
export { internalTypeOf, publicView, type FeedEvent, type FeedFacts, type Publish } from './feed-event.js';
export { BATCH, BEYOND, fromStart, limitPerLane, readReferences, type Feed, type Reference } from './feed.js';
export { FeedTransport } from './feed-transport.js';
export { LogFeed, type LogFeedOptions } from './log-feed.js';
export type { AwaitedPosition } from './progress.js';
export type { ConsumerLogger, ConsumerSignal } from './signals.js';
export type { ConsumerStatus, LaneStatus, SourceStatus } from './status.js';
export type { Subscriber, Subscription, Transport } from './transport.js';
export type { TableComparison } from './rebuild/compare-tables.js';
export { UnfitTable } from './rebuild/next-tables.js';
export { RebuildRunning, rebuildProjection } from './rebuild/rebuild-projection.js';
export type { RebuildOptions, RebuildResult } from './rebuild/rebuild-run.js';
