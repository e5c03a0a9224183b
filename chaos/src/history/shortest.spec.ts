import { describe, expect, it } from '@jest/globals';
import type { Entry } from './journal.js';
import { historyText, shortestHistory } from './shortest.js';

const ORDER = '018f0000-0000-7000-8000-000000000001';
const OTHER = '018f0000-0000-7000-8000-000000000002';
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

const request = (key: string, second: number, id: string): Entry => ({
  ...{ kind: 'request', at: at(second), key, subject: `of ${key}`, service: 'sales', request: 'POST /v1/orders' },
  ...{ status: 201, attempts: 1, ms: 20, acknowledged: [{ id, version: 1 }] },
});
const fault = (number: number, name: string, second: number, what: 'began' | 'ended'): Entry => ({
  ...{ kind: 'fault', at: at(second), number, fault: name, target: 'sales-1', what },
});

const journal: readonly Entry[] = [
  fault(1, 'redis-flushed', 1, 'began'),
  fault(1, 'redis-flushed', 2, 'ended'),
  fault(2, 'kill', 58, 'began'),
  { kind: 'attempt', at: at(59), key: 'order 7', attempt: 1, why: 'ECONNRESET' },
  request('order 7', 60, ORDER),
  fault(2, 'kill', 61, 'ended'),
  request('order 8', 62, OTHER),
  request('order 8 again', 63, OTHER),
  request('order 8 once more', 64, OTHER),
  fault(3, 'broker-slow', 100, 'began'),
];

describe('the shortest history of a breach', () => {
  it('is the requests about what it names, their tries, and the faults around them', () => {
    const history = shortestHistory([`sales ${ORDER} version 1`], journal);
    expect(history?.entries).toEqual([
      fault(2, 'kill', 58, 'began'),
      { kind: 'attempt', at: at(59), key: 'order 7', attempt: 1, why: 'ECONNRESET' },
      request('order 7', 60, ORDER),
      fault(2, 'kill', 61, 'ended'),
    ]);
  });

  it('is that of the breach with the least to read', () => {
    const history = shortestHistory([`sales ${OTHER} version 1`, `sales ${ORDER} version 1`], journal);
    expect(history?.breach).toContain(ORDER);
  });

  it('prefers a breach that was asked for over one of which nothing is known', () => {
    const history = shortestHistory(['sales lane 3: 4 events, head 5', `sales ${OTHER} version 1`], journal);
    expect(history?.breach).toContain(OTHER);
  });

  it('finds requests by the key that a breach quotes', () => {
    const history = shortestHistory(['"order 8" was answered otherwise'], journal);
    expect(history?.entries.filter(({ kind }) => kind === 'request')).toEqual([request('order 8', 62, OTHER)]);
  });

  it('shows all faults for a breach that names nothing', () => {
    const history = shortestHistory(['sales lane 3: 4 events, head 5'], journal);
    expect(history?.entries.map(({ kind }) => kind)).toEqual(['fault', 'fault', 'fault', 'fault', 'fault']);
  });

  it('reads as lines of text', () => {
    const history = shortestHistory([`sales ${ORDER} version 1`], journal);
    expect(history === undefined ? '' : historyText(history)).toBe(
      [
        `  sales ${ORDER} version 1`,
        `    ${at(58)}  fault 2 kill of sales-1 began`,
        `    ${at(59)}  "order 7" try 1: ECONNRESET`,
        `    ${at(60)}  "order 7" POST /v1/orders: 201 after 1 tries ${ORDER} version 1`,
        `    ${at(61)}  fault 2 kill of sales-1 ended`,
      ].join('\n'),
    );
  });
});
