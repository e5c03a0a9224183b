import { Rejected } from '@crm/event-sourcing';
import type { TSchema } from '@sinclair/typebox';
import type { FieldCode } from '../errors/field-codes.js';
import { CsvColumns } from './csv-columns.js';
import { parseCsvRecord } from './csv-record.js';
import type { Line } from './lines.js';

/** A record of an import: a value to be checked, or what is wrong with its line. */
export type ImportRecord =
  { readonly line: number; readonly value: unknown } | { readonly line: number; readonly fault: FieldCode };

/** Turns lines into records; `end` gives what was held back. */
export interface RecordReader {
  read(lines: readonly Line[]): readonly ImportRecord[];
  end(): readonly ImportRecord[];
}

/** One JSON object a line; empty lines are passed over. */
export class NdjsonReader implements RecordReader {
  read(lines: readonly Line[]): readonly ImportRecord[] {
    return lines.flatMap((line) => {
      if ('fault' in line) return [{ line: line.number, fault: line.fault }];
      return line.text.trim() === '' ? [] : [ofJson(line.number, line.text)];
    });
  }

  end(): readonly ImportRecord[] {
    return [];
  }
}

function ofJson(line: number, text: string): ImportRecord {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { line, value };
  } catch {
    // The parser's message quotes the line; the code says enough.
  }
  return { line, fault: 'malformed-json' };
}

interface Taken {
  readonly used: number;
  readonly record?: ImportRecord;
}

const MAX_RECORD_LINES = 100;
const MAX_RECORD_CHARACTERS = 1_048_576;

/**
 * CSV with a header line. A quoted field may hold line ends; one whose quote never closes costs its first line only:
 * the lines after it are read again by themselves.
 */
export class CsvReader implements RecordReader {
  private columns: CsvColumns | undefined;
  private waiting: Line[] = [];

  constructor(private readonly schema: TSchema) {}

  read(lines: readonly Line[]): readonly ImportRecord[] {
    return this.drain([...this.waiting, ...lines], false);
  }

  end(): readonly ImportRecord[] {
    const records = this.drain(this.waiting, true);
    if (this.columns === undefined)
      throw new Rejected('csv-header-invalid', 'The header line is missing', { status: 400 });
    return records;
  }

  private drain(lines: readonly Line[], ended: boolean): readonly ImportRecord[] {
    const records: ImportRecord[] = [];
    let at = 0;
    while (at < lines.length) {
      const { used, record } = this.next(lines, at, ended);
      if (used === 0) break;
      if (record !== undefined) records.push(record);
      at += used;
    }
    this.waiting = lines.slice(at);
    return records;
  }

  /** The next record and how many lines it took; none when its end has not arrived yet. */
  private next(lines: readonly Line[], at: number, ended: boolean): Taken {
    const first = lines[at];
    if (first === undefined) return { used: 0 };
    if ('fault' in first) return this.faulty(first.number, first.fault);
    if (first.text === '') return { used: 1 };
    const joined = joinedRecord(lines, at, first.text);
    if (joined.status === 'complete') return this.complete(first.number, joined.used, joined.fields);
    return joined.status === 'open' && !ended ? { used: 0 } : this.faulty(first.number, 'malformed-csv');
  }

  private complete(line: number, used: number, fields: readonly string[]): Taken {
    if (this.columns === undefined) {
      this.columns = CsvColumns.ofHeader(fields, this.schema);
      return { used };
    }
    if (fields.length !== this.columns.count) return { used: 1, record: { line, fault: 'csv-field-count' } };
    return { used, record: { line, value: this.columns.itemOf(fields) } };
  }

  private faulty(line: number, fault: FieldCode): Taken {
    if (this.columns === undefined)
      throw new Rejected('csv-header-invalid', 'The header line cannot be read', { status: 400 });
    return { used: 1, record: { line, fault } };
  }
}

/** The record that begins in a line, joined with those after it while a quote is open. `open`: all lines are used up. */
function joinedRecord(
  lines: readonly Line[],
  at: number,
  first: string,
):
  | { readonly status: 'complete'; readonly used: number; readonly fields: readonly string[] }
  | { readonly status: 'open' | 'malformed' } {
  let text = first;
  for (let used = 1; used <= MAX_RECORD_LINES && text.length <= MAX_RECORD_CHARACTERS; used++) {
    const record = parseCsvRecord(text);
    if (record.status === 'complete') return { ...record, used };
    if (record.status === 'malformed') return record;
    const more = lines[at + used];
    if (more === undefined) return record;
    if ('fault' in more) return { status: 'malformed' };
    text += `\n${more.text}`;
  }
  return { status: 'malformed' };
}
