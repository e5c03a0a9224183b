export type Vector = readonly number[];
export type Matrix = readonly Vector[];

export function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, entry, i) => sum + entry * (b[i] ?? 0), 0);
}

export function norm(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

export function multiply(matrix: Matrix, vector: Vector): Vector {
  return matrix.map((row) => dot(row, vector));
}

export function identity(size: number, scale = 1): Matrix {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => (i === j ? scale : 0)));
}

/** Inverse of a symmetric positive definite matrix by Cholesky; undefined when it is not positive definite. */
export function invertPositiveDefinite(matrix: Matrix): Matrix | undefined {
  const lower = cholesky(matrix);
  if (lower === undefined) return undefined;
  return identity(matrix.length).map((unit) => solveUpper(lower, solveLower(lower, unit)));
}

function cholesky(matrix: Matrix): Matrix | undefined {
  const lower: number[][] = [];
  for (const [i, row] of matrix.entries()) {
    const current: number[] = [];
    for (let j = 0; j < i; j += 1) {
      const above = lower[j] ?? [];
      current.push(((row[j] ?? 0) - dot(above.slice(0, j), current)) / (above[j] ?? 1));
    }
    const pivot = (row[i] ?? 0) - dot(current, current);
    if (!(pivot > 0) || !Number.isFinite(pivot)) return undefined;
    lower.push([...current, Math.sqrt(pivot)]);
  }
  return lower;
}

function solveLower(lower: Matrix, right: Vector): Vector {
  const solution: number[] = [];
  for (const [i, row] of lower.entries()) {
    solution.push(((right[i] ?? 0) - dot(solution, row)) / (row[i] ?? 1));
  }
  return solution;
}

function solveUpper(lower: Matrix, right: Vector): Vector {
  const solution = [...right];
  for (let i = lower.length - 1; i >= 0; i -= 1) {
    let rest = right[i] ?? 0;
    for (let k = i + 1; k < lower.length; k += 1) rest -= (lower[k]?.[i] ?? 0) * (solution[k] ?? 0);
    solution[i] = rest / (lower[i]?.[i] ?? 1);
  }
  return solution;
}
