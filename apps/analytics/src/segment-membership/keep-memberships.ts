import type { RfmEdges } from '@crm/customer-models';
import { fingerprintOf, KeyErased } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import { dateOf } from '../customer-features/features-at.js';
import { daysUntilRecencyDrops, liveRunOf } from '../customer-score/live-rfm.js';
import { runsAt, type ScoreRun } from '../customer-score/score-runs.js';
import {
  lastToldBy,
  liveChanges,
  noteTold,
  tellLiveChange,
  type ScoreChange,
} from '../customer-score/tell-live-changes.js';
import { evaluateSegment, type SegmentMember } from '../segment/evaluate-segment.js';
import { featuresOf } from '../segment/segment-where.js';
import { inTransaction } from '../snapshot.js';
import { customersToLookAt, noteLooks, type CustomerToLookAt } from './customers-to-look-at.js';
import { keptSegments, membersAmong, noteSeen, writeMoves, type KeptSegment } from './member-rows.js';
import { daysUntilNextLook } from './next-look.js';
import { enterSegment, leaveSegment } from './segment-membership.decider.js';
import type { MembershipCause, SegmentMembershipEvent } from './segment-membership.events.js';
import { membershipId, segmentMembershipAggregate } from './segment-membership.js';

const BATCH = 5_000;
const AT_ONCE = 1_000;

type Context = Pick<ServiceContext, 'store' | 'pool' | 'clock'>;

/** One look at the customers: everything in it is seen from the same moment, with the same runs. */
interface Round {
  readonly segments: readonly KeptSegment[];
  readonly runIds: readonly string[];
  /** The run whose edges rate customers between runs, when there is one. */
  readonly live: { readonly run: ScoreRun; readonly edges: RfmEdges } | undefined;
  readonly basis: string;
  readonly now: number;
}

/**
 * Brings every membership and every live score up to date: looks at customers whose facts or scores changed, at all for a new
 * segment or run, and at those whose day has come. What changed is told first and noted then, so that a crash in between
 * tells nobody twice.
 */
export async function keepMemberships(context: Context, signal?: AbortSignal): Promise<void> {
  const segments = await keptSegments(context.pool);
  const runs = await runsAt(context.pool, {});
  const live = liveRunOf(runs);
  if (segments.length === 0 && live === undefined) return;
  const runIds = runs.map(({ runId }) => runId);
  const told = live === undefined ? null : await lastToldBy(context.pool);
  const basis = fingerprintOf([segments.map(({ segmentId }) => segmentId), runIds, told]);
  const round: Round = { segments, runIds, live, basis, now: context.clock() };
  const today = dateOf(round.now);
  for (;;) {
    const customers = await customersToLookAt(context.pool, { basis, today, limit: BATCH });
    if (customers.length === 0) break;
    await lookAt(context, round, customers);
    signal?.throwIfAborted();
  }
  await noteSeen(context.pool, segments.map(({ segmentId }) => segmentId)); // prettier-ignore
}

async function lookAt(context: Context, round: Round, customers: readonly CustomerToLookAt[]): Promise<void> {
  const moves: SegmentMembershipEvent[] = [];
  for (const segment of round.segments) moves.push(...(await movesOf(context, round, segment, customers)));
  for (let from = 0; from < moves.length; from += AT_ONCE)
    await Promise.all(moves.slice(from, from + AT_ONCE).map((move) => tell(context, move)));
  const changes = await tellChanges(context, round, customers);
  const looks = customers.map((customer) => {
    const { partyId, facts } = customer;
    return { partyId, facts, days: daysUntilLook(round, customer) };
  });
  await inTransaction(context.pool, async (tx) => {
    await writeMoves(tx, moves);
    await noteTold(tx, changes);
    await noteLooks(tx, round.basis, dateOf(round.now), looks);
  });
}

/** In how many days a customer has to be looked at again although nothing happens. */
function daysUntilLook({ segments, live }: Round, { recencyDays, tenureDays }: CustomerToLookAt): number | undefined {
  const days = [
    ...segments.map(({ where }) => daysUntilNextLook(where, { recencyDays, tenureDays })),
    live === undefined || recencyDays === null ? undefined : daysUntilRecencyDrops(live.edges, recencyDays),
  ].filter((one) => one !== undefined);
  return days.length === 0 ? undefined : Math.min(...days);
}

/** Tells whose live score is of another class than was told. */
async function tellChanges(
  context: Context,
  { live, now }: Round,
  customers: readonly CustomerToLookAt[],
): Promise<readonly ScoreChange[]> {
  if (live === undefined) return [];
  const partyIds = customers.map(({ partyId }) => partyId);
  const changes = await liveChanges(context.pool, { edges: live.edges, now, partyIds });
  for (let from = 0; from < changes.length; from += AT_ONCE)
    await Promise.all(
      changes.slice(from, from + AT_ONCE).map((change) => tellLiveChange(context, live.run, { change, now })),
    );
  return changes;
}

async function movesOf(
  { pool }: Context,
  { runIds, now }: Round,
  segment: KeptSegment,
  customers: readonly CustomerToLookAt[],
): Promise<readonly SegmentMembershipEvent[]> {
  const { segmentId, where } = segment;
  const partyIds = customers.map(({ partyId }) => partyId);
  const inside = await evaluateSegment(pool, where, { now, runIds, partyIds });
  const told = await membersAmong(pool, segmentId, partyIds);
  const fulfilling = new Map(inside.members.map((member) => [member.partyId, member]));
  const changed = customers.filter(({ partyId }) => fulfilling.has(partyId) !== told.has(partyId));
  const leaving = changed.filter(({ partyId }) => told.has(partyId)).map(({ partyId }) => partyId);
  const values = new Map(
    (await valuesOf(pool, segment, { now, runIds, partyIds: leaving })).map((one) => [one.partyId, one.values]),
  );
  return changed.map((customer) => {
    const { partyId } = customer;
    const evidence = { values: fulfilling.get(partyId)?.values ?? values.get(partyId) ?? {}, runIds: inside.runIds };
    const data = { segmentId, partyId, at: new Date(now).toISOString(), reason: causeOf(segment, customer), evidence };
    return { type: told.has(partyId) ? 'SegmentLeft' : 'SegmentEntered', data };
  });
}

/** What the predicate sees of customers whether they fulfil it or not. */
async function valuesOf(
  pool: ServiceContext['pool'],
  { where }: KeptSegment,
  options: { readonly now: number; readonly runIds: readonly string[]; readonly partyIds: readonly string[] },
): Promise<readonly SegmentMember[]> {
  if (options.partyIds.length === 0) return [];
  const anyone = {
    any: featuresOf(where).flatMap((feature) => [
      { feature, exists: true },
      { feature, exists: false },
    ]),
  };
  return (await evaluateSegment(pool, anyone, options)).members;
}

function causeOf({ seen }: KeptSegment, { factsChanged, basisChanged }: CustomerToLookAt): MembershipCause {
  if (!seen) return 'segment-defined';
  if (factsChanged) return 'purchases-changed';
  return basisChanged ? 'scores-changed' : 'time-passed';
}

async function tell({ store }: Context, move: SegmentMembershipEvent): Promise<void> {
  const { segmentId, partyId } = move.data;
  const decide = move.type === 'SegmentEntered' ? enterSegment(move.data) : leaveSegment(move.data);
  try {
    await store.transact(segmentMembershipAggregate, membershipId(segmentId, partyId), decide, { key: partyId });
  } catch (error) {
    // Nobody is told anything about an erased customer.
    if (!(error instanceof KeyErased)) throw error;
  }
}
