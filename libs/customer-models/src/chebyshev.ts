const { abs, cos, expm1, log1p, max, PI } = Math;

const FEWEST_NODES = 16;
const PRECISION = 1e-12;

type Interpolant = { readonly nodes: readonly number[]; readonly values: readonly number[] };

/**
 * Values of `f` at ascending points > 0, where `f` is smooth in ln(origin + point): few points are computed one by one, many
 * are read off a polynomial through Chebyshev nodes (barycentric form; Berrut & Trefethen 2004). It is doubled until it
 * foretells the nodes that doubling adds to 12 digits, and given up where it would take as many values as there are points.
 */
export function valuesAlong(
  f: (point: number) => number,
  points: readonly number[],
  origin: number,
): readonly number[] {
  const placeOf = (point: number): number => log1p(point / origin);
  const [from, to] = [placeOf(points[0] ?? 0), placeOf(points.at(-1) ?? 0)];
  const valueAt = (place: number): number => f(origin * expm1(place));
  const nodesOf = (count: number): readonly number[] =>
    Array.from({ length: count + 1 }, (_, i) => (from + to) / 2 - (cos((PI * i) / count) * (to - from)) / 2);
  let found: Interpolant | undefined;
  for (let count = FEWEST_NODES; count * 2 < points.length; count *= 2) {
    const coarse: Interpolant = found ?? { nodes: nodesOf(count), values: nodesOf(count).map(valueAt) };
    const nodes = nodesOf(count * 2);
    const values = nodes.map((node, i) => (i % 2 === 0 ? (coarse.values[i / 2] ?? NaN) : valueAt(node)));
    found = { nodes, values };
    const scale = values.reduce((most, value) => max(most, abs(value)), 0);
    if (nodes.every((node, i) => abs(valueOf(coarse, node) - (values[i] ?? NaN)) <= PRECISION * scale)) {
      return points.map((point) => valueOf(found ?? coarse, placeOf(point)));
    }
  }
  return points.map(f);
}

function valueOf({ nodes, values }: Interpolant, place: number): number {
  let [above, below] = [0, 0];
  for (let i = 0; i < nodes.length; i += 1) {
    const distance = place - (nodes[i] ?? 0);
    if (distance === 0) return values[i] ?? 0;
    const weight = ((i % 2 === 0 ? 1 : -1) * (i === 0 || i === nodes.length - 1 ? 0.5 : 1)) / distance;
    above += weight * (values[i] ?? 0);
    below += weight;
  }
  return above / below;
}
