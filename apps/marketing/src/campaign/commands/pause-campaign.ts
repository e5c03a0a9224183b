import type { Committed } from '@crm/event-sourcing';
import { ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { campaignAggregate } from '../campaign.js';
import { pauseCampaign } from '../campaign.decider.js';

export class PauseCampaign extends Command<Committed> {
  constructor(
    readonly campaignId: string,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(PauseCampaign)
export class PauseCampaignHandler implements ICommandHandler<PauseCampaign> {
  constructor(private readonly context: ServiceContext) {}

  execute({ campaignId, request }: PauseCampaign): Promise<Committed> {
    const at = new Date(this.context.clock()).toISOString();
    return this.context.store.transact(campaignAggregate, campaignId, pauseCampaign(campaignId, at), request.options);
  }
}
