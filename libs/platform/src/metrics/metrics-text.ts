import type { Registry } from 'prom-client';

/** Prometheus text of several registries. Metrics of one name are put under one head; their `service` labels keep them apart. */
export async function metricsText(registries: readonly Registry[]): Promise<string> {
  const texts = await Promise.all(registries.map((registry) => registry.metrics()));
  const samples = new Map<string, string[]>();
  for (const block of texts.flatMap((text) => text.split(/^(?=# HELP )/m))) {
    const [help = '', type = '', ...lines] = block.trim().split('\n');
    const head = `${help}\n${type}`;
    samples.set(head, [...(samples.get(head) ?? []), ...lines]);
  }
  return [...samples].map(([head, lines]) => [head, ...lines].join('\n')).join('\n\n') + '\n';
}
