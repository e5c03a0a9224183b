import { badQuery } from './bad-query.js';

/** Reads `version`, a whole number from `least` on; 400 with a pointer when it is none. */
export function versionOf(text: unknown, least: 0 | 1): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (typeof text === 'string' && /^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw badQuery('version', 'wrong-format', `A whole number from ${String(least)}`);
}
