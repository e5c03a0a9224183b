import { dot, identity, multiply, norm, type Matrix, type Vector } from './linear-algebra.js';

export type Objective = (point: Vector) => number;

export type Minimum = {
  readonly point: Vector;
  readonly value: number;
  /** Largest entry of the gradient at `point`. */
  readonly gradientSize: number;
  readonly iterations: number;
  readonly converged: boolean;
};

export type MinimiseOptions = { readonly gradientTolerance?: number; readonly mostIterations?: number };

const LONGEST_STEP = 2;
const GRADIENT_STEP = 6e-6;
const ARMIJO = 1e-4;

/**
 * Minimises a smooth function by BFGS with a central-difference gradient and a backtracking line search.
 * A point where the objective is not a finite number counts as infinitely bad. Scale the objective to about 1 per
 * unit of data, so that `gradientTolerance` (default 1e-7, on the largest gradient entry) means the same everywhere.
 */
export function minimise(objective: Objective, start: Vector, options: MinimiseOptions = {}): Minimum {
  const { gradientTolerance = 1e-7, mostIterations = 500 } = options;
  const f: Objective = (point) => finiteOr(objective(point), Infinity);
  let point = start;
  let value = f(point);
  let slope = gradient(f, point);
  let inverse = identity(start.length);
  let steepest = true;
  let iterations = 0;
  while (largest(slope) > gradientTolerance && iterations < mostIterations) {
    iterations += 1;
    const next = lineSearch(f, { point, value, slope }, descent(inverse, slope));
    if (next === undefined) {
      if (steepest) break;
      inverse = identity(start.length);
      steepest = true;
      continue;
    }
    const nextSlope = gradient(f, next.point);
    const step = subtract(next.point, point);
    const change = subtract(nextSlope, slope);
    inverse = updateInverse(steepest ? initialScale(step, change) : inverse, step, change);
    steepest = false;
    ({ point, value } = next);
    slope = nextSlope;
  }
  const gradientSize = largest(slope);
  return { point, value, gradientSize, iterations, converged: gradientSize <= gradientTolerance };
}

/** Central-difference gradient; an entry that cannot be computed is 0. */
function gradient(f: Objective, point: Vector): Vector {
  return point.map((at, i) => {
    const h = GRADIENT_STEP * Math.max(1, Math.abs(at));
    return finiteOr((f(point.with(i, at + h)) - f(point.with(i, at - h))) / (2 * h), 0);
  });
}

function descent(inverse: Matrix, slope: Vector): Vector {
  const full = multiply(inverse, slope).map((entry) => -entry);
  const direction = dot(full, slope) < 0 ? full : slope.map((entry) => -entry);
  const length = norm(direction);
  return length > LONGEST_STEP ? direction.map((entry) => (entry * LONGEST_STEP) / length) : direction;
}

function lineSearch(
  f: Objective,
  from: { readonly point: Vector; readonly value: number; readonly slope: Vector },
  direction: Vector,
): { readonly point: Vector; readonly value: number } | undefined {
  const fall = dot(direction, from.slope);
  for (let scale = 1; scale > 1e-12; scale /= 2) {
    const point = from.point.map((at, i) => at + scale * (direction[i] ?? 0));
    const value = f(point);
    if (value <= from.value + ARMIJO * scale * fall && value < from.value) return { point, value };
  }
  return undefined;
}

/** The BFGS update of the inverse Hessian; skipped where the curvature along the step is not positive. */
function updateInverse(inverse: Matrix, step: Vector, change: Vector): Matrix {
  const curvature = dot(step, change);
  if (!(curvature > 1e-14 * norm(step) * norm(change))) return inverse;
  const carried = multiply(inverse, change);
  const weight = (1 + dot(change, carried) / curvature) / curvature;
  return inverse.map((row, i) =>
    row.map((entry, j) => {
      const [si, sj, ci, cj] = [step[i] ?? 0, step[j] ?? 0, carried[i] ?? 0, carried[j] ?? 0];
      return entry + weight * si * sj - (ci * sj + si * cj) / curvature;
    }),
  );
}

function initialScale(step: Vector, change: Vector): Matrix {
  const scale = dot(step, change) / dot(change, change);
  return scale > 0 && Number.isFinite(scale) ? identity(step.length, scale) : identity(step.length);
}

function subtract(a: Vector, b: Vector): Vector {
  return a.map((entry, i) => entry - (b[i] ?? 0));
}

function largest(vector: Vector): number {
  return vector.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
}

function finiteOr(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}
