import type { Committed } from '@crm/event-sourcing';
import {
  create,
  isGiven,
  IsId,
  IsOccurredAt,
  IsTimestamp,
  MoneyBody,
  PartyBody,
  partyOf,
  ServiceContext,
  type CommandRequest,
} from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { IsObject, IsString, Length, ValidateIf, ValidateNested } from 'class-validator';
import { openOpportunity } from '../opportunity.decider.js';
import { opportunityAggregate } from '../opportunity.js';

export class OpenOpportunityBody extends PartyBody {
  @ValidateIf(isGiven) @IsId() readonly opportunityId?: string;
  @IsString() @Length(1, 500) readonly name!: string;
  @ValidateIf(isGiven) @IsObject() @ValidateNested() @Type(() => MoneyBody) readonly amount?: MoneyBody;
  @ValidateIf(isGiven) @IsTimestamp() readonly expectedCloseAt?: string;
  @ValidateIf(isGiven) @IsId() readonly leadId?: string;
  @ValidateIf(isGiven) @IsString() @Length(1, 200) readonly ownerId?: string;
  @ValidateIf(isGiven) @IsOccurredAt() readonly occurredAt?: string;
}

export class OpenOpportunity extends Command<Committed> {
  constructor(
    readonly body: OpenOpportunityBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(OpenOpportunity)
export class OpenOpportunityHandler implements ICommandHandler<OpenOpportunity> {
  constructor(private readonly context: ServiceContext) {}

  execute({ body, request }: OpenOpportunity): Promise<Committed> {
    const { store, clock, referenceKey } = this.context;
    const { name, amount, expectedCloseAt, leadId, ownerId } = body;
    const opportunityId = request.idFor(body.opportunityId);
    const partyId = partyOf(body, referenceKey);
    const openedAt = request.occurredAt ?? new Date(clock()).toISOString();
    const more = {
      ...(amount === undefined ? {} : { amount: { amountMinor: amount.amountMinor, currency: amount.currency } }),
      ...(expectedCloseAt === undefined ? {} : { expectedCloseAt: new Date(expectedCloseAt).toISOString() }),
      ...(leadId === undefined ? {} : { leadId }),
      ...(ownerId === undefined ? {} : { ownerId }),
    };
    const decision = openOpportunity({ opportunityId, partyId, name, openedAt, ...more });
    return create(store, opportunityAggregate, opportunityId, decision, {
      ...request.options,
      key: partyId,
    });
  }
}
