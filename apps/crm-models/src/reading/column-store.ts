import { Fault, type CellKind } from './cell-kinds.js';

/** The cells of one column, kept small: a million records fit into a few megabytes. */
export interface ColumnStore {
  /** Takes the next cell; answers what is wrong with it. */
  readonly push: (cell: string) => Fault | undefined;
  readonly pushEmpty: () => void;
  readonly at: (index: number) => unknown;
  /** Gives back what only reading needs. */
  readonly finish: () => void;
}

/** The cells of a column of texts: `codes` has for each record where its text stands in `texts`, -1 for an empty cell. */
export interface CodedTexts {
  readonly codes: Int32Array;
  readonly texts: readonly unknown[];
}

export function storeOf(kind: CellKind<unknown>): ColumnStore {
  return kind.repeats ? new RepeatingCells(kind) : new NumericCells(kind as CellKind<number>);
}

const EMPTY = -1;

export class RepeatingCells implements ColumnStore {
  private readonly values: unknown[] = [];
  private known = new Map<string, number>();
  private codes = new Int32Array(1_024);
  private count = 0;

  constructor(private readonly kind: CellKind<unknown>) {}

  push(cell: string): Fault | undefined {
    let code = this.known.get(cell);
    if (code === undefined) {
      // A long field is a view of the chunk that it was read from, and would keep all of it.
      const value = this.kind.read(` ${cell}`.slice(1));
      if (value instanceof Fault) return value;
      code = this.values.push(value) - 1;
      this.known.set(typeof value === 'string' ? value : cell, code);
    }
    this.put(code);
    return undefined;
  }

  pushEmpty(): void {
    this.put(EMPTY);
  }

  at(index: number): unknown {
    const code = this.codes[index] ?? EMPTY;
    return code === EMPTY ? null : this.values[code];
  }

  finish(): void {
    this.known = new Map();
  }

  coded(): CodedTexts {
    return { codes: this.codes, texts: this.values };
  }

  private put(code: number): void {
    if (this.count === this.codes.length) {
      const larger = new Int32Array(this.count * 2);
      larger.set(this.codes);
      this.codes = larger;
    }
    this.codes[this.count++] = code;
  }
}

class NumericCells implements ColumnStore {
  private numbers = new Float64Array(1_024);
  private count = 0;

  constructor(private readonly kind: CellKind<number>) {}

  push(cell: string): Fault | undefined {
    const value = this.kind.read(cell);
    if (value instanceof Fault) return value;
    this.put(value);
    return undefined;
  }

  pushEmpty(): void {
    this.put(NaN);
  }

  at(index: number): unknown {
    const value = this.numbers[index] ?? NaN;
    return Number.isNaN(value) ? null : value;
  }

  finish(): void {
    this.numbers = this.numbers.subarray(0, this.count);
  }

  private put(value: number): void {
    if (this.count === this.numbers.length) {
      const larger = new Float64Array(this.count * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[this.count++] = value;
  }
}
