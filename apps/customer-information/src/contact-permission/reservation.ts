import { ConcurrencyConflict, KeyErased, type Committed } from '@crm/event-sourcing';
import { idSchema, itemSchema, ServiceContext, timestampSchema, type BulkItem, type ItemOutcome } from '@crm/platform';
import { Injectable } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import { reserveContact } from '../contact-ledger/contact-ledger.decider.js';
import { contactLedgerAggregate, contactLedgerId, type ContactLedger } from '../contact-ledger/contact-ledger.js';
import { decidePermission, type Permission, type PermissionRequest } from '../contact-ledger/permission.decider.js';
import { CODE } from '../words.js';
import { CONTACT_CHANNELS } from './contact-points.js';
import { PermissionFacts, type Reach, type StandingPolicy } from './permission-facts.js';

const START_WITHIN_MS = 60_000;
const ATTEMPTS = 25;

export const reservationItems = itemSchema(
  Type.Object(
    {
      partyId: idSchema(),
      channel: Type.Unsafe<(typeof CONTACT_CHANNELS)[number]>({ type: 'string', enum: [...CONTACT_CHANNELS] }),
      purpose: Type.String({ pattern: CODE.source }),
      at: Type.Optional(timestampSchema({ description: 'business time of the contact; default: now' })),
      reservationKey: Type.String({
        minLength: 1,
        maxLength: 128,
        pattern: '^[!-~]+$',
        description: 'the treatment id, for a treatment',
      }),
      treatmentId: Type.Optional(idSchema()),
    },
    { additionalProperties: false },
  ),
);
export type ReservationItem = typeof reservationItems.item;

/** Decides on contacts that are about to happen, and takes a slot for each that is permitted. */
@Injectable()
export class Reservations {
  constructor(
    private readonly context: ServiceContext,
    private readonly facts: PermissionFacts,
  ) {}

  async reserveAll(items: readonly BulkItem<ReservationItem>[]): Promise<readonly ItemOutcome[]> {
    const purposes = [...new Set(items.map(({ item }) => item.purpose))];
    const policies = new Map(
      await Promise.all(purposes.map(async (purpose) => [purpose, await this.facts.policyOf(purpose)] as const)),
    );
    const incomplete = await this.facts.incompleteOf(items.map(({ item }) => item.partyId));
    return Promise.all(
      items.map(({ item }) => {
        const standing = policies.get(item.purpose);
        if (standing === undefined) throw new Error('the policy of a purpose was not looked up');
        return this.reserve(item, standing, incomplete.has(item.partyId));
      }),
    );
  }

  private async reserve(item: ReservationItem, standing: StandingPolicy, incomplete: boolean): Promise<ItemOutcome> {
    const { partyId } = item;
    const [reach, erased] = await Promise.all([
      this.facts.reachOf(partyId, item.channel),
      this.facts.isErased(partyId),
    ]);
    const now = new Date(this.context.clock()).toISOString();
    const request = { ...requestOf(item, reach, now), erased, incomplete };
    const { permission, place } = await this.decide(item, standing, request);
    const reasons = await this.facts.reasonsOf(partyId, permission.rulings, standing.eventId);
    const { reservationKey } = item;
    const common = { partyId, reservationKey, outcome: permission.outcome, reasons };
    const more =
      permission.outcome === 'granted'
        ? { ...common, ...grantOf(reach, this.context.clock()) }
        : { ...common, ...retryOf(permission) };
    return { status: 'accepted', ...(place === undefined ? {} : { place }), more };
  }

  /** Decides on one version of the ledger. Each round that loses is one that somebody else won, so few are needed. */
  private async decide(
    item: ReservationItem,
    { policy }: StandingPolicy,
    request: PermissionRequest,
  ): Promise<{ readonly permission: Permission; readonly place?: Committed }> {
    const { reservationKey: key, partyId, channel, purpose, treatmentId } = item;
    let permission: Permission | undefined;
    const decision = (ledger: ContactLedger): ReturnType<ReturnType<typeof reserveContact>> => {
      permission = decidePermission(ledger, policy, request);
      if (permission.outcome !== 'granted') return [];
      const treatment = treatmentId === undefined ? {} : { treatmentId };
      return reserveContact({ key, channel, purpose, at: request.at, ...treatment })(ledger);
    };
    for (let attempt = 1; ; attempt++) {
      try {
        const ledgerId = contactLedgerId(partyId);
        const place = await this.context.store.transact(contactLedgerAggregate, ledgerId, decision, { key: partyId });
        if (permission === undefined) throw new Error('a reservation was stored without a decision');
        return { permission, place };
      } catch (error) {
        if (error instanceof KeyErased) return { permission: this.refused(policy, request) };
        if (!(error instanceof ConcurrencyConflict) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private refused(policy: StandingPolicy['policy'], request: PermissionRequest): Permission {
    return decidePermission(contactLedgerAggregate.initial, policy, { ...request, erased: true });
  }
}

function requestOf(
  item: ReservationItem,
  { timeZone, reachable }: Reach,
  now: string,
): Omit<PermissionRequest, 'erased' | 'incomplete'> {
  const { channel, purpose, reservationKey, treatmentId } = item;
  const at = item.at === undefined ? now : new Date(item.at).toISOString();
  const treatment = treatmentId === undefined ? {} : { treatmentId };
  return { channel, purpose, at, now, timeZone, reachable, reservationKey, ...treatment };
}

function grantOf({ contactPoint }: Reach, now: number): Readonly<Record<string, unknown>> {
  const startBy = new Date(now + START_WITHIN_MS).toISOString();
  return { ...(contactPoint === undefined ? {} : { contactPoint }), startBy };
}

function retryOf({ retryAt }: Permission): Readonly<Record<string, unknown>> {
  return retryAt === undefined ? {} : { retryAt };
}
