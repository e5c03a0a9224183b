import type { Columns, Row } from '../columns.js';
import { DataFault } from '../faults.js';
import type { Fault } from './cell-kinds.js';
import { RepeatingCells, storeOf, type CodedTexts, type ColumnStore } from './column-store.js';
import { FaultList } from './fault-list.js';
import { Header } from './header.js';
import { Places } from './places.js';
import { readRecords, type Source } from './records.js';

/** The records of all files, column by column. */
export interface Table<C extends Columns> {
  readonly length: number;
  /** Every record as a new object, each time from the first. */
  readonly rows: Iterable<Row<C>>;
  readonly columns: readonly string[];
  /** `file:line` of a record by its number from 0. */
  readonly placeOf: (index: number) => string;
  /** A column of texts by code, for what is too much to do with a million records. */
  readonly coded: (column: keyof C & string) => CodedTexts;
}

export interface Wanted<C extends Columns> {
  /** The columns, or what makes them of those in the first file. */
  readonly columns: C | ((found: readonly string[]) => C);
  /** Names in the files to names of columns. */
  readonly rename: ReadonlyMap<string, string>;
}

/** Reads all files as one table. Throws `DataFault` that names file, line and column of what is wrong. */
export async function readTable<C extends Columns>(
  sources: readonly Source[],
  { columns, rename }: Wanted<C>,
): Promise<Table<C>> {
  let reader: TableReader<C> | undefined;
  try {
    for (const source of sources) {
      let header: Header | undefined;
      await readRecords(source, (fields, line) => {
        if (header !== undefined && reader !== undefined) {
          reader.take(fields, line);
          return;
        }
        header = new Header(fields, `${source.name}:${String(line)}`, rename);
        reader ??= new TableReader(typeof columns === 'function' ? columns(header.names) : columns);
        reader.start(source.name, header);
      });
      if (header === undefined) throw new DataFault(`${source.name}: is empty; a header line is needed`);
    }
  } catch (error) {
    throw error instanceof DataFault && reader !== undefined ? reader.faults.before(error) : error;
  }
  if (reader === undefined) throw new DataFault('there is no input');
  return reader.table(sources);
}

function countFault(found: number, wanted: number): string {
  return `${String(found)} field${found === 1 ? '' : 's'} where the header has ${String(wanted)}`;
}

class TableReader<C extends Columns> {
  readonly faults = new FaultList();
  private readonly names: readonly string[];
  private readonly stores: readonly ColumnStore[];
  private readonly places = new Places();
  private file = '';
  private width = 0;
  /** In the file that is read, by column. */
  private positions: readonly number[] | undefined;
  private nullable: readonly boolean[] = [];
  private length = 0;

  constructor(readonly columns: C) {
    this.names = Object.keys(columns);
    this.stores = Object.values(columns).map(({ kind }) => storeOf(kind));
  }

  start(file: string, header: Header): void {
    this.file = file;
    this.width = header.names.length;
    const positions = header.positionsOf(this.columns, this.positions);
    this.positions = positions;
    this.nullable = Object.values(this.columns).map(
      ({ optional, whole, mayBeEmpty }, column) =>
        mayBeEmpty === true || (optional === true && (whole !== true || positions[column] === -1)),
    );
  }

  take(fields: readonly string[], line: number): void {
    if (fields.length !== this.width) {
      this.blame(line, countFault(fields.length, this.width));
      return;
    }
    for (let column = 0; column < this.stores.length; column += 1) {
      const cell = (fields[this.positions?.[column] ?? -1] ?? '').trim();
      const fault = this.put(column, cell);
      if (fault !== undefined) this.blame(line, `column "${this.names[column] ?? ''}": ${fault}`);
    }
    this.places.add(this.file, line);
    this.length += 1;
  }

  table(sources: readonly Source[]): Table<C> {
    this.faults.throwAny();
    if (this.length === 0)
      throw new DataFault(`${sources.map(({ name }) => name).join(', ')}: no record but the header`);
    for (const store of this.stores) store.finish();
    const { names, stores, length, places } = this;
    return {
      length,
      columns: names,
      rows: { [Symbol.iterator]: () => rowsOf<C>(names, stores, length) },
      placeOf: (index) => places.at(index),
      coded: (column) => codedTexts(stores[names.indexOf(column)]),
    };
  }

  private blame(line: number, fault: string): void {
    this.faults.add(`${this.file}:${String(line)}`, fault);
  }

  private put(column: number, cell: string): string | undefined {
    const store = this.stores[column];
    if (cell !== '') {
      const fault: Fault | undefined = store?.push(cell);
      return fault === undefined ? undefined : `${JSON.stringify(cell)} ${fault.text}`;
    }
    if (this.nullable[column] !== true) return 'is empty';
    store?.pushEmpty();
    return undefined;
  }
}

function codedTexts(store: ColumnStore | undefined): CodedTexts {
  if (store instanceof RepeatingCells) return store.coded();
  throw new TypeError('the column is not one of texts');
}

function* rowsOf<C extends Columns>(
  names: readonly string[],
  stores: readonly ColumnStore[],
  length: number,
): Generator<Row<C>> {
  const hasPrototype = names.includes('__proto__');
  for (let index = 0; index < length; index += 1) {
    const row: Record<string, unknown> = {};
    for (let column = 0; column < stores.length; column += 1) {
      const name = names[column] ?? '';
      if (hasPrototype) define(row, name, stores[column]?.at(index));
      else row[name] = stores[column]?.at(index);
    }
    yield row as Row<C>;
  }
}

/** A column of the name `__proto__` is a column, not a prototype. */
function define(row: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true });
}
