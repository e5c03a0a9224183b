import { InvalidCloudEvent, fromKafkaMessage, toKafkaHeaders, type KafkaHeaders } from '@crm/contracts';
import type { FeedEvent } from '../feed-event.js';

/** A message on its way to a broker: CloudEvents in binary mode. */
export interface OutgoingMessage {
  readonly key: string;
  readonly partition: number;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** A message as it arrives. */
export interface IncomingMessage {
  readonly value: Uint8Array | null;
  readonly headers?: KafkaHeaders;
}

const SOURCE = '/crm/';

/** The message of a public event: its key, its lane as the partition, the envelope in headers and the data as they are. */
export function toMessage(event: FeedEvent): OutgoingMessage {
  const { correlationId, causationId, loopId, hop, traceparent } = event.meta;
  return {
    key: event.key,
    partition: event.lane,
    value: JSON.stringify(event.data),
    headers: toKafkaHeaders({
      id: event.eventId,
      source: SOURCE + event.source,
      type: event.type,
      time: event.recordedAt,
      partitionkey: event.key,
      schemaversion: event.schemaVersion,
      lane: event.lane,
      position: event.position,
      incarnation: event.incarnation,
      correlationid: correlationId,
      occurredat: event.occurredAt,
      ...(event.streamId !== '' && { subject: event.streamId }),
      ...(causationId !== null && { causationid: causationId }),
      ...(loopId !== undefined && { loopid: loopId }),
      ...(hop !== undefined && { hop }),
      ...(traceparent !== undefined && { traceparent }),
    }),
  };
}

/** The public event of a message; `InvalidCloudEvent` when it is none of this source and partition. */
export function toFeedEvent(message: IncomingMessage, source: string, partition: number): FeedEvent {
  const event = fromKafkaMessage(message.headers ?? {}, message.value);
  if (event.source !== SOURCE + source) throw new InvalidCloudEvent('source', `is not ${SOURCE}${source}`);
  if (event.lane !== partition) throw new InvalidCloudEvent('lane', 'is not the partition');
  const { causationid, loopid, hop, traceparent } = event;
  return {
    source,
    incarnation: event.incarnation,
    lane: event.lane,
    position: event.position,
    eventId: event.id,
    streamId: event.subject ?? '',
    category: '',
    version: 0,
    key: event.partitionkey,
    schemaVersion: event.schemaversion,
    type: event.type,
    data: event.data,
    meta: {
      correlationId: event.correlationid,
      causationId: causationid ?? null,
      actor: `service:${source}`,
      ...(loopid !== undefined && { loopId: loopid }),
      ...(hop !== undefined && { hop }),
      ...(traceparent !== undefined && { traceparent }),
    },
    occurredAt: event.occurredat,
    recordedAt: event.time,
  };
}
