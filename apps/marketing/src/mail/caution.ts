import type { SendOutcome } from './send-outcome.js';

const TOO_MANY = 3;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * Keeps a mail server that takes nothing from using up a whole wave: when several messages in a row failed for another reason
 * than their recipient, there is a pause, and then one at a time until one gets through.
 */
export class Caution {
  private inARow = 0;
  private until = 0;
  private trying = false;

  /** Whether a message may be tried now; then `over` follows. */
  begin(): boolean {
    if (this.inARow < TOO_MANY) return true;
    if (this.trying || performance.now() < this.until) return false;
    this.trying = true;
    return true;
  }

  /** What became of the try; undefined when there was none after all. */
  over(outcome?: SendOutcome): void {
    this.trying = false;
    if (outcome === undefined) return;
    this.inARow = isTrouble(outcome) ? this.inARow + 1 : 0;
    if (this.inARow < TOO_MANY) return;
    this.until = performance.now() + Math.min(FIRST_PAUSE_MS * 2 ** (this.inARow - TOO_MANY), LONGEST_PAUSE_MS);
  }
}

function isTrouble(outcome: SendOutcome): boolean {
  if (outcome.is !== 'refused') return outcome.is !== 'accepted';
  return outcome.reason !== 'address-invalid' && !outcome.code.includes('RCPT TO');
}
