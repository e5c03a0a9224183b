/** The state of one CSV record after some of its lines. */
export type CsvRecord =
  | { readonly status: 'complete'; readonly fields: readonly string[] }
  /** A quote is open: the record goes on in the next line. */
  | { readonly status: 'open' }
  | { readonly status: 'malformed' };

const QUOTE = '"';
const COMMA = ',';

/** Reads one CSV record (RFC 4180): comma, double quotes, doubled quotes inside. Strict: a quote elsewhere is malformed. */
export function parseCsvRecord(text: string): CsvRecord {
  if (!text.includes(QUOTE)) return { status: 'complete', fields: text.split(COMMA) };
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const field = text[at] === QUOTE ? quotedField(text, at + 1) : plainField(text, at);
    if (field === 'open' || field === 'malformed') return { status: field };
    fields.push(field.value);
    if (field.end === text.length) return { status: 'complete', fields };
    if (text[field.end] !== COMMA) return { status: 'malformed' };
    at = field.end + 1;
  }
}

interface Field {
  readonly value: string;
  readonly end: number;
}

function plainField(text: string, at: number): Field | 'malformed' {
  const comma = text.indexOf(COMMA, at);
  const end = comma === -1 ? text.length : comma;
  const value = text.slice(at, end);
  return value.includes(QUOTE) ? 'malformed' : { value, end };
}

function quotedField(text: string, from: number): Field | 'open' {
  let value = '';
  for (let at = from; ;) {
    const quote = text.indexOf(QUOTE, at);
    if (quote === -1) return 'open';
    value += text.slice(at, quote);
    if (text[quote + 1] !== QUOTE) return { value, end: quote + 1 };
    value += QUOTE;
    at = quote + 2;
  }
}
