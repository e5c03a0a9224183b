import { DataFault } from '../faults.js';

/** After so many faults the rest would say nothing new. */
const MOST_FAULTS = 10;

/** Faults of the data, each with its place; throws when there are enough of them. */
export class FaultList {
  private readonly lines: string[] = [];

  add(place: string, fault: string): void {
    this.lines.push(`${place}: ${fault}`);
    if (this.isFull()) throw new DataFault([...this.lines, 'further faults are not looked for']);
  }

  throwAny(): void {
    if (this.lines.length > 0) throw new DataFault(this.lines);
  }

  /** What ended the reading, after the faults found until then. */
  before(last: DataFault): DataFault {
    return this.lines.length === 0 || this.isFull()
      ? last
      : new DataFault([...this.lines, ...last.lines], { cause: last });
  }

  private isFull(): boolean {
    return this.lines.length >= MOST_FAULTS;
  }
}
