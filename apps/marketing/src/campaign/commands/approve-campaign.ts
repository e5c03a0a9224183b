import type { Committed } from '@crm/event-sourcing';
import { ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { campaignAggregate } from '../campaign.js';
import { approveCampaign } from '../campaign.decider.js';

export class ApproveCampaign extends Command<Committed> {
  constructor(
    readonly campaignId: string,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(ApproveCampaign)
export class ApproveCampaignHandler implements ICommandHandler<ApproveCampaign> {
  constructor(private readonly context: ServiceContext) {}

  execute({ campaignId, request }: ApproveCampaign): Promise<Committed> {
    const at = new Date(this.context.clock()).toISOString();
    return this.context.store.transact(campaignAggregate, campaignId, approveCampaign(campaignId, at), request.options);
  }
}
