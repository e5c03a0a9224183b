import { Type, type TUnsafe } from '@sinclair/typebox';

/** One of a closed set of words. */
export const oneOf = <const Values extends readonly string[]>(
  values: Values,
  description?: string,
): TUnsafe<Values[number]> =>
  Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...(description !== undefined && { description }) });

export const Uuid = Type.String({ format: 'uuid' });
export const Uuids = Type.Array(Uuid);

/** A moment, ISO 8601 in UTC. */
export const Instant = Type.String({ format: 'date-time', pattern: 'Z$' });

/** A word of a vocabulary that a deployment can extend: purpose, reason, model, channel of an order. */
export const Code = Type.String({ minLength: 1, maxLength: 200 });

/** What another system calls a thing: its order number, its SKU. */
export const Reference = Type.String({ minLength: 1, maxLength: 500 });

/** The name of a campaign or of one of its arms. */
export const Label = Type.String({ minLength: 1, maxLength: 300 });

export const Count = Type.Integer({ minimum: 0 });

/** A position in a lane: 64 bits, so a text of digits. */
export const Position = Type.String({ pattern: '^[0-9]{1,19}$' });

export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, hexadecimal' });

/** Minor units of an ISO 4217 currency; negative for money that goes back to the customer. */
export const Money = Type.Object({ amountMinor: Type.Integer(), currency: Type.String({ pattern: '^[A-Z]{3}$' }) });

/** Ways to reach a customer that a campaign may use. */
export const CampaignChannel = oneOf(['email', 'call', 'sms', 'messenger', 'post', 'recorder']);

/** Counts by a word: a reason, an arm, a class. */
export const Counts = Type.Record(Type.String(), Count);

/** A computed value: a number, a code, yes or no, or none. */
export const FeatureValue = Type.Unsafe<number | string | boolean | null>({
  type: ['number', 'string', 'boolean', 'null'],
  maxLength: 200,
});

/** Values by the name of a feature, `bg-nbd.pAlive`. */
export const FeatureValues = Type.Record(Type.String(), FeatureValue);

/** Why somebody is in a segment or on a list: the values that were seen and the model runs that they come from. Features only. */
export const Evidence = Type.Object({ values: FeatureValues, runIds: Uuids, eventIds: Type.Optional(Uuids) });

/** Up to which event of each lane of each source something was read. */
export const Positions = Type.Array(Type.Object({ service: Code, lane: Count, position: Position }));
