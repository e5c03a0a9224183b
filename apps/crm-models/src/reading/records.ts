import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import Papa from 'papaparse';
import { causeOf } from '../error-line.js';
import { DataFault } from '../faults.js';
import { decoded } from './decoded.js';

/** Where records come from: a file, or standard input. */
export interface Source {
  readonly name: string;
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
}

/** Takes the fields of a record and the number of its first line, from 1. Blank lines are no records. */
export type OnRecord = (fields: readonly string[], line: number) => void;

const CHUNK_BYTES = 262_144;

export function sourceOf(file: string, stdin: AsyncIterable<Uint8Array>): Source {
  return file === '-'
    ? { name: 'standard input', open: () => Promise.resolve(stdin) }
    : { name: file, open: () => openFile(file) };
}

async function openFile(file: string): Promise<AsyncIterable<Uint8Array>> {
  const found = await stat(file).catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const fault = missing ? 'there is no such file' : `cannot be read: ${causeOf(error)}`;
    throw new DataFault(`${file}: ${fault}`, { cause: error });
  });
  if (found.isDirectory()) throw new DataFault(`${file}: is a folder`);
  return createReadStream(file, { highWaterMark: CHUNK_BYTES });
}

/** Reads CSV (RFC 4180, UTF-8) record by record. Throws `DataFault` for what is not, and what `onRecord` throws. */
export async function readRecords(source: Source, onRecord: OnRecord): Promise<void> {
  const lines = new LineCounter(source.name, onRecord);
  const text = Readable.from(decoded(source.name, await source.open(), (fault) => lines.cut(fault)));
  await new Promise<void>((resolve, reject) => {
    Papa.parse<string[]>(text, {
      delimiter: ',',
      newline: '\n',
      chunk: (results, parser) => {
        try {
          lines.take(results);
        } catch (error) {
          reject(error instanceof Error ? error : new Error('reading failed', { cause: error }));
          parser.abort();
          text.destroy();
        }
      },
      complete: () => resolve(),
      error: reject,
    });
  });
  lines.finish();
}

class LineCounter {
  private next = 1;
  private end: DataFault | undefined;

  constructor(
    private readonly name: string,
    private readonly onRecord: OnRecord,
  ) {}

  take({ data, errors }: Papa.ParseResult<string[]>): void {
    const broken = errors.find(({ type }) => type === 'Quotes');
    data.forEach((fields, index) => {
      const line = this.next;
      if (broken?.row === index && this.end !== undefined && broken.code === 'MissingQuotes') return;
      if (broken?.row === index) throw new DataFault(`${this.name}:${String(line)}: ${quoteFault(broken.code)}`);
      this.next += 1 + lineEndsIn(fields);
      if (fields.length > 1 || fields[0]?.trim() !== '') this.onRecord(fields, line);
    });
  }

  /** The text ends before its end. */
  cut(fault: DataFault): void {
    this.end = fault;
  }

  finish(): void {
    if (this.end !== undefined) throw this.end;
  }
}

function quoteFault(code: string): string {
  return code === 'MissingQuotes' ? 'a quoted field does not end' : 'a quoted field goes on after its closing quote';
}

function lineEndsIn(fields: readonly string[]): number {
  let ends = 0;
  for (const field of fields) for (let at = field.indexOf('\n'); at !== -1; at = field.indexOf('\n', at + 1)) ends += 1;
  return ends;
}
