import type { RfmEdges } from '@crm/customer-models';
import { fingerprintOf, inTransaction } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import { dateOf } from '../customer-features/features-at.js';
import { changeToTell, noteChanges, tellChanges, type ChangeToTell } from '../customer-score/changes-to-tell.js';
import { daysUntilRecencyDrops, LIVE_MODEL, liveRunOf } from '../customer-score/live-rfm.js';
import { lastToldBy, liveChanges } from '../customer-score/score-changes.js';
import { runsAt, type ScoreRun } from '../customer-score/score-runs.js';
import { evaluateSegment, type SegmentMember } from '../segment/evaluate-segment.js';
import { featuresOf } from '../segment/segment-where.js';
import { customersToLookAt, noteLooks, type CustomerToLookAt } from './customers-to-look-at.js';
import { keptSegments, membersAmong, noteSeen, writeMoves, type KeptSegment } from './member-rows.js';
import { tellMoves } from './moves-to-tell.js';
import { daysUntilNextLook } from './next-look.js';
import type { MembershipCause, SegmentMembershipEvent } from './segment-membership.events.js';

const BATCH = 5_000;

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
 * segment or run, and at those whose day has come. What changed is noted first and told then, so that after a crash it is told
 * before anybody is looked at again.
 */
export async function keepMemberships(context: Context, signal?: AbortSignal): Promise<void> {
  await tellNoted(context, signal);
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
    await tellNoted(context, signal);
    signal?.throwIfAborted();
  }
  await noteSeen(context.pool, segments.map(({ segmentId }) => segmentId)); // prettier-ignore
}

async function tellNoted(context: Context, signal?: AbortSignal): Promise<void> {
  await tellMoves(context, signal);
  await tellChanges(context, LIVE_MODEL, signal);
}

async function lookAt(context: Context, round: Round, customers: readonly CustomerToLookAt[]): Promise<void> {
  const moves: SegmentMembershipEvent[] = [];
  for (const segment of round.segments) moves.push(...(await movesOf(context, round, segment, customers)));
  const changes = await changesOf(context, round, customers);
  const looks = customers.map((customer) => {
    const { partyId, facts } = customer;
    return { partyId, facts, days: daysUntilLook(round, customer) };
  });
  await inTransaction(context.pool, async (tx) => {
    await writeMoves(tx, moves);
    await noteChanges(tx, changes);
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

/** Whose live score is of another class than was told. */
async function changesOf(
  { pool }: Context,
  { live, now }: Round,
  customers: readonly CustomerToLookAt[],
): Promise<readonly ChangeToTell[]> {
  if (live === undefined) return [];
  const partyIds = customers.map(({ partyId }) => partyId);
  const changes = await liveChanges(pool, { edges: live.edges, now, partyIds });
  return changes.map((change) => changeToTell('live', live.run, change, now));
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
