import type { Columns, Row } from '../columns.js';
import { FaultList } from './fault-list.js';
import type { Table } from './table.js';

/** What is wrong with a record, and in which of its columns. */
export interface RowFault {
  readonly column: string;
  readonly fault: string;
}

/** Takes the records in their order, each with its number from 0. */
export type RowCheck<C extends Columns> = (row: Row<C>, index: number) => RowFault | undefined;

/** Throws `DataFault` that names file, line and column of what cannot be. */
export function checkRows<C extends Columns>({ rows, placeOf }: Table<C>, check: RowCheck<C>): void {
  const faults = new FaultList();
  let index = 0;
  for (const row of rows) {
    const found = check(row, index);
    if (found !== undefined) faults.add(placeOf(index), `column "${found.column}": ${found.fault}`);
    index += 1;
  }
  faults.throwAny();
}
