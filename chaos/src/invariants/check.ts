/** One invariant after looking: what was counted, and every breach found. */
export interface Check {
  /** Number in the list of invariants; checks beyond the list have none. */
  readonly invariant: number | undefined;
  readonly name: string;
  readonly counted: string;
  readonly breaches: readonly string[];
}

/** Several checks of one invariant as one. */
export function merged([first, ...more]: readonly [Check, ...Check[]]): Check {
  return {
    ...first,
    counted: [first, ...more].map(({ counted }) => counted).join('; '),
    breaches: [first, ...more].flatMap(({ breaches }) => breaches),
  };
}

/** One line: the verdict, what was checked, and the counts. */
export function lineOf({ invariant, name, counted, breaches }: Check): string {
  const verdict = breaches.length === 0 ? 'holds ' : 'BROKEN';
  const number = invariant === undefined ? '  ' : String(invariant).padStart(2);
  return `${number}  ${verdict}  ${name.padEnd(52)} ${counted}`;
}
