import type { LanePositions } from '@crm/event-sourcing';
import type { ConsumerWork } from './consumer-work.js';
import { BEYOND } from './feed.js';

/** How a consumer stands to a source. */
export interface Look {
  /** Whether the source holds all that the consumer has had; one that was restored does not. */
  readonly isWhole: boolean;
  /** Where to read from in lanes that have not moved since the last look, and `BEYOND` in the others; undefined when all go on. */
  readonly from: LanePositions | undefined;
}

/**
 * Finds the lanes of a source in which a consumer stands still although there is more. A topic forgets what is older than its
 * retention: to whoever comes later it brings nothing until something new happens there. And while the broker is away, it brings
 * nothing to anybody.
 */
export class StillLanes {
  private readonly seen = new Map<string, LanePositions>();

  constructor(private readonly work: ConsumerWork) {}

  async look(source: string): Promise<Look> {
    const [positions, heads] = await Promise.all([this.work.standing(source), this.work.headsOf(source)]);
    const before = this.seen.get(source);
    this.seen.set(source, positions);
    const ahead = (lane: number): bigint => (heads[lane] ?? 0n) - (positions[lane] ?? 0n);
    const from = positions.map((position, lane) =>
      position === before?.[lane] && ahead(lane) > 0n ? position : BEYOND,
    );
    return {
      isWhole: !heads.some((_, lane) => ahead(lane) < 0n),
      from: from.some((position) => position !== BEYOND) ? from : undefined,
    };
  }

  /** After what was still was read: whether it stands still again is seen at the next look. */
  async moved(source: string): Promise<void> {
    this.seen.set(source, await this.work.standing(source));
  }
}
