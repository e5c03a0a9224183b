import { keyedRandom } from '@crm/customer-models';

/** Draws that depend on (seed, key) alone, so that a run can be repeated by its seed. */
export class Draws {
  private readonly uniform: () => number;

  constructor(
    readonly seed: number | string,
    key: string,
  ) {
    this.uniform = keyedRandom(seed, key).uniform;
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  between(low: number, high: number): number {
    return low + this.uniform() * (high - low);
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.whole(0, values.length - 1)] ?? values[0];
  }

  shuffled<T>(values: readonly T[]): T[] {
    const left = [...values];
    return values.flatMap(() => left.splice(this.whole(0, left.length - 1), 1));
  }

  /** The time to the next of events that come `perSecond` on average and do not know of each other, in milliseconds. */
  waitMs(perSecond: number): number {
    return (-Math.log(this.uniform()) / perSecond) * 1000;
  }

  /** A UUIDv8 of this stream's next draws. */
  id(): string {
    const hex = Array.from({ length: 4 }, () => this.whole(0, 0xffff_ffff).toString(16).padStart(8, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
