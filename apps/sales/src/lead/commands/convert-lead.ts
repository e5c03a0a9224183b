import type { Committed } from '@crm/event-sourcing';
import { ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { openFromLead } from '../../opportunity/open-from-lead.js';
import { convertLead, opportunityOf } from '../lead.decider.js';
import { leadAggregate } from '../lead.js';

export interface Converted {
  readonly committed: Committed;
  readonly opportunityId: string;
}

export class ConvertLead extends Command<Converted> {
  constructor(
    readonly leadId: string,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

/** The lead first: that it is converted says that there is an opportunity, which a repeat or the reactor makes if this process ends here. */
@CommandHandler(ConvertLead)
export class ConvertLeadHandler implements ICommandHandler<ConvertLead> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ leadId, request }: ConvertLead): Promise<Converted> {
    const { store, clock } = this.context;
    const committed = await store.transact(
      leadAggregate,
      leadId,
      convertLead(new Date(clock()).toISOString()),
      request.options,
    );
    await openFromLead(this.context, leadId);
    return { committed, opportunityId: opportunityOf(leadId) };
  }
}
