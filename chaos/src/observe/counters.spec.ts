import { describe, expect, it } from '@jest/globals';
import { Counters } from './counters.js';

const text = (duplicates: number, gaps: number): string =>
  [
    '# HELP consumer_incidents_total Duplicates dropped',
    `consumer_incidents_total{consumer="a",kind="duplicates",service="sales"} ${duplicates}`,
    `consumer_incidents_total{consumer="a",kind="gap",service="sales"} ${gaps}`,
    'consumer_lag_events{consumer="a",service="sales"} 7',
  ].join('\n');

describe('counters over the lives of processes', () => {
  it('sums up what every life has counted, of every process', () => {
    const counters = new Counters();
    counters.scrape('sales', text(5, 1));
    counters.scrape('sales', text(9, 1));
    // Killed and started again.
    counters.scrape('sales', text(2, 0));
    counters.scrape('sales-2', text(4, 3));
    expect(counters.total('consumer_incidents_total', 'kind="duplicates"')).toBe(15);
    expect(counters.total('consumer_incidents_total', 'kind="gap"')).toBe(4);
  });

  it('knows nothing of what was never counted', () => {
    expect(new Counters().total('consumer_incidents_total')).toBe(0);
  });
});
