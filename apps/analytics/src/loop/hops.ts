import { fingerprintOf } from '@crm/event-sourcing';
import type { LoopCounts, ResultVersion } from './loop-counts.js';

type Counts = Readonly<Record<string, number>>;
type Time = string | null;

export type HopName = '1' | '2' | '3' | '4' | '4-1' | '5' | '6' | '7' | '8' | '8-1' | '9' | '10' | '11' | '12';

/** One hop as an equation over rows: `in = out + lost + pending`. */
export interface HopCounts {
  readonly hop: HopName;
  readonly in: number;
  readonly out: number;
  readonly lost: Counts;
  readonly pending: number;
  readonly firstAt: Time;
  readonly lastAt: Time;
  /** Whether what ends the hop has happened; its equation alone does not say so. */
  readonly ended: boolean;
  /** Rows that cannot be there unless others are missing: how many there must be, and how many there are. */
  readonly missing?: { readonly expected: number; readonly found: number };
  /** Nobody but machines is awaited: what is pending although nothing moves any more is lost. */
  readonly machine: boolean;
}

const DAY_MS = 86_400_000;

/** When the response window of a loop's wave ends, by its campaign's rule. */
export function windowEndOf({ startedAt, plan }: Pick<LoopCounts, 'startedAt' | 'plan'>): number | undefined {
  return startedAt === null || plan === null ? undefined : Date.parse(startedAt) + plan.response.windowDays * DAY_MS;
}

/** Whether no answer is awaited any more: the campaign is closed, or the window over by the real clock. */
export function isOver(loop: LoopCounts, now: number): boolean {
  const end = windowEndOf(loop);
  return loop.closedAt !== null || (end !== undefined && end <= now);
}

/** Hops 1 to 4: analytics makes a list of what is known and sends it out. */
export function listHops(loop: LoopCounts): readonly HopCounts[] {
  const { members, runsAsked, runsSeen, customers, frozen } = loop;
  const facts = Number(loop.facts ?? 0n);
  const { delivered } = members;
  const sent = frozen ?? delivered;
  const nothing = { lost: {}, pending: 0, machine: true };
  return [
    {
      ...{ hop: '1', in: facts, out: facts, ...nothing, firstAt: loop.refreshedAt, lastAt: loop.refreshedAt },
      ended: loop.refreshedAt !== null,
      ...missing(loop.frozenAt !== null && loop.refreshedAt === null, 1, 0),
    },
    {
      ...{ hop: '2', in: customers, out: customers, ...nothing, firstAt: loop.firstRunAt, lastAt: loop.lastRunAt },
      ended: loop.definedAt !== null && runsSeen === runsAsked,
      ...missing(runsSeen < runsAsked, runsAsked, runsSeen),
    },
    {
      ...{ hop: '3', in: loop.selected ?? 0, out: frozen ?? 0, lost: loop.suppressed ?? {}, pending: 0, machine: true },
      ...{ firstAt: loop.definedAt, lastAt: loop.frozenAt, ended: loop.frozenAt !== null },
      ...missing(frozen === null && delivered > 0, delivered, 0),
    },
    {
      ...{ hop: '4', in: sent, out: delivered, lost: {}, machine: true },
      ...{ firstAt: members.deliveredFirst, lastAt: loop.deliveredAt ?? members.deliveredLast, ended: loop.deliveredAt !== null },
      // After the end of the delivery no chunk can follow.
      pending: loop.deliveredAt === null ? Math.max(0, sent - delivered) : 0,
    },
  ];
}

/** Hops 4-1 to 6: marketing draws the members and treats them. */
export function waveHops(loop: LoopCounts): readonly HopCounts[] {
  const { members, toldAccepted, toldRejected, loadedAt, completedAt } = loop;
  const { accepted, treated, assigned, presented, undetermined } = members;
  const rejected = sum(members.rejected);
  const told = (toldAccepted ?? 0) + (toldRejected ?? 0);
  const came = Math.max(told, loop.origin === 'elsewhere' ? accepted + rejected : members.delivered);
  const erased = counted('party-erased', members.erasedUnassigned);
  const lost = { ...members.skipped, ...counted('undetermined', undetermined), ...counted('party-erased', members.erasedOpen) };
  const open = assigned - presented - sum(lost);
  const complete = completedAt !== null && completedAt >= (loadedAt ?? '') && completedAt >= (members.assignedLast ?? '');
  return [
    {
      ...{ hop: '4-1', in: came, out: accepted, lost: members.rejected, machine: true },
      ...{ firstAt: members.loadedFirst, lastAt: loadedAt ?? members.loadedLast },
      ended: loadedAt !== null && accepted + rejected <= told,
      pending: loadedAt === null ? Math.max(0, came - accepted - rejected) : 0,
      ...missing(
        members.notLoaded > 0 || (loadedAt !== null && accepted < (toldAccepted ?? 0)),
        Math.max(toldAccepted ?? 0, accepted + members.notLoaded),
        accepted,
      ),
    },
    {
      ...{ hop: '5', in: treated, out: assigned, lost: erased, firstAt: members.assignedFirst, lastAt: members.assignedLast },
      ...{ pending: Math.max(0, treated - assigned - members.erasedUnassigned), ended: true },
      machine: (loop.approvedAt !== null && loop.paused !== true) || loop.closedAt !== null,
      ...missing(members.notAssigned > 0, assigned + members.notAssigned, assigned),
    },
    {
      ...{ hop: '6', in: assigned, out: presented, lost, firstAt: members.settledFirst, lastAt: members.settledLast },
      ...{ pending: Math.max(0, open), ended: true, machine: false },
      ...missing(complete && open > 0, assigned, assigned - open),
    },
  ];
}

