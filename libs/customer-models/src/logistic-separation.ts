import { ModelDataError } from './errors.js';
import type { Vector } from './linear-algebra.js';
import type { StandardisedTable } from './logistic-table.js';

export type Course = {
  readonly point: Vector;
  /** The full Newton step from there; undefined where the information has become singular. */
  readonly step: Vector | undefined;
  readonly iterations: number;
};

/** From here on a Newton step of ordinary data is tiny, while separated rows gain about 1 in log odds with every step. */
const ORDINARY_ITERATIONS = 8;
const STILL_GAINING = 0.5;
const NO_LOSS = 1e-6;

/**
 * Whether the likelihood has no maximum (Albert & Anderson 1984). Complete separation: the point itself puts every row on its
 * side. Quasi-complete: a late step still gains on some rows and loses on none. Throws `complete-separation` or
 * `quasi-separation`, naming the columns that run away.
 */
export function checkSeparation(table: StandardisedTable, { point, step, iterations }: Course): void {
  if (iterations === 1) return;
  if (extremeMargins(table, point).least > 0) {
    throw new ModelDataError('complete-separation', `${named(table, point)} tell the outcomes apart in every row`);
  }
  if (step === undefined) {
    throw new ModelDataError('quasi-separation', `${named(table, point)} run away: the rows do not pin them down`);
  }
  if (iterations < ORDINARY_ITERATIONS) return;
  const { least, most } = extremeMargins(table, step);
  if (most > STILL_GAINING && least > -NO_LOSS * most) {
    throw new ModelDataError('quasi-separation', `${named(table, step)} tell some rows apart without exception`);
  }
}

/** A row's margin is its log odds along `direction`, counted in favour of its outcome. */
function extremeMargins(
  { values, outcomes }: StandardisedTable,
  direction: Vector,
): { readonly least: number; readonly most: number } {
  const size = direction.length;
  let [least, most] = [Infinity, -Infinity];
  for (let row = 0, at = 0; row < outcomes.length; row += 1, at += size) {
    let logit = 0;
    for (let j = 0; j < size; j += 1) logit += (values[at + j] ?? 0) * (direction[j] ?? 0);
    const margin = outcomes[row] === 1 ? logit : -logit;
    least = Math.min(least, margin);
    most = Math.max(most, margin);
  }
  return { least, most };
}

function named({ columns }: StandardisedTable, direction: Vector): string {
  const sizes = direction.slice(1).map(Math.abs);
  const largest = Math.max(...sizes);
  const running = columns.filter((_, j) => (sizes[j] ?? 0) > largest / 4).map(({ column }) => `'${column}'`);
  return `columns ${running.join(', ')}`;
}
