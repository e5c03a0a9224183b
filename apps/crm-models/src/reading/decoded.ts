import { isUtf8 } from 'node:buffer';
import { causeOf } from '../error-line.js';
import { DataFault } from '../faults.js';

const LF = 0x0a;
/** A first line of so many bytes is none. */
const LONGEST_FIRST_LINE = 1_048_576;

/**
 * Text with LF line ends and without byte order mark. Both kinds of line end may occur in one file. Where a line is not
 * UTF-8 the text ends before it, and `refuse` gets the fault: the lines before may have faults of their own.
 */
export async function* decoded(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  refuse: (fault: DataFault) => void,
): AsyncGenerator<string> {
  const lines = new Lines(name);
  let held: Uint8Array = new Uint8Array();
  for await (const chunk of readable(name, bytes)) {
    const joined = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const end = joined.length - unfinished(joined);
    held = joined.subarray(end);
    const whole = joined.subarray(0, end);
    const good = isUtf8(whole) ? whole : whole.subarray(0, goodLines(whole));
    const text = lines.take(good);
    if (text !== '') yield text;
    if (good.length === whole.length) continue;
    held = whole.subarray(good.length);
    break;
  }
  if (held.length > 0) {
    refuse(new DataFault(`${name}:${String(lines.next)}: is not UTF-8 text`));
    return;
  }
  const last = lines.last();
  if (last !== '') yield last;
}

/** Cuts text into whole lines that end with LF, and counts them. */
class Lines {
  /** The line that is read, from 1. */
  next = 1;
  private read = 0;
  private begun = '';

  constructor(private readonly name: string) {}

  take(bytes: Uint8Array): string {
    const text = new TextDecoder('utf-8', { ignoreBOM: this.read > 0 }).decode(bytes);
    this.read += bytes.length;
    this.next += lineEndsIn(bytes);
    if (this.next === 1 && this.read > LONGEST_FIRST_LINE) this.refuseCr(this.begun + text);
    const end = text.lastIndexOf('\n') + 1;
    const whole = end === 0 ? '' : this.begun + text.slice(0, end);
    this.begun = end === 0 ? this.begun + text : text.slice(end);
    return whole.includes('\r') ? whole.replaceAll('\r\n', '\n') : whole;
  }

  /** The last line, which does not end. */
  last(): string {
    if (this.next === 1) this.refuseCr(this.begun);
    return this.begun;
  }

  private refuseCr(line: string): void {
    if (line.includes('\r'))
      throw new DataFault(`${this.name}: lines end with CR alone; they must end with LF or with CR LF`);
  }
}

function lineEndsIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count += 1;
  return count;
}

async function* readable(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw new DataFault(`${name}: cannot be read: ${causeOf(error)}`, { cause: error });
  }
}

/** Bytes at the end that begin a character and do not end it. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

function lengthOf(firstByte: number): number {
  if (firstByte >= 0xf0) return 4;
  return firstByte >= 0xe0 ? 3 : 2;
}

/** Length of the lines before the first that is not UTF-8. */
function goodLines(bytes: Uint8Array): number {
  let start = 0;
  for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end + 1;
  }
  return start;
}
