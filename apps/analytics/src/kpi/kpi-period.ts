import { isDate } from '@crm/platform';
import { badQuery } from '../bad-query.js';
import type { KpiPeriod } from './kpi.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MOST_DAYS = 3_660;
const EARLIEST = '1900-01-01';

/** Reads `from` and `to`; without them the 30 days until today. 400 when one is no date or they are the wrong way round. */
export function periodOf(query: Readonly<Record<string, unknown>>, now: number): KpiPeriod {
  const to = dateIn(query, 'to') ?? dayOf(now);
  const from = dateIn(query, 'from') ?? dayOf(Date.parse(to) - (DEFAULT_DAYS - 1) * DAY_MS);
  const length = Date.parse(to) - Date.parse(from) + DAY_MS;
  if (length <= 0) throw badQuery('to', 'period-empty', 'Not before from');
  if (from < EARLIEST || length > MOST_DAYS * DAY_MS)
    throw badQuery('from', 'out-of-range', `From ${EARLIEST} on, and at most ${String(MOST_DAYS)} days`);
  const first = Date.parse(from);
  return { from, to, previous: { from: dayOf(first - length), to: dayOf(first - DAY_MS) } };
}

function dateIn(query: Readonly<Record<string, unknown>>, name: 'from' | 'to'): string | undefined {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  if (typeof text === 'string' && isDate(text)) return text;
  throw badQuery(name, 'wrong-format', 'A date, e.g. 2026-01-31');
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
