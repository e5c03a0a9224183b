import type { LoopCounts } from './loop-counts.js';

export type Counts = Readonly<Record<string, number>>;
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

/** Says that rows are missing, if so. */
export function missing(isMissing: boolean, expected: number, found: number): Pick<HopCounts, 'missing'> {
  return isMissing ? { missing: { expected, found } } : {};
}

/** A reason with its count, unless that is none. */
export function counted(reason: string, count: number): Counts {
  return count === 0 ? {} : { [reason]: count };
}

/** The sum over all reasons. */
export function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
