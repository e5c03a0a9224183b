import type { Committed } from '@crm/event-sourcing';
import { isGiven, IsTimestamp, MoneyBody, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { IsObject, IsString, Length, ValidateIf, ValidateNested } from 'class-validator';
import { openFromLead } from '../../opportunity/open-from-lead.js';
import { convertLead, opportunityOf } from '../lead.decider.js';
import { leadAggregate } from '../lead.js';

export class ConvertLeadBody {
  /** Of the opportunity; default: what the lead is interested in. */
  @ValidateIf(isGiven) @IsString() @Length(1, 500) readonly name?: string;
  @ValidateIf(isGiven) @IsObject() @ValidateNested() @Type(() => MoneyBody) readonly amount?: MoneyBody;
  @ValidateIf(isGiven) @IsTimestamp() readonly expectedCloseAt?: string;
}

export interface Converted {
  readonly committed: Committed;
  readonly opportunityId: string;
}

export class ConvertLead extends Command<Converted> {
  constructor(
    readonly leadId: string,
    readonly body: ConvertLeadBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

/** The lead first: that it is converted says that there is an opportunity, which a repeat or the reactor makes if this process ends here. */
@CommandHandler(ConvertLead)
export class ConvertLeadHandler implements ICommandHandler<ConvertLead> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ leadId, body, request }: ConvertLead): Promise<Converted> {
    const { store, clock } = this.context;
    const committed = await store.transact(
      leadAggregate,
      leadId,
      convertLead(new Date(clock()).toISOString(), expectationOf(body)),
      request.options,
    );
    await openFromLead(this.context, leadId);
    return { committed, opportunityId: opportunityOf(leadId) };
  }
}

function expectationOf({ name, amount, expectedCloseAt }: ConvertLeadBody): Parameters<typeof convertLead>[1] {
  return {
    ...(name === undefined ? {} : { name }),
    ...(amount === undefined ? {} : { amount: { amountMinor: amount.amountMinor, currency: amount.currency } }),
    ...(expectedCloseAt === undefined ? {} : { expectedCloseAt: new Date(expectedCloseAt).toISOString() }),
  };
}
