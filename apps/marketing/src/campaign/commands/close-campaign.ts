import type { Committed } from '@crm/event-sourcing';
import { ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { campaignAggregate } from '../campaign.js';
import { closeCampaign } from '../campaign.decider.js';

export class CloseCampaign extends Command<Committed> {
  constructor(
    readonly campaignId: string,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(CloseCampaign)
export class CloseCampaignHandler implements ICommandHandler<CloseCampaign> {
  constructor(private readonly context: ServiceContext) {}

  execute({ campaignId, request }: CloseCampaign): Promise<Committed> {
    const at = new Date(this.context.clock()).toISOString();
    return this.context.store.transact(campaignAggregate, campaignId, closeCampaign(campaignId, at), request.options);
  }
}
