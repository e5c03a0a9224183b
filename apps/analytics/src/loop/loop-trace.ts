import { sum, type HopCounts, type HopName } from './hop.js';
import { listHops } from './list-hops.js';
import type { LoopCounts } from './loop-counts.js';
import { responseHops } from './response-hops.js';
import { resultHops } from './result-hops.js';
import { waveHops } from './wave-hops.js';

export type HopStatus = 'done' | 'waiting' | 'skipped' | 'late';

export interface LoopHop {
  readonly hop: HopName;
  readonly name: string;
  readonly service: string;
  readonly unit: 'facts' | 'customers' | 'members' | 'responses' | 'results';
  readonly status: HopStatus;
  /** Who is awaited while the hop is open. */
  readonly waitsFor?: Awaited;
  /** Why it is skipped. */
  readonly reason?: string;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  readonly in: number;
  readonly out: number;
  readonly pending: number;
  readonly lost: Readonly<Record<string, number>>;
}

export interface LoopTrace {
  readonly loopId: string;
  readonly campaignId: string;
  readonly status: 'running' | 'complete';
  readonly hops: readonly LoopHop[];
  readonly reconciles: boolean;
  /** Whether the counts hold everything that the sources held when somebody asked; while they do not, no break can be found. */
  readonly caughtUp: boolean;
  readonly breaks: readonly { readonly hop: HopName; readonly expected: number; readonly found: number }[];
}

type Awaited = 'machine' | 'people' | 'customers';

