import { ConsumerRunner } from '@crm/messaging';
import { Injectable } from '@nestjs/common';
import { LedgerDelay } from './ledger-delay.js';

/** One look serves everybody who asks within this time. */
const LOOK_MS = 500;
/** A look that takes longer says as much as one that fails. */
const PATIENCE_MS = 2_000;

/** The reactors that bring the contact ledger up to date. */
export const LEDGER_KEEPERS = ['keep-contact-ledger', 'keep-stated-consents'];

/** Watches whether the contact ledger holds what was heard everywhere, for those who decide by it. */
@Injectable()
export class LedgerWatch {
  private readonly delay = new LedgerDelay(LEDGER_KEEPERS);
  private look: Promise<boolean> | undefined;
  private lookAgainAt = 0;

  constructor(private readonly runner: ConsumerRunner) {}

  /** Whether contacts or consents may be missing in the ledger: nothing is sent meanwhile. */
  async isBehind(): Promise<boolean> {
    if (this.look === undefined || performance.now() >= this.lookAgainAt) {
      this.lookAgainAt = Infinity;
      this.look = this.lookNow().finally(() => (this.lookAgainAt = performance.now() + LOOK_MS));
    }
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS, true)));
    try {
      return await Promise.race([this.look, tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async lookNow(): Promise<boolean> {
    try {
      return this.delay.isBehind(await this.runner.status(), performance.now());
    } catch {
      return true;
    }
  }
}
