import {
  abcClasses,
  associationRules,
  campaignEffects,
  classificationMeasures,
  cohortTable,
  dayNumber,
  fitGammaGamma,
  fitKMeans,
  fitLogistic,
  fitPurchases,
  fitSbg,
  holdoutTable,
  kaplanMeier,
  lifeStagePurchases,
  lifetimeValue,
  profitability,
  revenueDrift,
  rfmEdges,
  scoreLogistic,
  scorePurchases,
  scoreRfm,
  summarisePurchases,
  summariseWithHoldout,
  type PurchaseLine,
  type PurchaseModelName,
} from '@crm/customer-models';
import type { Chart } from './chart.js';
import {
  abcChart,
  channelChart,
  clusterChart,
  driftChart,
  lifeStageChart,
  rfmChart,
  whaleChart,
} from './customer-charts.js';
import {
  EXAMPLE,
  exampleBaskets,
  exampleChurn,
  exampleContracts,
  exampleLines,
  halfYears,
} from './example-customers.js';
import {
  dormancyChart,
  holdoutChart,
  lifetimeValueChart,
  repeatsChart,
  spendChart,
  valueChart,
} from './purchase-charts.js';
import { cohortChart, sbgChart, survivalChart } from './retention-charts.js';
import { associationChart, calibrationChart, campaignChart } from './test-charts.js';

/** Survivors of the "regular" customers of Fader & Hardie 2007, of 1,000. */
const REGULAR = [1_000, 869, 743, 653, 593, 551, 517, 491];
/** Hillstrom's e-mail test: members, visits, conversions by arm. */
const HILLSTROM = [
  { arm: "men's", members: 21_307, responses: 3_894, conversions: 267, revenueSum: 0, revenueSquaredSum: 0 },
  { arm: "women's", members: 21_387, responses: 3_238, conversions: 189, revenueSum: 0, revenueSquaredSum: 0 },
  { arm: 'no e-mail', members: 21_306, responses: 2_262, conversions: 122, revenueSum: 0, revenueSquaredSum: 0 },
];
const MODELS: readonly (readonly [PurchaseModelName, string])[] = [
  ['bg-nbd', 'BG/NBD'],
  ['pareto-nbd', 'Pareto/NBD'],
  ['mbg-nbd', 'MBG/NBD'],
];

/** Revenue that falls by rank as it often does. */
const ITEMS = Array.from({ length: 60 }, (_, at) => ({
  item: `item ${String(at + 1).padStart(2, '0')}`,
  revenue: 1_000 / (at + 1) ** 1.1,
}));
const CHANNELS = [
  { channel: 'e-mail', rate: 0.05, controlRate: 0.03 },
  { channel: 'call', rate: 0.12, controlRate: 0.06 },
  { channel: 'branch', rate: 0.3, controlRate: 0.27 },
];

/** One chart for each model by the name of its page: the picture of `docs/models`. */
export function exampleCharts(): ReadonlyMap<string, Chart> {
  const lines = exampleLines();
  return new Map([...purchaseExamples(lines), ...customerExamples(lines), ...otherExamples()]);
}

function purchaseExamples(lines: readonly PurchaseLine[]): readonly (readonly [string, Chart])[] {
  const { customers, weeks } = summariseWithHoldout(lines, {
    calibrationEnd: EXAMPLE.calibrationEnd,
    holdoutEnd: EXAMPLE.until,
  });
  const fits = MODELS.map(([name, title]) => [title, fitPurchases(name, customers)] as const);
  const spend = fitGammaGamma(customers);
  const [, purchases = fitPurchases('bg-nbd', customers)] = fits[0] ?? [];
  const question = { purchases, spend, months: 12, monthlyDiscount: 0.01 };
  const values = customers.map((customer) => lifetimeValue(question, { ...customer, margin: 0.3 }));
  const sales = customers.map((customer) => ({
    monthlySales: customer.total / (Math.max(customer.T, 1) / (52 / 12)),
    pAlive: scorePurchases(purchases, 0, customer).pAlive,
  }));
  return [
    ['purchase-summary', repeatsChart(customers)],
    ...fits.map(
      ([title, fit]) => [fit.model, holdoutChart(title, weeks, holdoutTable(fit, weeks, customers))] as const,
    ),
    ['gamma-gamma', spendChart(spend.parameters, 'dollars')],
    ['lifetime-value', lifetimeValueChart(values, { unit: 'dollars', months: 12 })],
    [
      'value-matrix',
      valueChart(
        sales.filter(({ monthlySales }, at) => at % 4 === 0 && monthlySales <= 100),
        { unit: 'dollars', values: [100, 200, 400, 800] },
      ),
    ],
    ['dormancy', dormancyChart(summarisePurchases(lines, EXAMPLE.until), 26)],
  ];
}

