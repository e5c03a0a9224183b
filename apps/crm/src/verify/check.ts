/** One invariant after looking: what was counted, and every breach found. */
export interface CheckResult {
  /** Number in the list of invariants. */
  readonly invariant: number;
  readonly name: string;
  readonly counted: string;
  readonly breaches: readonly string[];
}

const SHOWN = 20;

/** A result; of many breaches the first are kept with their count. */
export function checked(invariant: number, name: string, counted: string, breaches: readonly string[]): CheckResult {
  const rest = breaches.length - SHOWN;
  const shown = rest > 0 ? [...breaches.slice(0, SHOWN), `and ${String(rest)} more`] : breaches;
  return { invariant, name, counted, breaches: shown };
}
