import type { Columns } from './columns.js';
import type { Options, OptionValues } from './options.js';
import type { Table } from './reading/table.js';
import { readTable } from './reading/table.js';
import type { Source } from './reading/records.js';
import type { Report } from './report.js';
import { checkRows, type RowCheck } from './reading/check-rows.js';

/** A verb as its file declares it. */
export interface VerbDeclaration<C extends Columns, O extends Options> {
  readonly name: string;
  readonly about: string;
  /** Known beforehand, or made of the options and the columns that the first file has. */
  readonly columns: C | ((options: OptionValues<O>, found: readonly string[]) => C);
  /** For the help, where the columns are not known beforehand. */
  readonly columnsAbout?: string;
  readonly options: O;
  /** What the keys of the JSON, which are the columns of the CSV too, mean. */
  readonly keys: Readonly<Record<string, string>>;
  readonly example: string;
  /** Makes the check of each record, alone or beside those before it: what a single cell cannot tell. */
  readonly check?: (table: Table<C>) => RowCheck<C>;
  readonly run: (table: Table<C>, options: OptionValues<O>) => Report;
}

/** A verb as the command line sees it. */
export interface Verb {
  readonly name: string;
  readonly about: string;
  readonly columns: Columns;
  readonly columnsAbout?: string;
  readonly options: Options;
  readonly keys: Readonly<Record<string, string>>;
  readonly example: string;
  readonly report: (question: Question) => Promise<Report>;
}

export interface Question {
  readonly sources: readonly Source[];
  readonly rename: ReadonlyMap<string, string>;
  readonly options: Readonly<Record<string, unknown>>;
}

export function verb<C extends Columns, O extends Options>(declaration: VerbDeclaration<C, O>): Verb {
  const { columns, check, run } = declaration;
  return {
    ...declaration,
    columns: typeof columns === 'function' ? {} : columns,
    report: async ({ sources, rename, options }) => {
      const values = options as OptionValues<O>;
      const wanted = typeof columns === 'function' ? (found: readonly string[]) => columns(values, found) : columns;
      const table = await readTable(sources, { columns: wanted, rename });
      if (check !== undefined) checkRows(table, check(table));
      return run(table, values);
    },
  };
}
