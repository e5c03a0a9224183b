import type { Driver } from '../load/driver.js';
import type { Evidence } from './all.js';
import type { Check } from './check.js';

/** 8: a repeated command is answered as the first time. */
export function repeatsWereAnsweredAlike({ differences, tally }: Driver): Check {
  return {
    invariant: 8,
    name: 'repeated commands are answered with what they did',
    counted: `${tally.repeats} repeated over HTTP`,
    breaches: differences.map(
      ({ key, first, again }) => `"${key}" was answered ${first} at first, and ${again} when it was repeated`,
    ),
  };
}

/** Beyond the list: what is checked has happened at all, so that nothing holds for want of work. */
export function loadWasThere({ driver, sink, campaigns }: Pick<Evidence, 'driver' | 'sink' | 'campaigns'>): Check {
  const work = {
    'acknowledged commands': driver.tally.acknowledgedCommands,
    'repeated commands': driver.tally.repeats,
    campaigns: campaigns.length,
    'e-mails taken': sink.taken.length,
  };
  return {
    invariant: undefined,
    name: 'there was something to check',
    counted: Object.entries(work)
      .map(([what, count]) => `${count} ${what}`)
      .join(', '),
    breaches: Object.entries(work).flatMap(([what, count]) => (count > 0 ? [] : [`there were no ${what}`])),
  };
}

/** Beyond the list: whoever follows the advice for retries was served. */
export function clientsWereServed({ failed, tally }: Driver): Check {
  return {
    invariant: undefined,
    name: 'clients that follow the advice were served',
    counted: `${tally.requests} requests, ${tally.retries} retries`,
    breaches: failed.map(({ key, request, status, why }) => `"${key}" ${request}: ${status} ${why}`),
  };
}
