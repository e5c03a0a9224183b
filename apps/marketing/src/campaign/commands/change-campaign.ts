import { EventStore, type Committed } from '@crm/event-sourcing';
import type { CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { campaignAggregate } from '../campaign.js';
import { changeCampaign } from '../campaign.decider.js';
import type { ChangeCampaignBody } from '../campaign-bodies.js';
import { planOfBody } from '../plan-of-body.js';

export class ChangeCampaign extends Command<Committed> {
  constructor(
    readonly campaignId: string,
    readonly body: ChangeCampaignBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(ChangeCampaign)
export class ChangeCampaignHandler implements ICommandHandler<ChangeCampaign> {
  constructor(private readonly store: EventStore) {}

  execute({ campaignId, body, request }: ChangeCampaign): Promise<Committed> {
    return this.store.transact(
      campaignAggregate,
      campaignId,
      changeCampaign(campaignId, planOfBody(body)),
      request.options,
    );
  }
}
