const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:Z|[+-](\d\d):(\d\d))$/;
/** Of hour, minute, second, and hour and minute of the offset. */
const CLOCK_MAXIMA = [23, 59, 59, 14, 59];
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** How far a valid time may lie ahead: clocks of clients differ. */
export const FUTURE_TOLERANCE_MS = 5 * 60_000;

/** Whether a text is an ISO 8601 time with offset, on a day that exists. */
export function isTimestamp(text: string): boolean {
  const [, year, month, day, ...clock] = (TIMESTAMP.exec(text) ?? []) as readonly (string | undefined)[];
  if (year === undefined || !isDay(Number(year), Number(month), Number(day))) return false;
  return clock.every((part, index) => Number(part ?? 0) <= (CLOCK_MAXIMA[index] ?? 0));
}

/** Whether a text is a date (`YYYY-MM-DD`) that exists. */
export function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  return year !== undefined && isDay(Number(year), Number(month), Number(day));
}

let clock: () => number = Date.now;

/** By which clock the future is told; the process's own unless given. A repeated command must be judged as it was at first, by whatever instance. */
export function tellFutureBy(other: () => number): void {
  clock = other;
}

/** Whether a time lies further in the future than clocks may differ. */
export function isInFuture(timestamp: string, now: number = clock()): boolean {
  return Date.parse(timestamp) > now + FUTURE_TOLERANCE_MS;
}

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}
