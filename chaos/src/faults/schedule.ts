import { Draws } from '../draws.js';
import { FAULTS, type FaultKind, type FaultName, type Topology } from './kinds.js';

export interface ScheduleOptions {
  readonly seed: number | string;
  readonly durationMs: number;
  readonly topology: Topology;
  readonly kinds: readonly FaultName[];
  /** How long a stopped process stands still. */
  readonly stopMs: number;
}

/** A fault at its time. */
export interface ScheduledFault {
  readonly number: number;
  /** Milliseconds after the start of the load. */
  readonly at: number;
  readonly forMs: number;
  readonly fault: FaultName;
  readonly target: string;
  /** From 0 to 1, for what the fault has to choose by itself. */
  readonly draw: number;
}

const WARM_UP_MS = 5_000;
const QUIET_AT_END_MS = 5_000;
const BETWEEN_MS = [2_000, 6_000] as const;
const SECOND_AT_ONCE = 0.3;

/** Which fault begins when, one or two at a time, from a deck that is used up before it is shuffled again. Depends on the options alone. */
export function scheduleFaults(options: ScheduleOptions): readonly ScheduledFault[] {
  return new Scheduling(options).run();
}

class Scheduling {
  private readonly draws: Draws;
  private readonly targets = new Map<FaultName, string[]>();
  private readonly scheduled: ScheduledFault[] = [];
  private deck: FaultName[] = [];

  constructor(private readonly options: ScheduleOptions) {
    this.draws = new Draws(options.seed, 'faults');
  }

  run(): readonly ScheduledFault[] {
    const end = this.options.durationMs - QUIET_AT_END_MS;
    for (let at = WARM_UP_MS; at < end;) {
      const first = this.next(at, end, []);
      if (first === undefined) break;
      const second = this.draws.chance(SECOND_AT_ONCE)
        ? this.next(at + this.draws.between(0, first.forMs / 2), end, [first.target])
        : undefined;
      at = Math.max(...[first, second].map((fault) => (fault === undefined ? at : fault.at + fault.forMs)));
      at += this.draws.between(...BETWEEN_MS);
    }
    return this.scheduled;
  }

  /** The next card of the deck that fits into the time that is left and hits nobody who is hit already. */
  private next(at: number, end: number, hit: readonly string[]): ScheduledFault | undefined {
    if (this.deck.length === 0) this.deck = this.freshDeck();
    for (const [index, fault] of this.deck.entries()) {
      const forMs = this.lengthOf(fault);
      const target = this.targetOf(fault, hit);
      if (target === undefined || at + forMs > end) continue;
      this.deck.splice(index, 1);
      const draw = this.draws.between(0, 1);
      const scheduled = { number: this.scheduled.length + 1, at, forMs, fault, target, draw };
      this.scheduled.push(scheduled);
      return scheduled;
    }
    return undefined;
  }

  private freshDeck(): FaultName[] {
    const cards = this.options.kinds.flatMap((name) => {
      const { often = 1, targets }: FaultKind = FAULTS[name];
      return targets(this.options.topology).length === 0 ? [] : Array.from({ length: often }, () => name);
    });
    return this.draws.shuffled(cards);
  }

  private lengthOf(fault: FaultName): number {
    if (fault === 'stop') return this.options.stopMs;
    const [least, most] = FAULTS[fault].seconds;
    return this.draws.between(least, most) * 1000;
  }

  /** Everybody is hit once before anybody is hit again. */
  private targetOf(fault: FaultName, hit: readonly string[]): string | undefined {
    let left = this.targets.get(fault) ?? [];
    if (left.length === 0) left = this.draws.shuffled(FAULTS[fault].targets(this.options.topology));
    const index = left.findIndex((target) => !hit.includes(target));
    const [target] = index < 0 ? [] : left.splice(index, 1);
    this.targets.set(fault, left);
    return target;
  }
}
