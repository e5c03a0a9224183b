import type { AbcItem, AssociationRule } from '@crm/customer-models';
import {
  abcChart,
  aliveChart,
  associationChart,
  calibrationChart,
  channelChart,
  cohortChart,
  dormancyChart,
  draw,
  expectedPurchasesChart,
  lifeStageChart,
  lifetimeValueChart,
  rfmChart,
  sbgChart,
  spendChart,
  survivalChart,
  valueChart,
  whaleChart,
  type ByRepeatPurchases,
  type Chart,
} from '@crm/model-plots';
import type { Computation } from './compute-model.js';
import { spendingIn } from './gamma-gamma-model.js';
import type { Plot, Scoring } from './model.js';
import { purchaseHistoryOf } from './purchase-histories.js';
import type { RetentionParts } from './retention-model.js';

type Drawn = Computation & Pick<Scoring, 'fit' | 'scores' | 'report' | 'rows' | 'toDraw'>;
type Charts = (drawn: Drawn) => Readonly<Record<string, Chart>>;

const UNIT = 'minor units';
const DAYS_PER_WEEK = 7;
/** More points than can be told apart say nothing. */
const MOST_POINTS = 2_000;
const MOST_COHORTS = 36;

/** The pictures of a model's runs by name. */
const CHARTS: Readonly<Record<string, Charts>> = {
  rfm: ({ scores }) => ({ scores: rfmChart(scores.map(({ values }) => values as never)) }),
  'bg-nbd': ({ report, parameters }) => {
    const rows = report['byRepeatOccasions'] as unknown as readonly ByRepeatPurchases[];
    return { alive: aliveChart(rows), purchases: expectedPurchasesChart(Number(parameters['weeks']), rows) };
  },
  // Drawn against the mean of all, which only q > 1 has.
  'gamma-gamma': ({ fit }): Readonly<Record<string, Chart>> =>
    spendingIn(fit).q > 1 ? { spend: spendChart(spendingIn(fit), UNIT) } : {},
  'lifetime-value': ({ scores, parameters }) => ({
    tenths: lifetimeValueChart(
      scores.map(({ values }) => ({ value: Number(values['value']) })),
      { unit: UNIT, months: Number(parameters['months']) },
    ),
  }),
  'customer-value': ({ scores, report }) => ({
    customers: valueChart(
      scores.slice(0, MOST_POINTS).map(({ values }) => values as never),
      {
        unit: UNIT,
        values: (report['isoValueCurves'] as unknown as readonly { readonly value: number }[]).map(({ value }) =>
          Math.round(value),
        ),
      },
    ),
  }),
  churn: ({ report }) => ({
    calibration: calibrationChart((report['test'] as unknown as { calibration: never[] }).calibration),
  }),
  retention: retentionCharts,
  dormancy: ({ inputs, parameters }) => ({
    silence: dormancyChart(inputs.customers.map(purchaseHistoryOf), Number(parameters['days']) / DAYS_PER_WEEK),
  }),
  association: ({ rows = [] }) => ({
    rules: associationChart(rows.slice(0, MOST_POINTS) as unknown as readonly AssociationRule[]),
  }),
  profitability: ({ report }) => ({ whale: whaleChart({ deciles: report['deciles'] as never }, UNIT) }),
  product: ({ rows = [] }) => ({ abc: abcChart(rows as unknown as readonly AbcItem[]) }),
  channel: ({ report }) => ({ conversion: channelChart(ratesOf(report['campaigns'] as never)) }),
  'life-stage': ({ report }) => ({ 'days-between': lifeStageChart(report['stages'] as never) }),
};

/** Draws what there is to see of a run. */
export async function plotsOf(drawn: Drawn): Promise<readonly Plot[]> {
  const charts = Object.entries(CHARTS[drawn.model]?.(drawn) ?? {});
  return Promise.all(charts.map(async ([name, chart]) => ({ name, svg: await draw(chart) })));
}

function retentionCharts({ report, fit, toDraw }: Drawn): Readonly<Record<string, Chart>> {
  const { curve, survivors } = toDraw as RetentionParts;
  const cohorts = report['cohorts'] as unknown as { readonly cohorts: readonly never[] };
  const sbg = fit['sbg'] as unknown as { readonly parameters: never } | null;
  const [oldest = []] = survivors.toSorted((a, b) => b.length - a.length);
  return {
    cohorts: cohortChart({ ...cohorts, cohorts: cohorts.cohorts.slice(-MOST_COHORTS) } as never),
    ...(curve === null ? {} : { survival: survivalChart([{ name: 'all customers', curve }], 'days') }),
    ...(sbg === null ? {} : { projection: sbgChart(sbg.parameters, oldest, 24) }),
  };
}

interface Channel {
  readonly channel: string;
  readonly conversionRate: number | null;
  readonly lift: readonly { readonly metric: string; readonly effect: number | null }[];
}

function ratesOf(channels: readonly Channel[]): Parameters<typeof channelChart>[0] {
  return channels.map(({ channel, conversionRate, lift }) => {
    const rate = conversionRate ?? 0;
    const effect = lift.find(({ metric }) => metric === 'conversion')?.effect;
    return { channel, rate, controlRate: effect === undefined || effect === null ? null : rate - effect };
  });
}
