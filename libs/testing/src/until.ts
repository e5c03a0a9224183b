import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_AGAIN_MS = 20;

/** Waits for a fact: asks until the answer is neither undefined nor false, and gives it back. Fails when that takes too long. */
export async function until<Fact>(
  ask: () => Fact | Promise<Fact>,
  withinMs = 20_000,
): Promise<Exclude<Fact, undefined | false>> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const fact = await ask();
    if (fact !== undefined && fact !== false) return fact as Exclude<Fact, undefined | false>;
    if (Date.now() > giveUpAt)
      throw new Error(`what the test waits for did not happen within ${String(withinMs)} ms: ${String(ask)}`);
    await sleep(LOOK_AGAIN_MS);
  }
}
