import { Rejected } from '@crm/event-sourcing';
import type { FieldCode } from '@crm/platform';

type Asked = Readonly<Record<string, unknown>>;

/** 400 that points to a parameter of a model. */
export function badParameter(name: string, code: FieldCode, detail: string): Rejected {
  return new Rejected('validation-failed', detail, {
    status: 400,
    errors: [{ pointer: `/parameters/${name}`, code, detail }],
  });
}

/** Refuses parameters that a model does not have. */
export function refuseOthers(asked: Asked, known: readonly string[]): void {
  const unknown = Object.keys(asked).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const safe = /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(unknown) ? unknown : '';
  throw badParameter(safe, 'unknown-field', 'The model has no such parameter');
}

/** The bounds of a number, and what it is when it is not asked for. */
export interface NumberRule {
  readonly otherwise: number;
  /** The number is larger than this… */
  readonly above?: number;
  /** …or at least this. */
  readonly least?: number;
  readonly most: number;
  readonly whole?: boolean;
}

/** A parameter that is a number. */
export function numberParameter(asked: Asked, name: string, rule: NumberRule): number {
  const { otherwise, above = -Infinity, least = -Infinity, most, whole = false } = rule;
  const value = asked[name] ?? otherwise;
  if (typeof value !== 'number') throw badParameter(name, 'wrong-type', `${name} is a number`);
  if (!(value > above)) throw badParameter(name, 'too-small', `${name} is more than ${String(above)}`);
  if (!(value >= least)) throw badParameter(name, 'too-small', `${name} is at least ${String(least)}`);
  if (value > most) throw badParameter(name, 'too-big', `${name} is at most ${String(most)}`);
  if (whole && !Number.isInteger(value)) throw badParameter(name, 'wrong-format', `${name} is a whole number`);
  return value;
}

/** A parameter that is one of some words; the first where it is not asked for. */
export function choiceParameter<const Words extends readonly [string, ...string[]]>(
  asked: Asked,
  name: string,
  words: Words,
): Words[number] {
  const value = asked[name] ?? words[0];
  const word = words.find((one) => one === value);
  if (word === undefined) throw badParameter(name, 'not-allowed', `${name} is one of ${words.join(', ')}`);
  return word;
}

/** A parameter that is a list of different words; all of `otherwise` where it is not asked for. */
export function wordsParameter(
  asked: Asked,
  name: string,
  { among, otherwise }: { readonly among: readonly string[]; readonly otherwise: readonly string[] },
): readonly string[] {
  const value: unknown = asked[name] ?? otherwise;
  if (!Array.isArray(value)) throw badParameter(name, 'wrong-type', `${name} is a list`);
  if (value.length === 0) throw badParameter(name, 'too-short', `${name} names at least one`);
  const unknown = value.findIndex((one) => !among.includes(one as string));
  if (unknown >= 0)
    throw badParameter(`${name}/${String(unknown)}`, 'not-allowed', `${name} are among ${among.join(', ')}`);
  const words = [...new Set(value as readonly string[])];
  if (words.length < value.length) throw badParameter(name, 'invalid', `${name} names one of them twice`);
  return words;
}
