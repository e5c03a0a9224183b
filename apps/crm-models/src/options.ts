import { dayNumber } from '@crm/customer-models';
import { UsageFault } from './faults.js';
import { decimal } from './reading/cell-kinds.js';

/** An option of a verb with a value: `--name <placeholder>`. */
export interface Option<Value> {
  readonly placeholder: string;
  readonly about: string;
  readonly read: (text: string) => Exclude<Value, undefined>;
  readonly fallback?: Exclude<Value, undefined>;
  readonly required?: true;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

export type OptionValues<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends Option<infer Value> ? Value : never;
};

export interface NumberRange {
  readonly min?: number;
  /** The least value, itself left out. */
  readonly above?: number;
  readonly max?: number;
  readonly whole?: true;
}

export function numberOption(placeholder: string, about: string, range: NumberRange = {}): Option<number | undefined> {
  return { placeholder, about, read: (text) => numberIn(text, range) };
}

export function textOption(placeholder: string, about: string): Option<string | undefined> {
  return { placeholder, about, read: (text) => filled(text) };
}

export function dateOption(about: string): Option<string | undefined> {
  return {
    placeholder: 'YYYY-MM-DD',
    about,
    read: (text) => {
      try {
        dayNumber(text);
        return text;
      } catch (error) {
        throw new UsageFault(`"${text}" is not a date (YYYY-MM-DD)`, { cause: error });
      }
    },
  };
}

export function choiceOption<const Choice extends string>(
  choices: readonly Choice[],
  about: string,
): Option<Choice | undefined> {
  return {
    placeholder: choices.join('|'),
    about,
    read: (text) => {
      const found = choices.find((choice) => choice === text);
      if (found === undefined) throw new UsageFault(`"${text}" is none of ${choices.join(', ')}`);
      return found;
    },
  };
}

/** Names with commas between them. */
export function listOption(placeholder: string, about: string): Option<readonly string[] | undefined> {
  return {
    placeholder,
    about,
    read: (text) => {
      const names = text.split(',').map((name) => filled(name.trim()));
      const twice = names.find((name, at) => names.indexOf(name) !== at);
      if (twice !== undefined) throw new UsageFault(`"${twice}" is there twice`);
      return names;
    },
  };
}

export function withDefault<Value>(option: Option<Value | undefined>, fallback: Value & {}): Option<Value & {}> {
  return { ...option, fallback } as Option<Value & {}>;
}

export function required<Value>(option: Option<Value | undefined>): Option<Value & {}> {
  return { ...option, required: true } as Option<Value & {}>;
}

function filled(text: string): string {
  if (text.trim() === '') throw new UsageFault('a name is empty');
  return text;
}

function numberIn(text: string, { min, above, max, whole }: NumberRange): number {
  const value = decimal(text.trim());
  if (Number.isNaN(value)) throw new UsageFault(`"${text}" is not a number`);
  if (whole === true && !Number.isInteger(value)) throw new UsageFault(`${text} is not a whole number`);
  if (whole === true && !Number.isSafeInteger(value)) throw new UsageFault(`${text} is too large to be exact`);
  if (min !== undefined && value < min) throw new UsageFault(`${text} is less than ${String(min)}`);
  if (above !== undefined && value <= above) throw new UsageFault(`${text} is not more than ${String(above)}`);
  if (max !== undefined && value > max) throw new UsageFault(`${text} is more than ${String(max)}`);
  return value;
}
