import type { Committed } from '@crm/event-sourcing';
import { IsId, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { caughtUp, LOOP_SOURCES } from '../../loop/caught-up.js';
import { campaignKnown } from '../../loop/known-campaign.js';
import { computeResult } from '../compute-result.js';
import { recomputeAfter } from '../late-facts.js';

const PATIENCE_MS = 2_000;

export class ComputeCampaignResultBody {
  @IsId() readonly campaignId!: string;
}

export class ComputeCampaignResult extends Command<Committed> {
  constructor(
    readonly body: ComputeCampaignResultBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(ComputeCampaignResult)
export class ComputeCampaignResultHandler implements ICommandHandler<ComputeCampaignResult> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ body: { campaignId }, request }: ComputeCampaignResult): Promise<Committed> {
    await campaignKnown(this.context, campaignId);
    await caughtUp(this.context, LOOP_SOURCES, PATIENCE_MS);
    const committed = await computeResult(this.context, campaignId, 'requested', request.options);
    // Facts may have arrived while it was computed, and nobody else looks for them once this version stands.
    await recomputeAfter(this.context, campaignId);
    return committed;
  }
}
