import { Readable } from 'node:stream';
import type { Progress } from './send-outcome.js';

const SLICE = 16_384;

/** A message on its way into a connection, which knows how far it got. */
export class MessageSource extends Readable implements Progress {
  begun = false;
  /** Set before the end is handed over, never after. */
  ended = false;
  private next = 0;

  constructor(private readonly message: Buffer) {
    super({ highWaterMark: SLICE });
  }

  override _read(): void {
    this.begun = true;
    const slice = this.message.subarray(this.next, this.next + SLICE);
    this.next += slice.length;
    if (slice.length > 0) {
      this.push(slice);
      return;
    }
    this.ended = true;
    this.push(null);
  }
}
