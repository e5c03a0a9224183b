import type { Columns } from '../columns.js';
import { DataFault } from '../faults.js';

/** The columns of a file as its header names them. */
export class Header {
  readonly names: readonly string[];

  /** Throws `DataFault` when a column has no name or the name of another, or when one of `rename` is not there. */
  constructor(
    fields: readonly string[],
    private readonly place: string,
    rename: ReadonlyMap<string, string>,
  ) {
    const names = fields.map((field) => field.trim());
    const unknown = [...rename.keys()].find((name) => !names.includes(name));
    if (unknown !== undefined) throw new DataFault(`${place}: the header lacks "${unknown}", which --map names`);
    this.names = names.map((name) => rename.get(name) ?? name);
    this.names.forEach((name, index) => {
      if (name === '') throw new DataFault(`${place}: column ${String(index + 1)} of the header has no name`);
      if (this.names.indexOf(name) !== index) throw new DataFault(`${place}: the header has column "${name}" twice`);
    });
  }

  /**
   * Where each wanted column stands; -1 for an optional one that is not there. Throws `DataFault` for any other, and for
   * one that all files or none must have when the file `before` differs.
   */
  positionsOf(columns: Columns, before?: readonly number[]): readonly number[] {
    const missing = Object.entries(columns).filter(
      ([name, { optional }]) => optional !== true && !this.names.includes(name),
    );
    if (missing.length > 0) {
      const wanted = missing.map(([name]) => `"${name}"`).join(', ');
      const found = this.names.map((name) => `"${name}"`).join(', ');
      throw new DataFault(`${this.place}: the header lacks ${wanted}; it has ${found}`);
    }
    return Object.entries(columns).map(([name, { whole }], column) => {
      const position = this.names.indexOf(name);
      const known = before?.[column];
      if (whole === true && known !== undefined && (known === -1) !== (position === -1)) {
        const [here, there] = position === -1 ? ['lacks', 'has'] : ['has', 'lacks'];
        throw new DataFault(`${this.place}: the header ${here} "${name}", which the file before ${there}`);
      }
      return position;
    });
  }
}
