import { Rejected } from '@crm/event-sourcing';
import {
  outcomeOf,
  outcomeOfError,
  partyOf,
  privateFingerprint,
  ServiceContext,
  type BulkItem,
  type ItemOutcome,
  type LogPlace,
  type RejectedItem,
} from '@crm/platform';
import { Injectable } from '@nestjs/common';
import { grouped } from '../grouped.js';
import { inVendorOrder } from '../interaction/interaction-fold.js';
import { takeContactEvents } from '../interaction/interaction.decider.js';
import type { ContactEventFacts } from '../interaction/interaction.events.js';
import { interactionAggregate, interactionIdOf } from '../interaction/interaction.js';
import type { ContactEventItem } from './contact-event-item.js';
import { contactEventAggregate, contactEventIdOf } from './contact-event.js';

interface Registered {
  readonly index: number;
  readonly facts: ContactEventFacts;
  readonly status: 'accepted' | 'duplicate';
}

/**
 * Takes the contact events of a call-center system. First every event's id is registered, which tells duplicates from conflicts;
 * then each interaction takes its own, all at once. Both may be repeated: what was lost in between is made up by the next delivery.
 */
@Injectable()
export class ContactIntake {
  constructor(private readonly context: ServiceContext) {}

  async take(source: string, items: readonly BulkItem<ContactEventItem>[]): Promise<readonly ItemOutcome[]> {
    const registered = await Promise.all(items.map((item, index) => this.register(source, item, index)));
    const outcomes = registered.map((one): ItemOutcome => ('facts' in one ? { status: one.status } : one));
    const interactions = grouped(
      registered.flatMap((one) => ('facts' in one ? [one] : [])),
      ({ facts }) => facts.interactionId,
    );
    await Promise.all(
      [...interactions].map(async ([interactionId, taken]) => {
        const folded = await this.fold(
          interactionId,
          taken.map(({ facts }) => facts),
        );
        for (const { index, status } of taken)
          outcomes[index] = 'code' in folded ? folded : { status, id: interactionId, place: folded };
      }),
    );
    return outcomes;
  }

  private async register(
    source: string,
    { item, command }: BulkItem<ContactEventItem>,
    index: number,
  ): Promise<Registered | ItemOutcome> {
    try {
      const facts = factsOf(source, item, this.context.referenceKey);
      const { vendorEventId, interactionId, partyId, at } = facts;
      const recorded = await this.context.store.recordFact(
        contactEventAggregate,
        contactEventIdOf(source, vendorEventId),
        { type: 'ContactEventRegistered', data: { source, vendorEventId, interactionId }, occurredAt: at },
        {
          ...command.options,
          key: partyId ?? interactionId,
          fingerprint: privateFingerprint(this.context, facts),
          result: { created: true },
        },
      );
      const outcome = outcomeOf(recorded);
      if (outcome.status === 'conflict') return { status: 'conflict', id: interactionId };
      return { index, facts, status: outcome.status === 'accepted' ? 'accepted' : 'duplicate' };
    } catch (error) {
      return outcomeOfError(error);
    }
  }

  /** The first step that knows the party gives a new interaction its key. */
  private async fold(interactionId: string, facts: readonly ContactEventFacts[]): Promise<LogPlace | RejectedItem> {
    const known = [...facts].sort(inVendorOrder).find(({ partyId }) => partyId !== undefined);
    try {
      const decision = takeContactEvents(facts);
      return await this.context.store.transact(interactionAggregate, interactionId, decision, {
        key: known?.partyId ?? interactionId,
      });
    } catch (error) {
      return outcomeOfError(error);
    }
  }
}

function factsOf(source: string, item: ContactEventItem, referenceKey: Uint8Array): ContactEventFacts {
  const { partyRef, response, at, ...rest } = item;
  const said = typeof response === 'string' ? { kind: response } : response;
  return {
    ...rest,
    source,
    interactionId: interactionIdOf(source, item.contactId),
    at: new Date(at).toISOString(),
    ...(partyRef === undefined ? {} : { partyId: partyOf({ partyRef }, referenceKey) }),
    ...(said === undefined ? {} : { responseKind: said.kind }),
    ...(said?.note === undefined ? {} : { responseNote: said.note }),
  };
}

const SOURCE = /^[\p{L}\p{N}][\p{L}\p{N} ._:/-]{0,199}$/u;

/** The system and the events of a batch's body; `Rejected` with 400 when it is something else. */
export function contactEventsOf(body: unknown): { readonly source: string; readonly items: readonly unknown[] } {
  const { source, events, ...more } =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const errors = [
    ...(typeof source === 'string' && SOURCE.test(source)
      ? []
      : [fault('/source', source === undefined ? 'required' : 'wrong-format')]),
    ...(Array.isArray(events) ? [] : [fault('/events', events === undefined ? 'required' : 'wrong-type')]),
    ...(Object.keys(more).length === 0 ? [] : [fault('', 'unknown-field')]),
  ];
  if (errors.length > 0) throw new Rejected('validation-failed', 'The batch is not valid', { status: 400, errors });
  return { source: source as string, items: events as readonly unknown[] };
}

function fault(
  pointer: string,
  code: string,
): { readonly pointer: string; readonly code: string; readonly detail: string } {
  return { pointer, code, detail: 'A batch has a source and a list of events' };
}
