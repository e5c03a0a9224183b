import { SERVICES, type ServiceName } from '@crm/contracts';
import { BATCH, fromStart, limitPerLane, PARTY_ERASED, type Feed, type FeedEvent } from '@crm/messaging';
import type { ErasedParty } from '../service/erase-parties.js';

/** Events that are no feed, such as those of a lost log that a topic still holds. */
export interface EventArchive {
  /** What it is, for a message that it cannot be read. */
  readonly name: string;
  readonly events: AsyncIterable<FeedEvent>;
}

/** Not everybody who may have been erased is known: the database must stay closed. */
export class ErasuresUnknown extends Error {
  constructor(service: ServiceName, source: string, cause?: unknown) {
    const why = cause === undefined ? 'which was not given' : 'which cannot be read';
    super(`${service} stays closed: who was erased since the backup is to be learnt from ${source}, ${why}`, { cause });
    this.name = 'ErasuresUnknown';
  }
}

/**
 * The services that have to be asked who was erased. Customer-information decides about erasures; when its own log lost
 * some, the others know them, since each of them reported what it destroyed.
 */
export function erasureSources(service: ServiceName): readonly ServiceName[] {
  return service === 'customer-information' ? SERVICES.filter((other) => other !== service) : ['customer-information'];
}

const SUBJECT_ERASED = new Set<string>(SERVICES.map((service) => `crm.${service}.subject-erased.v1`));

/** Everybody of whose erasure the feeds and archives tell, once, with everything that was linked to them. */
export async function knownErasures(
  service: ServiceName,
  feeds: readonly Feed[],
  archives: readonly EventArchive[] = [],
): Promise<readonly ErasedParty[]> {
  const sources = [
    ...feeds.map((feed) => ({ name: `the feed of ${feed.service}`, events: wholeFeed(feed) })),
    ...archives,
  ];
  const known = new Map<string, ErasedParty>();
  for (const { name, events } of sources)
    try {
      for await (const event of events) note(known, event);
    } catch (error) {
      throw new ErasuresUnknown(service, name, error);
    }
  return [...known.values()];
}

function note(known: Map<string, ErasedParty>, { type, data, occurredAt }: FeedEvent): void {
  if (type !== PARTY_ERASED && !SUBJECT_ERASED.has(type)) return;
  const {
    erasureId,
    partyId,
    linkedIds = [],
  } = data as Partial<ErasedParty> & Pick<ErasedParty, 'erasureId' | 'partyId'>;
  const before = known.get(erasureId);
  known.set(erasureId, {
    erasureId,
    partyId,
    linkedIds: [...new Set([...(before?.linkedIds ?? []), ...linkedIds])],
    at: before === undefined || occurredAt < before.at ? occurredAt : before.at,
  });
}

/** Every event of a feed up to where it stands now. */
async function* wholeFeed(feed: Feed): AsyncGenerator<FeedEvent> {
  const incarnation = await feed.incarnation();
  const heads = await feed.heads();
  let after = fromStart(feed.lanes);
  while (after.some((position, lane) => position < (heads[lane] ?? 0n))) {
    const page = await feed.read(after, limitPerLane(after, heads, BATCH));
    if (page.length === 0) throw new Error('it holds less than its heads say');
    const next = [...after];
    for (const event of page) {
      if (event.incarnation !== incarnation) throw new Error('it was restored meanwhile');
      next[event.lane] = event.position;
    }
    after = next;
    yield* page;
  }
}
