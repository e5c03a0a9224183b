import { currentContext, type Context } from './context.js';
import type { DomainEvent, EventMeta } from './event.js';
import type { NewEvent } from './event-log.js';
import { newId } from './ids.js';
import type { Upcasters } from './upcast.js';

/** What the events of one command have in common. */
export interface CommandFacts {
  readonly commandId?: string;
  readonly fingerprint?: string;
  readonly occurredAt?: string;
}

/** Gives emitted events their ids, times, versions and causes. */
export function newEvents(
  events: readonly DomainEvent[],
  hops: Readonly<Record<string, string | undefined>>,
  command: CommandFacts,
  { upcasters, now }: { readonly upcasters: Upcasters; readonly now: number },
): readonly NewEvent[] {
  const context = currentContext();
  const stamped = new Date(now).toISOString();
  return events.map((event) => ({
    eventId: newId(now),
    type: event.type,
    schemaVersion: upcasters.currentVersion(event.type),
    data: event.data,
    meta: metaOf(event, hops, command, context),
    occurredAt: normalised(event.occurredAt ?? command.occurredAt) ?? stamped,
  }));
}

function metaOf(
  event: DomainEvent,
  hops: Readonly<Record<string, string | undefined>>,
  command: CommandFacts,
  context: Context,
): EventMeta {
  const { correlationId, causationId, actor, traceparent } = context;
  const loopId = event.loopId ?? context.loopId;
  const hop = loopId === undefined ? undefined : hops[event.type];
  return {
    correlationId,
    causationId: causationId ?? command.commandId ?? null,
    actor,
    ...(loopId === undefined ? {} : { loopId }),
    ...(hop === undefined ? {} : { hop }),
    ...(command.fingerprint === undefined ? {} : { fingerprint: command.fingerprint }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** Valid times are compared as text, so all of them are in UTC with milliseconds. */
function normalised(time: string | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
