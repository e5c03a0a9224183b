import type { IntegrityCheck } from './mart-refresh.events.js';
import type { LaneCount, Totals } from './mart-snapshot.js';

/** What one kind of fact came to, by lane: in the mart, and in its source. */
export interface ComparedCounts {
  readonly fact: string;
  readonly mart: readonly LaneCount[];
  readonly source: ReadonlyMap<number, bigint>;
}

const MOST_SHOWN = 5;

/** Check 1: every lane of every source holds as many events as the mart has facts of them. */
export function checkCounts(compared: readonly ComparedCounts[]): IntegrityCheck {
  const differences = compared.flatMap(({ fact, mart, source }) => {
    const inMart = new Map(mart.map(({ lane, facts }) => [lane, facts]));
    const lanes = [...new Set([...source.keys(), ...inMart.keys()])].sort((left, right) => left - right);
    return lanes
      .filter((lane) => (inMart.get(lane) ?? 0n) !== (source.get(lane) ?? 0n))
      .map(
        (lane) =>
          `${fact} lane ${String(lane)}: ${String(source.get(lane) ?? 0n)} in the source, ${String(inMart.get(lane) ?? 0n)} in the mart`,
      );
  });
  const counts = compared.map(
    ({ fact, source }) => `${fact}: ${String(sum(source.values()))} in ${String(source.size)} lanes`,
  );
  const passed = differences.length === 0;
  return { check: 1, passed, detail: (passed ? counts : differences.slice(0, MOST_SHOWN)).join('; ') };
}

/** Check 2: the features, after all business rules, add up to the facts. */
export function checkTotals(facts: Totals, features: Totals): IntegrityCheck {
  const names = ['orders', 'revenue', 'occasions'] as const;
  const differences = names.filter((name) => facts[name] !== features[name]);
  const passed = differences.length === 0;
  const detail = passed
    ? names.map((name) => `${name} ${String(facts[name])}`).join(', ')
    : differences.map((name) => `${name}: facts ${String(facts[name])}, features ${String(features[name])}`).join('; ');
  return { check: 2, passed, detail };
}

function sum(values: Iterable<bigint>): bigint {
  let total = 0n;
  for (const value of values) total += value;
  return total;
}
