import { Rejected } from '@crm/event-sourcing';
import { OPERATORS, type Operator } from './list-spec.js';

/** One condition of a filter: `field[operator]:value`. `in` has several values. */
export interface Condition {
  readonly field: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

const HEAD = /([A-Za-z][A-Za-z0-9]{0,63})\[([A-Za-z]{1,10})\]:/y;
const PLAIN = /[^,"[\]]*/y;
const QUOTED = /"((?:[^"\\]|\\["\\])*)"/y;

/** A list query that is refused: 400, naming the parameter and the field at fault. */
export function badQuery(parameter: string, detail: string, code = 'invalid'): Rejected {
  const errors = [{ pointer: `/${parameter}`, code, detail }];
  return new Rejected('list-query-invalid', detail, { status: 400, errors });
}

/**
 * Parses `field[op]:value,field[op]:value`. A value with commas or brackets stands in double quotes (`\"` and `\\` inside);
 * `in` takes `[a,b,"c,d"]` or `"a,b"`.
 */
export function parseFilter(text: string): readonly Condition[] {
  const conditions: Condition[] = [];
  const scanner = new Scanner(text);
  do {
    const [field, operator] = scanner.head();
    conditions.push({ field, operator, values: operator === 'in' ? scanner.list() : [scanner.value()] });
  } while (scanner.comma());
  if (!scanner.atEnd) throw badQuery('filter', `The filter cannot be read after character ${String(scanner.at)}`);
  return conditions;
}

class Scanner {
  at = 0;

  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    return this.at === this.text.length;
  }

  head(): readonly [string, Operator] {
    const [, field = '', name = ''] = this.match(HEAD) ?? [];
    if (field === '')
      throw badQuery('filter', `A condition field[operator]:value is expected at character ${String(this.at + 1)}`);
    const operator = OPERATORS.find((one) => one === name);
    if (operator === undefined)
      throw badQuery('filter', `There is no such operator; there are ${OPERATORS.join(', ')}`, 'unknown-operator');
    return [field, operator];
  }

  /** A value; `quoted` tells whether it stood in quotes. */
  value(): string {
    return this.element().text;
  }

  list(): readonly string[] {
    if (this.text[this.at] !== '[') {
      const { text, quoted } = this.element();
      return quoted ? text.split(',') : [text];
    }
    this.at++;
    const values: string[] = [];
    do values.push(this.value());
    while (this.comma());
    if (this.text[this.at] !== ']') throw badQuery('filter', 'A list of values does not end');
    this.at++;
    return values;
  }

  comma(): boolean {
    if (this.text[this.at] !== ',') return false;
    this.at++;
    return true;
  }

  private element(): { readonly text: string; readonly quoted: boolean } {
    const quoted = this.match(QUOTED)?.[1];
    if (quoted !== undefined) return { text: quoted.replace(/\\(["\\])/g, '$1'), quoted: true };
    if (this.text[this.at] === '"') throw badQuery('filter', 'The quotes of a value do not end');
    return { text: this.match(PLAIN)?.[0] ?? '', quoted: false };
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }
}
