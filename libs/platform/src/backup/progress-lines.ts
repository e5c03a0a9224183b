const EVERY_MS = 2_000;

/** Says on standard error every two seconds how far a long step is. */
export function progressLines(title: string): (progress: { readonly done: number; readonly total: number }) => void {
  let last = performance.now();
  return ({ done, total }) => {
    if (performance.now() - last < EVERY_MS) return;
    last = performance.now();
    process.stderr.write(`  ${title}: ${String(done)} of ${String(total)}\n`);
  };
}
