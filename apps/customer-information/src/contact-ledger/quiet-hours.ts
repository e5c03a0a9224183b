const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;
const MOST_PERIODS = 8;

/** A daily period without contacts, `HH:MM` in the party's time zone; it may go over midnight. */
export interface QuietHours {
  readonly channel: string;
  readonly from: string;
  readonly to: string;
}

/** When the quiet hours that hold at a time end (ISO 8601), or undefined when there are none then. */
export function quietUntil(periods: readonly QuietHours[], timeZone: string, at: string): string | undefined {
  let time = Date.parse(at);
  let quiet = false;
  // The end of one period may lie in another one.
  for (let round = 0; round < MOST_PERIODS; round++) {
    const minute = minuteOfDay(time, timeZone);
    const period = periods.find(({ from, to }) => within(minute, minutesOf(from), minutesOf(to)));
    if (period === undefined) break;
    quiet = true;
    time = nextTime(time, minutesOf(period.to), timeZone);
  }
  return quiet ? new Date(time).toISOString() : undefined;
}

function within(minute: number, from: number, to: number): boolean {
  return from < to ? from <= minute && minute < to : minute >= from || minute < to;
}

/** The next moment at which clocks of the zone show this minute of the day. */
function nextTime(time: number, target: number, timeZone: string): number {
  const wholeMinute = Math.floor(time / MINUTE_MS) * MINUTE_MS;
  const ahead = (target - minuteOfDay(time, timeZone) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const next = wholeMinute + ahead * MINUTE_MS;
  // A change of clocks in between moves the moment by what they show too much or too little then.
  const off = ((minuteOfDay(next, timeZone) - target + 1.5 * DAY_MINUTES) % DAY_MINUTES) - DAY_MINUTES / 2;
  return Math.max(next - off * MINUTE_MS, wholeMinute + MINUTE_MS);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function minuteOfDay(time: number, timeZone: string): number {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    clocks.set(timeZone, clock);
  }
  return minutesOf(clock.format(time));
}

function minutesOf(text: string): number {
  const [hours = '0', minutes = '0'] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}
