import type { ConsentFact } from './contact-ledger.js';

/** Stands for every purpose, or every channel. */
export const ANY = 'any';

/** What held for exactly this purpose and channel at a time: the latest by valid time, of equal ones the last recorded. */
export function consentAt(
  facts: readonly ConsentFact[],
  purpose: string,
  channel: string,
  at: string,
): ConsentFact | undefined {
  return consentsAt(facts, at).find((fact) => fact.purpose === purpose && fact.channel === channel);
}

/** What held for each stated purpose and channel at a time. */
export function consentsAt(facts: readonly ConsentFact[], at: string): readonly ConsentFact[] {
  const held = new Map<string, ConsentFact>();
  for (const fact of facts) {
    if (fact.at > at) continue;
    const pair = JSON.stringify([fact.purpose, fact.channel]);
    const before = held.get(pair);
    if (before === undefined || before.at <= fact.at) held.set(pair, fact);
  }
  return [...held.values()];
}
