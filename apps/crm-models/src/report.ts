/** A list is one cell of CSV, with | between its entries. */
export type Cell = string | number | boolean | null | undefined | readonly string[];

/** The part of a report that is a table: the CSV, and a list of objects in JSON. */
export interface ReportRows {
  /** Key of the list in JSON; without it the table only says in lines what JSON has in its other keys. */
  readonly key?: string;
  readonly head: readonly string[];
  readonly cells: Iterable<readonly Cell[]>;
}

/** What a verb found. */
export interface Report {
  /** Everything in JSON but the rows. */
  readonly facts: object;
  readonly rows: ReportRows;
  /** For standard error. */
  readonly warnings?: readonly string[];
}

interface Fit {
  readonly parameters: object;
  readonly standardErrors: object | null;
}

interface Warning {
  readonly code: string;
  readonly message: string;
}

/** The parameters of a fit with their standard errors, then its other single figures. */
export function fitRows(fit: Fit): ReportRows {
  const { parameters, standardErrors, ...others } = fit;
  const errors = new Map<string, unknown>(Object.entries(standardErrors ?? {}));
  return {
    head: ['name', 'value', 'standardError'],
    cells: [
      ...Object.entries(parameters).map(([name, value]) => [name, value as Cell, errors.get(name) as Cell]),
      ...Object.entries(others)
        .filter(([, value]) => value === null || typeof value !== 'object')
        .map(([name, value]) => [name, value as Cell, null]),
    ],
  };
}

/** A fit with its parameters under their own names. */
export function named<Parameters extends object, Others extends object>({
  parameters,
  ...others
}: Others & { readonly parameters: Parameters }): Parameters & Omit<Others, 'parameters'> {
  return { ...parameters, ...(others as Omit<Others, 'parameters'>) };
}

/** Objects as rows: one column for each name of `head`. */
export function rowsOf<Name extends string>(
  head: readonly Name[],
  objects: Iterable<Readonly<Record<Name, Cell>>>,
): ReportRows {
  return { head, cells: mapped(objects, (object) => head.map((name) => object[name])) };
}

/** A list one after the other: a report may be larger than what should be kept of it. */
export function* mapped<From, To>(list: Iterable<From>, to: (from: From) => To): Generator<To> {
  for (const one of list) yield to(one);
}

/** Warnings of a fit as lines: each its code, with what it means where the model says so. */
export function warningsOf({ warnings }: { readonly warnings: readonly (string | Warning)[] }): readonly string[] {
  return warnings.map((warning) => (typeof warning === 'string' ? warning : `${warning.code}: ${warning.message}`));
}
