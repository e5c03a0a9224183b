import type { Aggregate, Committed, Decide, DomainEvent, EventStore, TransactOptions } from '@crm/event-sourcing';

/** Where a commit ended in the log of its service. */
export type LogPlace = Pick<Committed, 'lane' | 'position'>;

/** What a command answers with; the service puts `readAfter` of all places into a body that has none yet. */
export class Answer {
  constructor(
    readonly status: number,
    readonly body: Readonly<Record<string, unknown>>,
    readonly places: readonly LogPlace[],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

type More = Readonly<Record<string, unknown>>;

/** 201 when this command made the thing (also when it is repeated), 200 when the thing was there before. */
export function created(committed: Committed, more: More = {}): Answer {
  return answer(madeIt(committed) ? 201 : 200, committed, more);
}

/** 200: changed, or unchanged because it was so already. */
export function changed(committed: Committed, more: More = {}): Answer {
  return answer(200, committed, more);
}

/** 202: long work began; `location` is where its progress can be read. */
export function accepted(committed: Committed, location: string, more: More = {}): Answer {
  return answer(202, committed, more, { Location: location });
}

/**
 * Carries out a command that makes a thing. Keeps with the command whether it did, so that a repeat gets the same answer from
 * `created`. A decision that emits nothing (the thing was there) counts as not made.
 */
export function create<State, Event extends DomainEvent>(
  store: EventStore,
  aggregate: Aggregate<State, Event>,
  streamId: string,
  decide: Decide<State, Event>,
  options: TransactOptions = {},
): Promise<Committed<Event>> {
  const result = { created: false };
  const noting: Decide<State, Event> = (state) => {
    const events = decide(state);
    result.created = events.length > 0;
    return events;
  };
  return store.transact(aggregate, streamId, noting, { ...options, result });
}

function madeIt({ repeated, result, events }: Committed): boolean {
  const kept = typeof result === 'object' && result !== null && 'created' in result && result.created === true;
  return kept || (!repeated && events.length > 0);
}

function answer(
  status: number,
  committed: Committed,
  more: More,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const { streamId, version } = committed;
  return new Answer(status, { id: streamId, version, ...more }, [committed], {
    ETag: `"${String(version)}"`,
    ...headers,
  });
}
