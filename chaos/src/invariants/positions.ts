/** Follows the positions on a topic: each lane in its own partition, from 1 on without a gap; repeats are in order. */
export class Positions {
  /** Up to where each lane is there. */
  readonly lasts = new Map<number, number>();
  readonly astray: string[] = [];

  add(partition: number, lane: number, position: number): void {
    if (partition !== lane) this.astray.push(`lane ${lane} in partition ${partition}`);
    const last = this.lasts.get(lane) ?? 0;
    if (position > last + 1) this.astray.push(`partition ${lane}: position ${position} comes after ${last}`);
    this.lasts.set(lane, Math.max(last, position));
  }
}
