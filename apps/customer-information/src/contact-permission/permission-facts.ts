import { fold, type RecordedEvent } from '@crm/event-sourcing';
import { ServiceContext } from '@crm/platform';
import { Injectable } from '@nestjs/common';
import type { Ruling } from '../contact-ledger/permission.decider.js';
import { contactLedgerId } from '../contact-ledger/contact-ledger.js';
import type { ContactPolicySet } from '../contact-policy/contact-policy.events.js';
import { contactPolicyAggregate, contactPolicyId, type ContactPolicy } from '../contact-policy/contact-policy.js';
import { homeTimeZone } from '../customer-information-settings.js';
import { erasureAggregate, erasureId } from '../erasure/erasure.js';
import type { ContactPoint } from '../party/party.events.js';
import { partyAggregate } from '../party/party.js';
import { contactPointFor } from './contact-points.js';
import { LEDGER_KEEPERS, LedgerWatch } from './ledger-watch.js';

/** The policy of a purpose as it stands now, with the event that set it. */
export interface StandingPolicy {
  readonly policy: ContactPolicy;
  readonly eventId: string | undefined;
}

/** What a decision needs of the party itself. The contact point stays in memory. */
export interface Reach {
  readonly timeZone: string;
  readonly reachable: boolean;
  readonly contactPoint?: Pick<ContactPoint, 'kind' | 'value'>;
}

/** One reason of a permission, as callers see it. */
export interface PermissionReason {
  readonly rule: Ruling['rule'];
  readonly outcome: Ruling['outcome'];
  readonly eventIds: readonly string[];
}

const HEARD_BUT_NOT_KEPT = `SELECT DISTINCT key FROM bus.parked_key WHERE consumer = ANY($1) AND key = ANY($2)
  UNION SELECT DISTINCT key FROM bus.waiting WHERE consumer = ANY($1) AND key = ANY($2)`;

/** Gathers what permissions are decided on. */
@Injectable()
export class PermissionFacts {
  constructor(
    private readonly context: ServiceContext,
    private readonly ledger: LedgerWatch,
  ) {}

  async policyOf(purpose: string): Promise<StandingPolicy> {
    const events = await this.context.store.readStream(contactPolicyId(purpose));
    const policy = fold(contactPolicyAggregate, events as Iterable<ContactPolicySet>);
    return { policy, eventId: events.at(-1)?.eventId };
  }

  async reachOf(partyId: string, channel: string): Promise<Reach> {
    const { state } = await this.context.store.read(partyAggregate, partyId);
    const known = state.status === 'registered' ? state : undefined;
    const { needed, contactPoint } = contactPointFor(channel, known?.contactPoints ?? []);
    return {
      timeZone: known?.timeZone ?? homeTimeZone(this.context.settings),
      reachable: !needed || contactPoint !== undefined,
      ...(contactPoint === undefined ? {} : { contactPoint }),
    };
  }

  /** Whether the erasure of a party was asked for, whether or not it was carried out here yet. */
  async isErased(partyId: string): Promise<boolean> {
    return (await this.context.store.read(erasureAggregate, erasureId(partyId))).state.status !== 'none';
  }

  /** Parties of whom something was or may have been heard that could not be kept yet: nothing is sent to them meanwhile. */
  async incompleteOf(partyIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (await this.ledger.isBehind()) return new Set(partyIds);
    const { rows } = await this.context.pool.query<{ key: string }>(HEARD_BUT_NOT_KEPT, [LEDGER_KEEPERS, partyIds]);
    return new Set(rows.map((row) => row.key));
  }

  /** Rulings with the ids of the events that they go by. */
  async reasonsOf(
    partyId: string,
    rulings: readonly Ruling[],
    policyEventId: string | undefined,
  ): Promise<readonly PermissionReason[]> {
    const cites = rulings.some((ruling) => ruling.versions.length > 0);
    const ledger = cites ? await this.context.store.readStream(contactLedgerId(partyId)) : [];
    const byVersion = new Map(ledger.map((event) => [event.version, event.eventId]));
    const erased = rulings.some(({ rule, outcome }) => rule === 'erased' && outcome === 'denied');
    const erasures = erased ? await this.context.store.readStream(erasureId(partyId)) : [];
    return rulings.map(({ rule, outcome, versions, byPolicy }) => ({
      rule,
      outcome,
      eventIds: [
        ...versions.flatMap((version) => byVersion.get(version) ?? []),
        ...(byPolicy && policyEventId !== undefined ? [policyEventId] : []),
        ...(rule === 'erased' ? eventIdsOf(erasures, 'PartyErased') : []),
      ],
    }));
  }
}

function eventIdsOf(events: readonly RecordedEvent[], type: string): readonly string[] {
  return events.filter((event) => event.type === type).map((event) => event.eventId);
}
