import { currentContext, Rejected, type Committed } from '@crm/event-sourcing';
import { create, IsId, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length, ValidateIf } from 'class-validator';
import { isGiven } from '../../is-given.js';
import { modelRunAggregate } from '../../model-run/model-run.js';
import { promoteModelRun } from '../model-promotion.decider.js';
import { modelPromotionAggregate, modelPromotionId } from '../model-promotion.js';

export class PromoteModelRunBody {
  @IsId() readonly runId!: string;
  @ValidateIf(isGiven) @IsString() @Length(1, 500) readonly reason?: string;
}

export class PromoteModelRun extends Command<Committed> {
  constructor(
    readonly model: string,
    readonly body: PromoteModelRunBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(PromoteModelRun)
export class PromoteModelRunHandler implements ICommandHandler<PromoteModelRun> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ model, body: { runId, reason }, request }: PromoteModelRun): Promise<Committed> {
    const { store } = this.context;
    if (!currentContext().actor.startsWith('user:'))
      throw new Rejected('person-required', 'A person decides which model holds', { status: 403 });
    const { state } = await store.read(modelRunAggregate, runId.toLowerCase());
    if (state.status === 'new' || state.request.model !== model)
      throw new Rejected('not-found', 'There is no such run of this model', { status: 404 });
    if (state.status !== 'done') throw new Rejected('run-not-done', 'Only a run that is done can be promoted');
    const { modelVersion } = state.outcome;
    const decide = promoteModelRun({ model, runId: state.request.runId, modelVersion, ...(reason && { reason }) });
    return create(store, modelPromotionAggregate, modelPromotionId(model), decide, request.options);
  }
}
