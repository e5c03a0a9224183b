import type { Committed } from '@crm/event-sourcing';
import { ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { campaignAggregate } from '../campaign.js';
import { resumeCampaign } from '../campaign.decider.js';

export class ResumeCampaign extends Command<Committed> {
  constructor(
    readonly campaignId: string,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(ResumeCampaign)
export class ResumeCampaignHandler implements ICommandHandler<ResumeCampaign> {
  constructor(private readonly context: ServiceContext) {}

  execute({ campaignId, request }: ResumeCampaign): Promise<Committed> {
    const at = new Date(this.context.clock()).toISOString();
    return this.context.store.transact(campaignAggregate, campaignId, resumeCampaign(campaignId, at), request.options);
  }
}
