/** A line of a stream, without its end; or what is wrong with it. Numbered from 1. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly fault: 'invalid-utf8' | 'line-too-long' };

/** Longest line in bytes. */
export const MAX_LINE_BYTES = 1_048_576;

const LF = 0x0a;
const CR = 0x0d;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Splits a byte stream into lists of lines, one list a chunk. Takes LF and CRLF, drops a byte order mark. What follows the last
 * line end counts as a line only when the stream ends well; a stream that breaks throws before.
 */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<readonly Line[]> {
  const splitter = new LineSplitter(maxBytes);
  for await (const chunk of stream) {
    const lines = splitter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (lines.length > 0) yield lines;
  }
  const last = splitter.end();
  if (last !== undefined) yield [last];
}

class LineSplitter {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private parts: Buffer[] = [];
  private bytes = 0;
  private number = 0;

  constructor(private readonly maxBytes: number) {}

  push(chunk: Buffer): readonly Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      this.keep(chunk.subarray(from, end));
      lines.push(this.finish());
      from = end + 1;
    }
    if (from < chunk.length) this.keep(chunk.subarray(from));
    return lines;
  }

  end(): Line | undefined {
    return this.bytes === 0 ? undefined : this.finish();
  }

  /** Bytes beyond the limit are counted, not kept. */
  private keep(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes <= this.maxBytes) this.parts.push(part);
    else this.parts = [];
  }

  private finish(): Line {
    const number = ++this.number;
    const tooLong = this.bytes > this.maxBytes;
    const whole = this.parts.length === 1 ? (this.parts[0] ?? Buffer.alloc(0)) : Buffer.concat(this.parts);
    this.parts = [];
    this.bytes = 0;
    if (tooLong) return { number, fault: 'line-too-long' };
    try {
      return { number, text: this.decoder.decode(trimmed(whole, number)) };
    } catch {
      return { number, fault: 'invalid-utf8' };
    }
  }
}

function trimmed(line: Buffer, number: number): Buffer {
  const start = number === 1 && line.subarray(0, 3).equals(BOM) ? 3 : 0;
  const end = line.at(-1) === CR ? line.length - 1 : line.length;
  return line.subarray(start, Math.max(start, end));
}
