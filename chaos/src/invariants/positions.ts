/**
 * Follows the positions on a topic: each lane in its own partition, from 1 on without a gap; repeats are in order. What was under
 * way when a broker lost its topics may stand at the very beginning, if it comes again in its place.
 */
export class Positions {
  /** Up to where each lane is there. */
  readonly lasts = new Map<number, number>();
  private readonly wrong: string[] = [];
  private readonly early = new Map<number, number>();

  add(partition: number, lane: number, position: number): void {
    if (partition !== lane) this.wrong.push(`lane ${lane} in partition ${partition}`);
    const last = this.lasts.get(lane) ?? 0;
    if (last === 0 && position > 1) {
      this.early.set(lane, Math.max(position, this.early.get(lane) ?? 0));
      return;
    }
    if (position > last + 1) this.wrong.push(`partition ${lane}: position ${position} comes after ${last}`);
    this.lasts.set(lane, Math.max(last, position));
  }

  get astray(): readonly string[] {
    const alone = [...this.early].filter(([lane, position]) => position > (this.lasts.get(lane) ?? 0));
    return [...this.wrong, ...alone.map(([lane, position]) => `partition ${lane}: begins with position ${position}`)];
  }
}
