import { fold } from '@crm/event-sourcing';
import { IsId, IsTimestamp, ServiceContext } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { IsIn, IsOptional } from 'class-validator';
import { contactLedgerAggregate, contactLedgerId } from '../contact-ledger/contact-ledger.js';
import type { ContactLedgerEvent } from '../contact-ledger/contact-ledger.events.js';
import { decidePermission } from '../contact-ledger/permission.decider.js';
import { IsCode } from '../words.js';
import { CONTACT_CHANNELS } from './contact-points.js';
import { PermissionFacts, type PermissionReason } from './permission-facts.js';

export class CheckPermissionBody {
  @IsId() readonly partyId!: string;
  @IsIn(CONTACT_CHANNELS) readonly channel!: string;
  @IsCode() readonly purpose!: string;
  @IsOptional() @IsTimestamp() readonly at?: string;
}

export const reasonSchema = Type.Object({
  rule: Type.String(),
  outcome: Type.String(),
  eventIds: Type.Array(Type.String({ format: 'uuid' })),
});

export const permissionSchema = Type.Object({
  allowed: Type.Boolean(),
  retryAt: Type.Optional(Type.String({ format: 'date-time' })),
  reasons: Type.Array(reasonSchema),
});

export interface PermissionAnswer {
  readonly allowed: boolean;
  readonly retryAt?: string;
  readonly reasons: readonly PermissionReason[];
}

/** Whether a party may be contacted, with the reasons; takes no slot. */
export class ContactPermission extends Query<PermissionAnswer> {
  constructor(readonly body: CheckPermissionBody) {
    super();
  }
}

@QueryHandler(ContactPermission)
export class ContactPermissionHandler implements IQueryHandler<ContactPermission> {
  constructor(
    private readonly context: ServiceContext,
    private readonly facts: PermissionFacts,
  ) {}

  async execute({ body }: ContactPermission): Promise<PermissionAnswer> {
    const { partyId, channel, purpose } = body;
    const { store, clock } = this.context;
    const now = new Date(clock()).toISOString();
    const [events, standing, reach, incomplete, erased] = await Promise.all([
      store.readStream(contactLedgerId(partyId)),
      this.facts.policyOf(purpose),
      this.facts.reachOf(partyId, channel),
      this.facts.incompleteOf([partyId]),
      this.facts.isErased(partyId),
    ]);
    const { outcome, retryAt, rulings } = decidePermission(
      fold(contactLedgerAggregate, events as Iterable<ContactLedgerEvent>),
      standing.policy,
      {
        channel,
        purpose,
        at: body.at === undefined ? now : new Date(body.at).toISOString(),
        now,
        timeZone: reach.timeZone,
        reachable: reach.reachable,
        erased,
        incomplete: incomplete.has(partyId),
      },
    );
    const reasons = await this.facts.reasonsOf(partyId, rulings, standing.eventId);
    return { allowed: outcome === 'granted', ...(retryAt === undefined ? {} : { retryAt }), reasons };
  }
}
