import { ModelDataError } from './errors.js';

const MS_PER_DAY = 86_400_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days since 1970-01-01 of a local date 'YYYY-MM-DD'. Throws `invalid-date` for anything else, 31 February included. */
export function dayNumber(date: string): number {
  const day = DATE.test(date) ? Date.parse(`${date}T00:00:00Z`) / MS_PER_DAY : NaN;
  if (Number.isNaN(day) || dateOfDay(day) !== date) {
    throw new ModelDataError('invalid-date', `'${date}' is not a date of the form YYYY-MM-DD`);
  }
  return day;
}

/** The date 'YYYY-MM-DD' of a whole number of days since 1970-01-01. Throws `invalid-date` outside the years 0 to 9999. */
export function dateOfDay(day: number): string {
  const time = new Date(day * MS_PER_DAY);
  const date = Number.isNaN(time.getTime()) ? '' : time.toISOString().slice(0, 10);
  if (DATE.test(date)) return date;
  throw new ModelDataError('invalid-date', `${day} days from 1970-01-01 there is no date of the form YYYY-MM-DD`);
}
