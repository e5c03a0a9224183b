import { EventStore, type Committed } from '@crm/event-sourcing';
import { create, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { campaignAggregate } from '../campaign.js';
import { planCampaign } from '../campaign.decider.js';
import type { PlanCampaignBody } from '../campaign-bodies.js';
import { planOfBody } from '../plan-of-body.js';

export class PlanCampaign extends Command<Committed> {
  constructor(
    readonly campaignId: string,
    readonly body: PlanCampaignBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(PlanCampaign)
export class PlanCampaignHandler implements ICommandHandler<PlanCampaign> {
  constructor(private readonly store: EventStore) {}

  execute({ campaignId, body, request }: PlanCampaign): Promise<Committed> {
    return create(
      this.store,
      campaignAggregate,
      campaignId,
      planCampaign({ campaignId, plan: planOfBody(body) }),
      request.options,
    );
  }
}
