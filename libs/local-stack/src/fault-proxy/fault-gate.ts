import { Transform, type TransformCallback } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultMode } from './fault-mode.js';

/** What the two directions of one connection share with their proxy. */
export interface GateControl {
  readonly mode: FaultMode;
  /** Settles at the next change of the mode, and when the connection is closed. */
  changed(): Promise<void>;
  /** One of the cuts that were asked for is used up. */
  spend(): void;
  /** Resets the connection. */
  reset(): void;
}

/** State of one connection: whether a request waits for its answer, and what of the answer went through. */
export class Exchange {
  private tail = Buffer.alloc(0);
  private asked = false;
  private answered = 0;

  /** Notes bytes on their way to the server; a request may end in the middle of them, or be cut in two by them. */
  request(chunk: Buffer, after: string | undefined): void {
    if (after === undefined || after === '') {
      this.asked = true;
      return;
    }
    const seen = Buffer.concat([this.tail, chunk]);
    if (seen.includes(after)) this.asked = true;
    this.tail = seen.subarray(Math.max(0, seen.length - (Buffer.byteLength(after) - 1)));
  }

  /** How many bytes of this piece of an answer go through; undefined when no request waits for one. */
  allowance(chunk: Buffer, passBytes: number): number | undefined {
    if (!this.asked) return undefined;
    const left = Math.max(0, passBytes - this.answered);
    this.answered += chunk.length;
    return Math.min(left, chunk.length);
  }
}

/** One direction of one connection. */
export class FaultGate extends Transform {
  constructor(
    private readonly direction: 'request' | 'answer',
    private readonly control: GateControl,
    private readonly exchange: Exchange,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.admit(chunk).then(
      (admitted) => done(null, admitted),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
    );
  }

  private async admit(chunk: Buffer): Promise<Buffer> {
    while (this.control.mode.kind === 'stall' && !this.destroyed) await this.control.changed();
    const { mode } = this.control;
    if (mode.kind === 'slow') await delay(pauseOf(mode, chunk.length));
    return mode.kind === 'cut-reply' ? this.cut(chunk, mode) : chunk;
  }

  private cut(chunk: Buffer, mode: Extract<FaultMode, { kind: 'cut-reply' }>): Buffer {
    if (this.direction === 'request') {
      this.exchange.request(chunk, mode.after);
      return chunk;
    }
    const allowed = this.exchange.allowance(chunk, mode.passBytes ?? 0);
    if (allowed === undefined || (allowed === chunk.length && allowed > 0)) return chunk;
    this.control.spend();
    // What is allowed leaves first; the reset overtakes nothing that was written before it by a turn of the event loop.
    setImmediate(() => this.control.reset());
    return chunk.subarray(0, allowed);
  }
}

const pauseOf = ({ latencyMs = 0, bytesPerSecond }: Extract<FaultMode, { kind: 'slow' }>, bytes: number): number =>
  latencyMs + (bytesPerSecond === undefined ? 0 : (bytes / bytesPerSecond) * 1000);
