import {
  dayNumber,
  purchaseSummaries,
  rfmEdges,
  scoreRfm,
  scoreRfmByRank,
  segmentOf,
  TEN_SEGMENTS,
  type KeyedRfmValues,
  type RfmScore,
} from '@crm/customer-models';
import { choiceOption, dateOption, withDefault } from '../options.js';
import { buyersUntil, lastDate, PURCHASE_COLUMNS, purchaseLines } from '../purchases.js';
import { mapped, rowsOf } from '../report.js';
import { verb } from '../verb.js';

const HEAD = ['customer', 'recencyDays', 'frequency', 'monetary', 'r', 'f', 'm', 'segment'] as const;

export const rfmVerb = verb({
  name: 'rfm',
  about: 'scores customers by recency, frequency and monetary value',
  columns: PURCHASE_COLUMNS,
  options: {
    asOf: dateOption('date from which recency counts; later lines do not; default: the last date of the input'),
    scheme: withDefault(
      choiceOption(
        ['value-edges', 'rank-tiles'],
        'quintile edges of the values (equal customers score alike), or ntile(5)',
      ),
      'value-edges',
    ),
  },
  keys: {
    edges: 'the quintile edges of the three values (value edges only)',
    segmentTable: 'version of the table that names the segments',
    leftOut: 'customers who have nothing but returns',
    scores: 'the list of customers, each with:',
    customer: 'customer',
    recencyDays: 'days since the last purchase',
    frequency: 'days with a purchase',
    monetary: 'net value of all lines',
    r: '1 to 5, 5 the most recent; f and m likewise, 5 the most',
    segment: 'name of the segment',
  },
  example: 'crm-models rfm --input orders.csv --as-of 1998-07-01 --scheme rank-tiles',
  run: (table, { asOf, scheme }) => {
    const date = asOf ?? lastDate(table.rows);
    const { leftOut, warnings } = buyersUntil(table, date);
    const today = dayNumber(date);
    const customers = [
      ...mapped(purchaseSummaries(purchaseLines(table), date), (summary) => ({
        customer: summary.customer,
        recencyDays: today - dayNumber(summary.lastDate),
        frequency: summary.occasions,
        // Decimals that are written alike: .1 + .2 and .3 must not part two equal customers.
        monetary: Number(summary.total.toPrecision(SUM_DIGITS)),
      })),
    ];
    const { scores, ...facts } = scheme === 'rank-tiles' ? byRank(customers) : byEdges(customers);
    const rows = mapped(customers.entries(), ([at, customer]) => {
      const score = scores[at] ?? { r: 1, f: 1, m: 1 };
      return { ...customer, ...score, segment: segmentOf(score) };
    });
    return {
      facts: { asOf: date, scheme, segmentTable: TEN_SEGMENTS.version, leftOut, ...facts },
      rows: { key: 'scores', ...rowsOf(HEAD, rows) },
      warnings,
    };
  },
});

/** A double holds some fifteen decimal digits, and a sum of many loses a few of them. */
const SUM_DIGITS = 12;

interface Scored {
  readonly scores: readonly RfmScore[];
}

function byRank(customers: readonly KeyedRfmValues[]): Scored {
  return { scores: scoreRfmByRank(customers) };
}

function byEdges(customers: readonly KeyedRfmValues[]): Scored & { readonly edges: object } {
  const edges = rfmEdges(customers);
  return { edges, scores: customers.map((customer) => scoreRfm(edges, customer)) };
}
