import { readFile } from 'node:fs/promises';

const DASHBOARD = new URL('../../../infra/grafana/crm.json', import.meta.url);
/** What surrounds the metrics in an expression: values, label matchers, ranges and what is grouped by. */
const AROUND = [/"[^"]*"/g, /\{[^}]*\}/g, /\[[^\]]*\]/g, /\bby \([^)]*\)/g];
const FUNCTIONS = new Set(['sum', 'max', 'min', 'rate', 'increase', 'histogram_quantile', 'label_values', 'service']);

interface Dashboard {
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly definition?: string }[] };
}

/** The names of the metrics that the Grafana dashboard asks for. */
export async function dashboardMetrics(): Promise<ReadonlySet<string>> {
  const { panels, templating } = JSON.parse(await readFile(DASHBOARD, 'utf8')) as Dashboard;
  const asked = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const variables = templating.list.flatMap(({ definition }) => definition ?? []);
  const bare = [...asked, ...variables].map((text) => AROUND.reduce((rest, part) => rest.replace(part, ' '), text));
  return new Set(bare.flatMap((text) => text.match(/[a-z_]\w*/g) ?? []).filter((name) => !FUNCTIONS.has(name)));
}

/** The names that a Prometheus text has samples of, or may have as soon as there is something to tell. */
export function exportedMetrics(text: string): ReadonlySet<string> {
  const heads = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    heads.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}
