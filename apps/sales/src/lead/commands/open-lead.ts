import type { Committed } from '@crm/event-sourcing';
import {
  create,
  IsId,
  isGiven,
  IsOccurredAt,
  PartyBody,
  partyOf,
  ServiceContext,
  type CommandRequest,
} from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length, ValidateIf } from 'class-validator';
import { openLead } from '../lead.decider.js';
import { leadAggregate } from '../lead.js';

export class OpenLeadBody extends PartyBody {
  @ValidateIf(isGiven) @IsId() readonly leadId?: string;
  @IsString() @Length(1, 200) readonly source!: string;
  @ValidateIf(isGiven) @IsId() readonly responseId?: string;
  @ValidateIf(isGiven) @IsString() @Length(1, 4000) readonly interest?: string;
  @ValidateIf(isGiven) @IsString() @Length(1, 200) readonly ownerId?: string;
  @ValidateIf(isGiven) @IsOccurredAt() readonly occurredAt?: string;
}

export class OpenLead extends Command<Committed> {
  constructor(
    readonly body: OpenLeadBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(OpenLead)
export class OpenLeadHandler implements ICommandHandler<OpenLead> {
  constructor(private readonly context: ServiceContext) {}

  execute({ body, request }: OpenLead): Promise<Committed> {
    const { store, clock, referenceKey } = this.context;
    const { source, responseId, interest, ownerId } = body;
    const leadId = request.idFor(body.leadId);
    const partyId = partyOf(body, referenceKey);
    const openedAt = request.occurredAt ?? new Date(clock()).toISOString();
    const more = {
      ...(responseId === undefined ? {} : { responseId }),
      ...(interest === undefined ? {} : { interest }),
      ...(ownerId === undefined ? {} : { ownerId }),
    };
    const decision = openLead({ leadId, partyId, source, openedAt, ...more });
    return create(store, leadAggregate, leadId, decision, { ...request.options, key: partyId });
  }
}
