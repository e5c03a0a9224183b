import { shortestHistory } from '../history/shortest.js';
import type { Check } from '../invariants/check.js';
import { SERVICES } from '@crm/contracts';
import type { Report } from '../report.js';
import type { Session } from './session.js';

export interface Outcome {
  readonly checks: readonly Check[];
  readonly unrest?: string | undefined;
  readonly figures?: Report['figures'];
}

/** What a session came to. */
export async function reportOf(session: Session, { checks, unrest, figures = {} }: Outcome): Promise<Report> {
  const { driver, faults, scraper, sink, stack, journal, options } = session;
  await scraper.scrape();
  const breaches = checks.flatMap((check) => check.breaches);
  const held = breaches.length === 0 && unrest === undefined;
  const history = held ? undefined : shortestHistory(breaches, journal.entries);
  const incidents = (kind: string): number => scraper.counters.total('consumer_incidents_total', `kind="${kind}"`);
  const { requests, retries, acknowledgedCommands, acknowledgedItems, retried } = driver.tally;
  return {
    ...{ seed: options.seed, held, checks, figures, folder: options.folder.path },
    ...(unrest === undefined ? {} : { unrest }),
    ...(history === undefined ? {} : { history }),
    faults: Object.fromEntries(faults.done),
    revived: Object.fromEntries(stack.revived),
    retried: Object.fromEntries(retried),
    counts: {
      ...{ requests, retries, acknowledgedCommands, acknowledgedItems },
      events: await eventsOf(session),
      duplicatesDropped: incidents('duplicates'),
      gapsFilled: incidents('gap'),
      emails: sink.taken.length,
    },
  };
}

async function eventsOf({ databases }: Session): Promise<number> {
  let events = 0;
  for (const service of SERVICES)
    events += (await databases.rows<{ n: number }>(service, 'SELECT count(*) AS n FROM es.event'))[0]?.n ?? 0;
  return events;
}
