import type { ServiceName } from '@crm/contracts';
import { deriveId, type DomainEvent, inTransaction, laneOf } from '@crm/event-sourcing';
import type { FeedEvent, Projection } from '@crm/messaging';
import type pg from 'pg';
import type { LoopEvent } from '../loop/loop-events.js';
import { loopsProjection } from '../loop/loops.projection.js';

/** One thing that a service told. */
export interface Told<Type extends string = LoopEvent['type']> {
  readonly service: ServiceName;
  readonly type: Type;
  readonly key: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A member as a spec tells it: drawn into an arm, or rejected; treated or not; with what they answered. */
export interface StoryMember {
  readonly arm?: string;
  readonly rejected?: string;
  readonly outcome?: 'presented' | 'skipped' | 'undetermined' | 'none';
  readonly orders?: readonly StoryOrder[];
}

export interface StoryOrder {
  readonly amountMinor: number;
  readonly class?: 'conversion' | 'repeat' | 'late' | 'early' | 'negative' | 'response';
  readonly at?: string;
}

export interface Story {
  readonly name: string;
  readonly members: readonly StoryMember[];
  readonly suppressed?: Readonly<Record<string, number>>;
  readonly plan?: Readonly<Record<string, unknown>>;
  readonly elsewhere?: boolean;
  readonly closed?: boolean;
  /** Members in a chunk; default: 2. */
  readonly chunk?: number;
}

export const STARTED_AT = '1997-09-30T23:59:59.999Z';
const ORDERED_AT = '1997-11-01T10:00:00.000Z';

export const campaignIdOf = (name: string): string => deriveId('spec-campaign', name);
export const loopIdOf = (name: string): string => deriveId('spec-loop', name);
export const storyParty = (name: string, index: number): string => deriveId('spec-party', name, String(index));
const orderIdOf = (name: string, index: number, nth: number): string =>
  deriveId('spec-order', name, String(index), String(nth));

/** The plan of a campaign as marketing publishes it. */
export const aPlan = (changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  name: 'Come back',
  objective: 'reactivate',
  purpose: 'marketing',
  channel: 'recorder',
  offerCode: 'COME-BACK',
  period: { from: '1997-09-30T00:00:00.000Z', to: '1998-07-31T00:00:00.000Z' },
  budget: { amountMinor: 100_000, currency: 'USD' },
  costPerContact: { amountMinor: 50, currency: 'USD' },
  control: { fraction: 0.2, waived: false },
  arms: [{ name: 'treatment', share: 1 }],
  response: { windowDays: 273, conversion: 'order' },
  ...changes,
});

/** Hops 1 to 4, as analytics stores them. */
export function listTold({ name, members, suppressed = {} }: Story): readonly Told[] {
  const loopId = loopIdOf(name);
  const [refreshId, runId] = [deriveId('spec-refresh', name), deriveId('spec-run', name)];
  const list = { targetListId: loopId, loopId, campaignId: campaignIdOf(name), asOf: STARTED_AT };
  const own = (type: LoopEvent['type'], data: Told['data'], key = loopId): Told => ({
    service: 'analytics',
    type,
    key,
    data,
  });
  const lost = Object.values(suppressed).reduce((sum, count) => sum + count, 0);
  return [
    own('MartRefreshed', { refreshId, asOf: STARTED_AT, facts: 6_919, positions: [], checks: [] }, refreshId),
    own(
      'ModelRunCompleted',
      {
        runId,
        model: 'rfm',
        modelVersion: 'rfm.1',
        asOf: STARTED_AT,
        parameters: {},
        fit: {},
        customers: 2_357,
        changed: 9,
      },
      runId,
    ),
    own('TargetListDefined', { ...list, segmentId: deriveId('spec-segment', name), refreshId, runIds: [runId] }),
    own('TargetListFrozen', {
      ...list,
      selected: members.length + lost,
      suppressed,
      frozen: members.length,
      contentHash: '00',
    }),
    ...chunked(members, 2).map((chunk, number) =>
      own('TargetListChunkDelivered', {
        ...list,
        chunk: number,
        members: chunk.map((_, index) => ({
          partyId: storyParty(name, number * 2 + index),
          rank: number * 2 + index + 1,
          evidence: { values: {}, runIds: [] },
        })),
      }),
    ),
    own('TargetListDelivered', { ...list, chunks: Math.ceil(members.length / 2), members: members.length }),
  ];
}

/** Everything else, as marketing and sales publish it. */
export function campaignTold(story: Story): readonly Told[] {
  const { name, plan = {}, closed = true } = story;
  const campaignId = campaignIdOf(name);
  const campaign = (type: LoopEvent['type'], data: Told['data']): Told => ({
    service: 'marketing',
    type,
    key: campaignId,
    data: { campaignId, ...data },
  });
  return [
    campaign('crm.marketing.campaign-planned.v1', aPlan(plan)),
    campaign('crm.marketing.campaign-approved.v1', { at: STARTED_AT }),
    ...waveTold(story),
    ...story.members.flatMap((member, index) => memberTold(story, member, index)),
    {
      service: 'marketing',
      type: 'crm.marketing.wave-completed.v1',
      key: loopIdOf(name),
      data: { campaignId, waveId: loopIdOf(name), at: STARTED_AT },
    },
    ...(closed ? [campaign('crm.marketing.campaign-closed.v1', { at: '2026-01-01T00:00:00.000Z' })] : []),
  ];
}

