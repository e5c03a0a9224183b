import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  fitBgNbd,
  keyedRandom,
  rateRfm,
  rfmEdges,
  scoreBgNbd,
  summarisePurchases,
  type CustomerSummary,
  type PurchaseLine,
} from '@crm/customer-models';

const ROUNDS = 7;
const CUSTOMERS = 1_000_000;
const HORIZON_WEEKS = 39;

const repository = fileURLToPath(new URL('../../', import.meta.url));
const cdnow = resolve(repository, process.env['CRM_DATA'] ?? '../shared/data', 'cdnow_sample.csv');

/** Measures, and answers with a line of the report. */
type Benchmark = () => string;

function readCdnow(): readonly PurchaseLine[] {
  const rows = readFileSync(cdnow, 'utf8').trim().split(/\r?\n/).slice(1);
  return rows.map((row) => {
    const [, customer = '', date = '', , dollars = ''] = row.split(',');
    return { customer, date: date.replace(/(....)(..)(..)/, '$1-$2-$3'), amount: Math.round(Number(dollars) * 100) };
  });
}

/** Median milliseconds over the rounds, of the wall clock and of the processor: the second is what a busy machine leaves alone. */
function median(work: () => unknown): { readonly wall: number; readonly processor: number } {
  const walls: number[] = [];
  const processors: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [started, used] = [performance.now(), process.cpuUsage()];
    work();
    const { user, system } = process.cpuUsage(used);
    walls.push(performance.now() - started);
    processors.push((user + system) / 1_000);
  }
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN;
  return { wall: middle(walls), processor: middle(processors) };
}

function fitting(summaries: readonly CustomerSummary[]): Benchmark {
  return () => {
    const { wall, processor } = median(() => fitBgNbd(summaries));
    return `BG/NBD fit of ${String(summaries.length)} CDNOW customers: ${wall.toFixed(0)} ms, processor ${processor.toFixed(0)} ms (goal 300)`;
  };
}

function scoring(summaries: readonly CustomerSummary[]): Benchmark {
  return () => {
    const { parameters } = fitBgNbd(summaries);
    const { wall, processor } = median(() => {
      for (let scored = 0; scored < CUSTOMERS;) {
        for (const summary of summaries) scoreBgNbd(parameters, HORIZON_WEEKS, summary);
        scored += summaries.length;
      }
    });
    const rate = (ms: number): string => (CUSTOMERS / ms / 1_000).toFixed(2);
    return `BG/NBD scoring: ${rate(wall)} M customers/s, processor ${rate(processor)} M customers/s (goal 1)`;
  };
}

const rfm: Benchmark = () => {
  const random = keyedRandom('bench', 'rfm');
  const customers = Array.from({ length: CUSTOMERS }, () => ({
    recencyDays: Math.floor(random.uniform() * 545),
    frequency: 1 + Math.floor(-Math.log(random.uniform()) * 2),
    monetary: Math.floor(random.uniform() * 100_000),
  }));
  const { wall, processor } = median(() => {
    const edges = rfmEdges(customers);
    return customers.map((customer) => rateRfm(edges, customer));
  });
  return `RFM edges, scores and segments of ${String(CUSTOMERS)} customers: ${wall.toFixed(0)} ms, processor ${processor.toFixed(0)} ms (goal 1000)`;
};

const missing: Benchmark = () => `${cdnow} is missing: no BG/NBD figures, CRM_DATA names its folder`;

const summaries = existsSync(cdnow) ? summarisePurchases(readCdnow(), '1997-09-30') : undefined;
const benchmarks: readonly Benchmark[] = [
  ...(summaries === undefined ? [missing] : [fitting(summaries), scoring(summaries)]),
  rfm,
];
console.log(`Customer models, median of ${String(ROUNDS)} rounds, one thread of Node ${process.versions.node}`);
for (const benchmark of benchmarks) console.log(benchmark());
