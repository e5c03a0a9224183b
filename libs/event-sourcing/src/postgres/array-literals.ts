const TO_QUOTE = /["\\]/;
const EACH_TO_QUOTE = /["\\]/g;

/**
 * An array parameter of ids or numbers, as PostgreSQL writes it. The driver's own conversion looks at every element anew,
 * which costs more than the rest of an append.
 */
export function plainArray(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

/** An array parameter of any texts; null stays null. */
export function textArray(values: readonly (string | null)[]): string {
  if (values.length > 0 && !values.includes(null) && !TO_QUOTE.test(values.join('')))
    return `{"${values.join('","')}"}`;
  let literal = '{';
  for (const [index, value] of values.entries()) {
    if (index > 0) literal += ',';
    literal += value === null ? 'NULL' : `"${value.replace(EACH_TO_QUOTE, '\\$&')}"`;
  }
  return `${literal}}`;
}
