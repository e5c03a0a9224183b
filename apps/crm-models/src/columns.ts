import type { CellKind } from './reading/cell-kinds.js';
import { categoryCells, dateCells, numberCells, textCells, type NumberLimits } from './reading/cell-kinds.js';

/** A column that a verb reads: how its cells become values, and what a file may leave out. */
export interface Column<Value> {
  readonly kind: CellKind<Exclude<Value, null>>;
  readonly about: string;
  /** The file may be without it, and its cells may be empty: both are null. */
  readonly optional?: true;
  /** It must be there, but its cells may be empty: null. */
  readonly mayBeEmpty?: true;
  /** With `optional`: where one file has it, all have it, and none of its cells is empty. */
  readonly whole?: true;
}

export type Columns = Readonly<Record<string, Column<unknown>>>;

/** One record of the file as a verb sees it. */
export type Row<C extends Columns> = {
  readonly [Name in keyof C]: C[Name] extends Column<infer Value> ? Value : never;
};

export function text(about: string): Column<string> {
  return { kind: textCells, about };
}

/** 'YYYY-MM-DD', of which a file has few distinct ones. */
export function date(about: string): Column<string> {
  return { kind: dateCells, about };
}

export function number(about: string, limits: NumberLimits = {}): Column<number> {
  return { kind: numberCells(limits), about };
}

/** 0 or 1, also as false and true, no and yes. */
export function yesOrNo(about: string): Column<number> {
  return { kind: categoryCells({ '0': 0, '1': 1, false: 0, true: 1, no: 0, yes: 1 }), about };
}

export function optional<Value>(column: Column<Value>): Column<Value | null> {
  return { ...column, optional: true };
}

/** All files have the column without a gap, or none has it: null. A gap would not say whether nothing was or is not known. */
export function allOrNone<Value>(column: Column<Value>): Column<Value | null> {
  return { ...column, optional: true, whole: true };
}

export function mayBeEmpty<Value>(column: Column<Value>): Column<Value | null> {
  return { ...column, mayBeEmpty: true };
}
