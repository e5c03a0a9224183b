import { invertPositiveDefinite, type Matrix, type Vector } from './linear-algebra.js';
import type { Objective } from './optimise.js';

const STEP = 1e-3;

/**
 * Covariance of parameters on log scale: inverse of the numerical Hessian of the negative log-likelihood.
 * Undefined when the Hessian is not positive definite, so when the data do not pin the parameters down.
 */
export function covarianceOfLogParameters(negativeLogLikelihood: Objective, at: Vector): Matrix | undefined {
  const covariance = invertPositiveDefinite(numericalHessian(negativeLogLikelihood, at));
  if (covariance === undefined) return undefined;
  return errorsOfLogParameters(at, covariance).every(Number.isFinite) ? covariance : undefined;
}

/** Standard errors on the natural scale by the delta method: se(e^θ) = e^θ · se(θ). */
export function errorsOfLogParameters(at: Vector, covariance: Matrix): Vector {
  return at.map((theta, i) => Math.exp(theta) * Math.sqrt(covariance[i]?.[i] ?? NaN));
}

/** Central second differences. */
function numericalHessian(f: Objective, at: Vector): Matrix {
  const mixed = (up: Vector, down: Vector, j: number): number =>
    f(shift(up, j, STEP)) - f(shift(up, j, -STEP)) - f(shift(down, j, STEP)) + f(shift(down, j, -STEP));
  return at.map((_, i) => {
    const up = shift(at, i, STEP);
    const down = shift(at, i, -STEP);
    return at.map((__, j) => mixed(up, down, j) / (4 * STEP * STEP));
  });
}

function shift(point: Vector, entry: number, by: number): Vector {
  return point.map((value, i) => (i === entry ? value + by : value));
}
