import { dayNumber } from '@crm/customer-models';

/** How the text of a cell becomes a value. `read` answers a `Fault` for what is none. */
export interface CellKind<Value> {
  readonly read: (cell: string) => Value | Fault;
  /** Values that repeat are kept once for all records. */
  readonly repeats: boolean;
}

/** The end of the sentence `"12x" …`. */
export class Fault {
  constructor(readonly text: string) {}
}

export interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
  readonly whole?: true;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/** The squares of larger numbers, and their sums, are more than a number can hold. */
const LARGEST = 1e60;

/** A finite decimal number with a point; NaN for any other text, hexadecimal ones included. */
export function decimal(text: string): number {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

export const textCells: CellKind<string> = { repeats: true, read: (cell) => cell };

export const dateCells: CellKind<string> = {
  repeats: true,
  read: (cell) => {
    try {
      dayNumber(cell);
      return cell;
    } catch {
      return new Fault('is not a date (YYYY-MM-DD)');
    }
  },
};

export function numberCells({ min = -Infinity, max = Infinity, whole }: NumberLimits): CellKind<number> {
  return {
    repeats: false,
    read: (cell) => {
      const value = decimal(cell);
      if (Number.isNaN(value)) return new Fault('is not a number');
      if (whole === true && !Number.isInteger(value)) return new Fault('is not a whole number');
      if (whole === true && !Number.isSafeInteger(value)) return new Fault('is too large to be exact');
      if (Math.abs(value) > LARGEST) return new Fault(`is beyond ${String(LARGEST)}`);
      if (value < min) return new Fault(min === 0 ? 'is negative' : `is less than ${String(min)}`);
      return value > max ? new Fault(`is more than ${String(max)}`) : value;
    },
  };
}

export function categoryCells(values: Readonly<Record<string, number>>): CellKind<number> {
  const known = new Map(Object.entries(values));
  return {
    repeats: false,
    read: (cell) => known.get(cell.toLowerCase()) ?? new Fault(`is none of ${[...known.keys()].join(', ')}`),
  };
}
