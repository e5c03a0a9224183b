/** Rejects when the process is asked to end: what was started can still be stopped. */
export function interrupted(): Promise<never> {
  const asked = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`interrupted by ${signal}`)));
  });
  asked.catch(() => undefined);
  return asked;
}
