import { Rejected, type FieldError } from '@crm/event-sourcing';
import type { TSchema } from '@sinclair/typebox';

interface Column {
  readonly path: readonly string[];
  readonly kinds: ReadonlySet<string>;
}

type Node = TSchema & {
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly items?: TSchema;
  readonly anyOf?: readonly TSchema[];
};

const MAX_INDEX = 99;

/** Reads records of CSV as items: the header names fields, dotted where nested (`total.amountMinor`, `lines.0.sku`). */
export class CsvColumns {
  private constructor(private readonly columns: readonly Column[]) {}

  /** Columns of a header line; `Rejected` with 400 that names what is wrong with it. */
  static ofHeader(names: readonly string[], schema: TSchema): CsvColumns {
    const trimmed = names.map((name) => name.trim());
    const columns = trimmed.map((name, index) => columnOf(name.split('.'), schema, trimmed.indexOf(name) !== index));
    const errors = columns.flatMap((column, index) => (typeof column === 'string' ? [headerError(index, column)] : []));
    if (errors.length > 0)
      throw new Rejected('csv-header-invalid', 'The header names fields of an item', { status: 400, errors });
    return new CsvColumns(columns.filter((column) => typeof column !== 'string'));
  }

  get count(): number {
    return this.columns.length;
  }

  /** The item of a record, cells coerced to the schema's types. An empty cell is an absent field. */
  itemOf(cells: readonly string[]): Record<string, unknown> {
    const item: Record<string, unknown> = {};
    this.columns.forEach(({ path, kinds }, index) => {
      const cell = cells[index] ?? '';
      if (cell !== '') put(item, path, coerced(cell, kinds));
    });
    return compacted(item) as Record<string, unknown>;
  }
}

function headerError(index: number, code: string): FieldError {
  return { pointer: `/${String(index)}`, code, detail: `Column ${String(index + 1)} of the header` };
}

function columnOf(path: readonly string[], schema: TSchema, repeated: boolean): Column | string {
  if (repeated) return 'invalid';
  const found = path.reduce<readonly Node[]>(
    (nodes, segment) => nodes.flatMap((node) => children(node, segment)),
    branches(schema),
  );
  const kinds = new Set(found.map((node) => String(node.type)));
  return found.length === 0 || kinds.has('object') || kinds.has('array') ? 'unknown-field' : { path, kinds };
}

function branches(node: Node): readonly Node[] {
  return node.anyOf === undefined ? [node] : node.anyOf.flatMap(branches);
}

function children(node: Node, segment: string): readonly Node[] {
  if (node.type === 'array' && /^\d{1,2}$/.test(segment) && Number(segment) <= MAX_INDEX)
    return node.items === undefined ? [] : branches(node.items);
  const child = Object.hasOwn(node.properties ?? {}, segment) ? node.properties?.[segment] : undefined;
  return child === undefined ? [] : branches(child);
}

/** The names of all columns that a header may have; of a list the first element stands for all. */
export function columnNames(schema: TSchema, at = ''): readonly string[] {
  const names = branches(schema).flatMap((node) => {
    if (node.type === 'array') return node.items === undefined ? [] : columnNames(node.items, `${at}0.`);
    if (node.type !== 'object') return at === '' ? [] : [at.slice(0, -1)];
    return Object.entries(node.properties ?? {}).flatMap(([name, child]) => columnNames(child, `${at}${name}.`));
  });
  return [...new Set(names)];
}

/** A cell that cannot be read as the schema's type stays text, so that the check of the item names it. */
function coerced(cell: string, kinds: ReadonlySet<string>): unknown {
  if (kinds.has('integer') && /^-?\d{1,16}$/.test(cell)) return Number(cell);
  if (kinds.has('number') && /^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/.test(cell)) return Number(cell);
  if (kinds.has('boolean') && (cell === 'true' || cell === 'false')) return cell === 'true';
  return cell;
}

/** Lists are first made as objects by index, since cells may be empty. */
function put(item: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = item;
  for (const segment of path.slice(0, -1)) at = (at[segment] ??= {}) as Record<string, unknown>;
  at[path.at(-1) ?? ''] = value;
}

function compacted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, child]) => [name, compacted(child)] as const);
  const isList = entries.length > 0 && entries.every(([name]) => /^\d+$/.test(name));
  return isList ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}