/** Hops 7 to 9: what customers answer, matched, classified and stored. */
export function responseHops(loop: LoopCounts, now: number): readonly HopCounts[] {
  const { responses: all } = loop;
  const waiting = all.unmatched + all.erasedUnmatched;
  const attributed = all.responses + waiting;
  const unclassified = all.responses - all.classified - all.erasedUnclassified;
  return [
    {
      ...{ hop: '7', in: attributed, out: all.heard + waiting, lost: {}, pending: 0 },
      ...{ firstAt: all.heardFirst, lastAt: all.heardLast, ended: isOver(loop, now), machine: false },
    },
    {
      ...{ hop: '8', in: attributed, out: all.recorded, lost: counted('party-erased', all.erasedUnmatched), pending: all.unmatched },
      ...{ firstAt: all.recordedFirst, lastAt: all.recordedLast, ended: true, machine: true },
    },
    {
      ...{ hop: '8-1', in: all.responses, out: all.classified, lost: counted('party-erased', all.erasedUnclassified), pending: unclassified },
      ...{ firstAt: all.classifiedFirst, lastAt: all.classifiedLast, ended: true, machine: loop.loadedAt !== null },
    },
    {
      ...{ hop: '9', in: all.classified, out: all.projected, lost: {}, pending: all.classified - all.projected },
      ...{ firstAt: all.projectedFirst, lastAt: all.projectedLast, ended: true, machine: true },
    },
  ];
}

/** Hops 10 to 12: one result a loop, in as many versions as it took. */
export function resultHops(loop: LoopCounts, now: number): readonly HopCounts[] {
  const { results, members } = loop;
  const due = isOver(loop, now);
  const newest = results.at(-1);
  const whole = results.filter((version) => holdsAllFacts(loop, version));
  const current = newest !== undefined && whole.includes(newest) && newest.closed === (loop.closedAt !== null) ? newest : undefined;
  const judged = due || results.length > 0 ? 1 : 0;
  const computed = current === undefined ? 0 : 1;
  const published = current?.publishedAt == null ? 0 : 1;
  const viewed = whole.filter(({ viewedFirst }) => viewedFirst !== null);
  const read = published === 1 && viewed.length > 0 ? 1 : 0;
  const publishedAt = results.flatMap((version) => version.publishedAt ?? []);
  return [
    {
      ...{ hop: '10', in: judged, out: computed, lost: {}, pending: judged - computed, ended: due, machine: false },
      ...{ firstAt: results[0]?.at ?? null, lastAt: newest?.at ?? null },
      ...missing(current !== undefined && current.loop?.members !== members.accepted, members.accepted, current?.loop?.members ?? 0),
    },
    {
      ...{ hop: '11', in: computed, out: published, lost: {}, pending: computed - published, ended: due, machine: true },
      ...{ firstAt: publishedAt[0] ?? null, lastAt: publishedAt.at(-1) ?? null },
    },
    {
      ...{ hop: '12', in: published, out: read, lost: {}, pending: published - read, ended: due && published === 1, machine: false },
      ...{ firstAt: viewed[0]?.viewedFirst ?? null, lastAt: viewed.at(-1)?.viewedLast ?? null },
    },
  ];
}

function holdsAllFacts({ lastFacts }: LoopCounts, { loop }: ResultVersion): boolean {
  return loop !== undefined && fingerprintOf(loop.facts) === fingerprintOf(lastFacts);
}

function missing(isMissing: boolean, expected: number, found: number): Pick<HopCounts, 'missing'> {
  return isMissing ? { missing: { expected, found } } : {};
}

function counted(reason: string, count: number): Counts {
  return count === 0 ? {} : { [reason]: count };
}

export function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
