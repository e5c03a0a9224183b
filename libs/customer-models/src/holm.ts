/** p values adjusted for testing all of them (Holm 1979), in the order given: at most 1, and never in reversed order. */
export function holmAdjusted(ps: readonly number[]): readonly number[] {
  const adjusted = new Array<number>(ps.length);
  let atLeast = 0;
  for (const [rank, { p, index }] of ps
    .map((p, index) => ({ p, index }))
    .sort((a, b) => a.p - b.p)
    .entries()) {
    atLeast = Math.max(atLeast, Math.min(1, p * (ps.length - rank)));
    adjusted[index] = atLeast;
  }
  return adjusted;
}
