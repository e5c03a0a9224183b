import { Gauge, type Registry } from 'prom-client';

const READ_MS = 2_000;

/** One value of a gauge under its labels. */
export interface Reading {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A gauge that is read when somebody scrapes it. */
export interface ScrapedGauge {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** What is not among the answer any more has no value any more. */
  read(): Promise<readonly Reading[]>;
  /** How long an answer is good enough, where reading costs something. Default: until the next scrape. */
  readonly keepMs?: number;
}

/** Adds a gauge. When it cannot be read within 2 s it has no value: none is better than a wrong one, and the others go on. */
export function addGauge(registry: Registry, wanted: ScrapedGauge): void {
  const { name, help, labels, keepMs = 0 } = wanted;
  let readAt = Number.NEGATIVE_INFINITY;
  const gauge = new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    collect: async () => {
      if (performance.now() - readAt < keepMs) return;
      const readings = await inTime(wanted.read());
      gauge.reset();
      for (const { labels: at, value } of readings ?? []) gauge.set(at, value);
      if (readings !== undefined) readAt = performance.now();
    },
  });
}

async function inTime<T>(reading: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), READ_MS);
  });
  try {
    return await Promise.race([reading, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