/** How far the rows can be trusted. */
export interface Seen {
  readonly now: number;
  /** Everything that the sources held when somebody asked is in the rows. */
  readonly caughtUp: boolean;
  /** Nothing has come from marketing for a while. */
  readonly quiet: boolean;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const CARRIED_OUT_ELSEWHERE = 'carried-out-elsewhere';

interface HopKind extends Pick<LoopHop, 'name' | 'service' | 'unit'> {
  readonly waitsFor: Awaited;
  /** How long it may be open before it is late; without it nobody can say. */
  readonly allowanceMs?: number;
}

const HOPS: Readonly<Record<HopName, HopKind>> = {
  '1': {
    name: 'mart refreshed',
    service: 'analytics',
    unit: 'facts',
    waitsFor: 'machine',
    allowanceMs: 10 * MINUTE_MS,
  },
  '2': {
    name: 'customers scored',
    service: 'analytics',
    unit: 'customers',
    waitsFor: 'machine',
    allowanceMs: 10 * MINUTE_MS,
  },
  '3': {
    name: 'target list frozen',
    service: 'analytics',
    unit: 'members',
    waitsFor: 'machine',
    allowanceMs: 10 * MINUTE_MS,
  },
  '4': {
    name: 'target list delivered',
    service: 'analytics',
    unit: 'members',
    waitsFor: 'machine',
    allowanceMs: 10 * MINUTE_MS,
  },
  '4-1': {
    name: 'wave loaded',
    service: 'marketing',
    unit: 'members',
    waitsFor: 'machine',
    allowanceMs: 10 * MINUTE_MS,
  },
  '5': {
    name: 'treatments assigned',
    service: 'marketing',
    unit: 'members',
    waitsFor: 'machine',
    allowanceMs: 10 * MINUTE_MS,
  },
  // Quiet hours and people may take a day.
  '6': {
    name: 'treatments presented',
    service: 'marketing',
    unit: 'members',
    waitsFor: 'machine',
    allowanceMs: DAY_MS,
  },
  '7': { name: 'responses heard', service: 'marketing', unit: 'responses', waitsFor: 'customers' },
  '8': {
    name: 'responses matched',
    service: 'marketing',
    unit: 'responses',
    waitsFor: 'machine',
    allowanceMs: 10 * MINUTE_MS,
  },
  '8-1': {
    name: 'responses classified',
    service: 'marketing',
    unit: 'responses',
    waitsFor: 'machine',
    allowanceMs: 10 * MINUTE_MS,
  },
  '9': {
    name: 'responses projected',
    service: 'analytics',
    unit: 'responses',
    waitsFor: 'machine',
    allowanceMs: 10 * MINUTE_MS,
  },
  '10': {
    name: 'result computed',
    service: 'analytics',
    unit: 'results',
    waitsFor: 'machine',
    allowanceMs: 10 * MINUTE_MS,
  },
  '11': {
    name: 'result published',
    service: 'analytics',
    unit: 'results',
    waitsFor: 'machine',
    allowanceMs: 10 * MINUTE_MS,
  },
  '12': { name: 'result read', service: 'analytics', unit: 'results', waitsFor: 'people', allowanceMs: 30 * DAY_MS },
};
const BEFORE_THE_WAVE: ReadonlySet<HopName> = new Set(['1', '2', '3', '4']);
/** From here on more may come at any time: done means that nothing is on its way. */
const AFTER_THE_WAVE: ReadonlySet<HopName> = new Set(['7', '8', '8-1', '9', '10', '11', '12']);

/** What a loop's rows say about it, hop by hop. */
export function traceOf(loop: LoopCounts, seen: Seen): LoopTrace {
  const counts = [...listHops(loop), ...waveHops(loop), ...responseHops(loop, seen.now), ...resultHops(loop, seen.now)];
  const hops: LoopHop[] = [];
  for (const hop of counts) hops.push(hopOf(hop, hops, loop, seen));
  const breaks = counts.flatMap((hop, index) => breakOf(hop, hops[index]?.status ?? 'waiting', seen));
  const complete = hops.every(({ status }) => status === 'done' || status === 'skipped');
  return {
    loopId: loop.loopId,
    campaignId: loop.campaignId,
    status: complete ? 'complete' : 'running',
    hops,
    reconciles: breaks.length === 0,
    caughtUp: seen.caughtUp,
    breaks,
  };
}

/** A hop in which something is missing although everything has arrived that could hold it. */
function breakOf(hop: HopCounts, status: HopStatus, { caughtUp, quiet }: Seen): LoopTrace['breaks'] {
  if (!caughtUp || status === 'skipped') return [];
  if (hop.missing !== undefined) return [{ hop: hop.hop, ...hop.missing }];
  const found = hop.out + sum(hop.lost);
  const holds = hop.in === found + hop.pending;
  const stuck = hop.pending > 0 && hop.machine && (quiet || status === 'late');
  return holds && !stuck ? [] : [{ hop: hop.hop, expected: hop.in, found }];
}

function hopOf(counts: HopCounts, before: readonly LoopHop[], loop: LoopCounts, seen: Seen): LoopHop {
  const { hop, in: came, out, pending, lost, firstAt, lastAt } = counts;
  const { name, service, unit } = HOPS[hop];
  const shown = { hop, name, service, unit };
  const times = { firstAt, lastAt, in: came, out, pending, lost };
  if (loop.origin === 'elsewhere' && BEFORE_THE_WAVE.has(hop))
    return {
      ...shown,
      status: 'skipped',
      reason: CARRIED_OUT_ELSEWHERE,
      firstAt: null,
      lastAt: null,
      in: 0,
      out: 0,
      pending: 0,
      lost: {},
    };
  const previous = before.at(-1);
  const isNext = previous === undefined || previous.status === 'done' || previous.status === 'skipped';
  if (isNext && isDone(counts, seen)) return { ...shown, status: 'done', ...times };
  const waitsFor = awaitedIn(hop, loop);
  const late = isNext && isLate(hop, previous?.lastAt ?? loop.beganAt, { loop, waitsFor, now: seen.now });
  return { ...shown, status: late ? 'late' : 'waiting', waitsFor, ...times };
}

function isDone({ hop, in: came, out, lost, pending, ended, missing }: HopCounts, { caughtUp }: Seen): boolean {
  if (AFTER_THE_WAVE.has(hop) && !caughtUp) return false;
  return ended && pending === 0 && missing === undefined && came === out + sum(lost);
}

function awaitedIn(hop: HopName, { approvedAt, paused, closedAt, plan }: LoopCounts): Awaited {
  const held = closedAt === null && (approvedAt === null || paused === true);
  if (hop === '5' && held) return 'people';
  if (hop === '6' && (held || plan?.assignTo !== undefined)) return 'people';
  return HOPS[hop].waitsFor;
}

interface Openness {
  readonly loop: LoopCounts;
  readonly waitsFor: Awaited;
  readonly now: number;
}

/** Open longer than allowed. Until somebody lets a campaign run, and while it has not begun, nothing of it is late. */
function isLate(hop: HopName, since: string, { loop, waitsFor, now }: Openness): boolean {
  const { allowanceMs } = HOPS[hop];
  if (allowanceMs === undefined || (hop === '5' && waitsFor === 'people')) return false;
  const openSince = Math.max(Date.parse(since), Date.parse(loop.approvedAt ?? since), hop === '5' ? opensAt(loop) : 0);
  const byPeople = hop === '6' && waitsFor === 'people' && loop.plan !== null ? Date.parse(loop.plan.period.to) : 0;
  return now > Math.max(openSince + allowanceMs, byPeople);
}

/** When the campaign's period opens by the real clock; one that replays a past moment does not wait for it. */
function opensAt({ startedAt, approvedAt, closedAt, plan }: LoopCounts): number {
  if (plan === null || closedAt !== null) return 0;
  const replayed = startedAt !== null && approvedAt !== null && Date.parse(startedAt) < Date.parse(approvedAt) - DAY_MS;
  return replayed ? 0 : Date.parse(plan.period.from);
}