function waveTold({ name, members, elsewhere = false, chunk: size = 2 }: Story): readonly Told[] {
  const waveId = loopIdOf(name);
  const wave = { campaignId: campaignIdOf(name), waveId, origin: elsewhere ? 'elsewhere' : 'delivered' };
  const arms: Record<string, number> = {};
  for (const { arm } of members) if (arm !== undefined && arm !== 'control') arms[arm] = (arms[arm] ?? 0) + 1;
  const tell = (type: LoopEvent['type'], data: Told['data']): Told => ({
    service: 'marketing',
    type,
    key: waveId,
    data: { ...wave, ...data },
  });
  return [
    ...chunked(members, size).map((chunk, number) => {
      const placed = chunk.map((member, index) => ({ ...member, partyId: storyParty(name, number * size + index) }));
      return tell('crm.marketing.wave-chunk-loaded.v1', {
        chunk: number,
        accepted: placed.filter(({ arm }) => arm !== undefined).map(({ partyId, arm }) => ({ partyId, arm })),
        rejected: placed
          .filter(({ rejected }) => rejected !== undefined)
          .map(({ partyId, rejected: reason }) => ({ partyId, reason })),
      });
    }),
    tell('crm.marketing.wave-loaded.v1', {
      startedAt: STARTED_AT,
      chunks: Math.ceil(members.length / size),
      accepted: members.filter(({ arm }) => arm !== undefined).length,
      rejected: members.filter(({ rejected }) => rejected !== undefined).length,
      control: members.filter(({ arm }) => arm === 'control').length,
      arms,
    }),
  ];
}

function memberTold(
  { name }: Story,
  { arm, outcome = 'presented', orders = [] }: StoryMember,
  index: number,
): readonly Told[] {
  if (arm === undefined) return [];
  const [campaignId, waveId, partyId] = [campaignIdOf(name), loopIdOf(name), storyParty(name, index)];
  const treatment = {
    treatmentId: deriveId('treatment', campaignId, waveId, partyId),
    campaignId,
    waveId,
    partyId,
    arm,
    channel: 'recorder',
    purpose: 'marketing',
  };
  const tell = (type: LoopEvent['type'], data: Told['data']): Told => ({
    service: 'marketing',
    type,
    key: partyId,
    data,
  });
  const treated =
    arm === 'control'
      ? []
      : [
          tell('crm.marketing.treatment-assigned.v1', { ...treatment, offerCode: 'COME-BACK', at: STARTED_AT }),
          ...(outcome === 'none'
            ? []
            : [
                tell(`crm.marketing.treatment-${outcome}.v1`, {
                  ...treatment,
                  at: '1997-10-01T09:00:00.000Z',
                  ...(outcome === 'skipped' ? { reason: 'permission-denied', reasons: [] } : {}),
                }),
              ]),
        ];
  const answers = orders.flatMap(
    ({ amountMinor, class: name_ = 'conversion', at = ORDERED_AT }, nth): readonly Told[] => {
      const orderId = orderIdOf(name, index, nth);
      const total = { amountMinor, currency: 'USD' };
      const response = { responseId: deriveId('response', 'order', orderId), partyId, kind: 'order', at };
      return [
        {
          service: 'sales',
          type: 'crm.sales.order-placed.v1',
          key: partyId,
          data: { orderId, orderRef: orderId, partyId, orderedAt: at, localDate: at.slice(0, 10), total },
        },
        tell('crm.marketing.response-recorded.v1', {
          ...response,
          matched: true,
          rule: 'window',
          campaignId,
          waveId,
          arm,
          amount: total,
        }),
        tell('crm.marketing.response-classified.v1', {
          ...response,
          campaignId,
          waveId,
          arm,
          class: name_,
          ...(name_ === 'late' || name_ === 'early' ? {} : { revenue: total }),
        }),
      ];
    },
  );
  return [...treated, ...answers];
}

/** Told things as events in the feeds; positions count up by service and lane. */
export function feedEvents<Event extends DomainEvent = LoopEvent>(
  told: readonly Told<Event['type']>[],
): readonly FeedEvent<Event>[] {
  const heads = new Map<string, bigint>();
  return told.map(({ service, type, key, data }, index) => {
    const lane = laneOf(key);
    const place = `${service} ${String(lane)}`;
    const position = (heads.get(place) ?? 0n) + 1n;
    heads.set(place, position);
    const eventId = deriveId('spec-event', place, String(position));
    return {
      ...{
        source: service,
        incarnation: 'one',
        lane,
        position,
        eventId,
        streamId: '',
        category: '',
        version: 0,
        key,
        schemaVersion: 1,
        type,
        data,
      },
      meta: { correlationId: eventId, causationId: null, actor: `service:${service}` },
      occurredAt: STARTED_AT,
      recordedAt: new Date(Date.UTC(2026, 0, 5, 10) + index * 1_000).toISOString(),
    } as never;
  });
}

const nothing = { putAside: () => undefined, satisfied: () => undefined };

/** Gives events to the loops in batches, as the consumer runtime does. */
export function projectLoops(pool: pg.Pool, events: readonly FeedEvent<LoopEvent>[], batch = 500): Promise<void> {
  return projectInto(loopsProjection, pool, events, batch);
}

/** Gives events to any projection in batches. */
export async function projectInto<Event extends DomainEvent>(
  projection: Projection<Event>,
  pool: pg.Pool,
  events: readonly FeedEvent<Event>[],
  batch = 500,
): Promise<void> {
  for (let from = 0; from < events.length; from += batch)
    await inTransaction(pool, (tx) => projection.apply(tx, events.slice(from, from + batch), nothing));
}

function chunked<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) =>
    items.slice(chunk * size, (chunk + 1) * size),
  );
}
