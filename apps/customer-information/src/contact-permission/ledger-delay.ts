import type { ConsumerStatus, LaneStatus } from '@crm/messaging';

/** As many events in one lane are not worked off in a moment, whenever they were recorded. */
const MANY = 500n;
/** How long an event may be on its way to the ledger. */
const LATE_MS = 5_000;

/** A head of one lane that had not been reached when it was seen. */
interface Ahead {
  readonly head: bigint;
  readonly seenAt: number;
}

/**
 * Tells events that are on their way from a ledger that is behind, by looking again and again at those who keep it. Behind is
 * whoever does not run, whose source cannot be asked, who has a great deal before him in a lane, or who has not reached in
 * time what a lane held at an earlier look.
 */
export class LedgerDelay {
  private readonly ahead = new Map<string, Ahead>();

  constructor(private readonly keepers: readonly string[]) {}

  /** Whether the ledger is behind by this look, at a time in milliseconds. */
  isBehind(status: readonly ConsumerStatus[], now: number): boolean {
    const found = status.filter(({ consumer }) => this.keepers.includes(consumer));
    // Every one of them is looked at, so that none begins to be late only when another has recovered.
    const behind = found.filter((keeper) => this.keeperIsBehind(keeper, now));
    return behind.length > 0 || found.length < this.keepers.length;
  }

  private keeperIsBehind({ consumer, state, sources }: ConsumerStatus, now: number): boolean {
    if (sources.some(({ lag }) => lag === null)) return true;
    const late = sources.flatMap(({ source, lanes }) =>
      lanes.filter((lane) => this.isLate(`${consumer} ${source}`, lane, now) || (lane.lag ?? 0n) > MANY),
    );
    // Whoever backs off says so until the next event; with everything behind him there is none that he lacks.
    const lacksNothing = sources.every(({ lag }) => lag === 0n);
    return late.length > 0 || !(state === 'running' || (state === 'backing-off' && lacksNothing));
  }

  private isLate(feed: string, { lane, position, head }: LaneStatus, now: number): boolean {
    if (head === null) return false;
    const key = `${feed} ${String(lane)}`;
    const ahead = this.ahead.get(key);
    if (ahead !== undefined && position < ahead.head) return now - ahead.seenAt > LATE_MS;
    if (position < head) this.ahead.set(key, { head, seenAt: now });
    else this.ahead.delete(key);
    return false;
  }
}
