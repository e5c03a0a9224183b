import { Writable } from 'node:stream';
import { run } from '../program.js';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, with `input` as standard input. */
export async function runVerb(args: readonly string[], input: string | readonly Uint8Array[] = ''): Promise<Outcome> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const chunks = typeof input === 'string' ? [Buffer.from(input)] : input;
  const code = await run(args, { stdin: eachOf(chunks), stdout, stderr });
  return { code, out: stdout.text, err: stderr.text };
}

/** The parsed answer of a command line with --json. */
export async function jsonOf(args: readonly string[], input: string): Promise<Record<string, unknown>> {
  const { code, out, err } = await runVerb([...args, '--json'], input);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as Record<string, unknown>;
}

class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function* eachOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