function customerExamples(
  lines: readonly (PurchaseLine & { readonly category: string })[],
): readonly (readonly [string, Chart])[] {
  const summaries = summarisePurchases(lines, EXAMPLE.until);
  const today = dayNumber(EXAMPLE.until);
  const values = summaries.map(({ lastDate, occasions, total }) => ({
    recencyDays: today - dayNumber(lastDate),
    frequency: occasions,
    monetary: total,
  }));
  const edges = rfmEdges(values);
  const rules = { version: 'example', marginRate: 0.3, costPerOccasion: 2, costPerContact: 2, costPerCase: 5 };
  const facts = summaries.map(({ customer, total, occasions }, at) => ({
    customer,
    revenue: total,
    occasions,
    contacts: 4,
    cases: at % 7 === 0 ? 1 : 0,
  }));
  return [
    ['cohorts', cohortChart(cohortTable(lines, { until: EXAMPLE.until, returnsCount: false }))],
    ['rfm', rfmChart(values.map((value) => scoreRfm(edges, value)))],
    ['profitability', whaleChart(profitability(rules, facts), 'dollars')],
    ['drift', driftChart(revenueDrift(revenuePairs(lines)))],
    ['life-stage', lifeStageChart(lifeStagePurchases(lines))],
    ['k-means', clusterExample(values)],
  ];
}

function otherExamples(): readonly (readonly [string, Chart])[] {
  const contracts = exampleContracts();
  const groups = [...new Set(contracts.map(({ group }) => group))].map((name) => ({
    name,
    curve: kaplanMeier(contracts.filter(({ group }) => group === name)),
  }));
  const rows = exampleChurn();
  const { parameters } = fitLogistic({ columns: ['months', 'complaints'], rows });
  const predictions = rows.map(({ values, outcome }) => ({
    probability: scoreLogistic(parameters, values).probability,
    outcome,
  }));
  const { rules } = associationRules(exampleBaskets(), { support: 0.01, confidence: 0.05 });
  return [
    ['sbg', sbgChart(fitSbg([REGULAR]).parameters, REGULAR, 12)],
    ['kaplan-meier', survivalChart(groups, 'months')],
    ['campaign-result', campaignChart(campaignEffects({ arms: HILLSTROM, control: 'no e-mail' }), 'response')],
    ['logistic', calibrationChart(classificationMeasures(predictions).calibration)],
    ['association', associationChart(rules)],
    ['abc', abcChart(abcClasses(ITEMS))],
    ['channel', channelChart(CHANNELS)],
  ];
}

function revenuePairs(lines: readonly PurchaseLine[]): Iterable<{ before: number | null; after: number | null }> {
  const { split, from } = halfYears(EXAMPLE.until);
  const pairs = new Map<string, { before: number | null; after: number | null }>();
  for (const { customer, date, amount } of lines) {
    if (date < from) continue;
    const pair = pairs.get(customer) ?? { before: null, after: null };
    pairs.set(customer, pair);
    const period = date < split ? 'before' : 'after';
    pair[period] = (pair[period] ?? 0) + amount;
  }
  return pairs.values();
}

function clusterExample(values: readonly { readonly recencyDays: number; readonly monetary: number }[]): Chart {
  const shown = values
    .filter((_, at) => at % 6 === 0)
    .map(({ recencyDays, monetary }) => [recencyDays, Math.log10(monetary)]);
  const { assignments } = fitKMeans(shown, { clusters: 3, starts: 5 });
  const points = shown.map(([x = 0, y = 0], at) => ({ x, y, cluster: assignments[at] ?? 0 }));
  return clusterChart(points, { x: 'days since the last purchase', y: 'value of all purchases (log10 of dollars)' });
}
