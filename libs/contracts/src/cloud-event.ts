/** What a message says besides its data: CloudEvents 1.0 with our extensions, whose names are lower-case by the specification. */
export interface CloudEventAttributes {
  /** The event id; with `source` it is unique. */
  readonly id: string;
  /** `/crm/<service>`. */
  readonly source: string;
  readonly type: string;
  /** When it was recorded. */
  readonly time: string;
  /** The stream that the event belongs to. */
  readonly subject?: string;
  readonly partitionkey: string;
  /** Version of the contract's data, as in the type. */
  readonly schemaversion: number;
  readonly lane: number;
  /** Gapless within lane and incarnation, from 1. */
  readonly position: bigint;
  /** Changes when the source is restored from a backup: positions of another incarnation mean other events. */
  readonly incarnation: string;
  readonly correlationid: string;
  readonly causationid?: string;
  readonly loopid?: string;
  readonly hop?: string;
  /** Valid time; `time` is when it was recorded. */
  readonly occurredat: string;
  readonly traceparent?: string;
}

/** A public event on its way. */
export interface CloudEvent<Data = unknown> extends CloudEventAttributes {
  readonly data: Data;
}

/** Every attribute of the envelope with its kind on the wire; `specversion` and the content type are constants. */
export const ATTRIBUTES = {
  id: { required: true, kind: 'text', description: 'event id; unique with the source' },
  source: { required: true, kind: 'text', description: '`/crm/<service>`' },
  type: { required: true, kind: 'text', description: '`crm.<service>.<event>.v<n>`' },
  time: { required: true, kind: 'time', description: 'when it was recorded' },
  subject: { required: false, kind: 'text', description: 'stream that the event belongs to' },
  partitionkey: { required: true, kind: 'text', description: 'key of the message: everything of one key is in order' },
  schemaversion: { required: true, kind: 'integer', description: 'version of the data, as in the type' },
  lane: { required: true, kind: 'integer', description: 'lane of the source, and partition of the topic' },
  position: { required: true, kind: 'position', description: 'gapless within the lane, from 1' },
  incarnation: { required: true, kind: 'text', description: 'changes when the source is restored from a backup' },
  correlationid: { required: true, kind: 'text', description: 'everything that one request led to' },
  causationid: { required: false, kind: 'text', description: 'event or command that led to this one' },
  loopid: { required: false, kind: 'text', description: 'the closed loop that the event is part of' },
  hop: { required: false, kind: 'text', description: 'the hop of that loop' },
  occurredat: {
    required: true,
    kind: 'time',
    description: 'when it happened, which may be long before it was recorded',
  },
  traceparent: { required: false, kind: 'text', description: 'W3C trace context' },
} as const satisfies Record<keyof CloudEventAttributes, AttributeRule>;

/** How an attribute is written. */
export interface AttributeRule {
  readonly required: boolean;
  readonly kind: 'text' | 'time' | 'integer' | 'position';
  readonly description: string;
}
