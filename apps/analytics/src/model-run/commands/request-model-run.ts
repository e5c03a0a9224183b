import { Rejected, type Committed } from '@crm/event-sourcing';
import { create, IsId, IsOccurredAt, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsObject, ValidateIf } from 'class-validator';
import { isGiven } from '../../is-given.js';
import { requestModelRun } from '../model-run.decider.js';
import { modelRunAggregate } from '../model-run.js';
import { modelNamed } from '../models.js';

export class RequestModelRunBody {
  @ValidateIf(isGiven) @IsId() readonly runId?: string;
  @IsOccurredAt() readonly asOf!: string;
  @ValidateIf(isGiven) @IsObject() readonly parameters?: object;
}

export class RequestModelRun extends Command<Committed> {
  constructor(
    readonly runId: string,
    readonly model: string,
    readonly body: RequestModelRunBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(RequestModelRun)
export class RequestModelRunHandler implements ICommandHandler<RequestModelRun> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ runId, model: name, body, request }: RequestModelRun): Promise<Committed> {
    const model = modelNamed(name);
    if (model === undefined) throw new Rejected('not-found', 'There is no such model', { status: 404 });
    const parameters = model.parametersOf({ ...body.parameters });
    const decide = requestModelRun({ runId, model: name, asOf: new Date(body.asOf).toISOString(), parameters });
    return create(this.context.store, modelRunAggregate, runId, decide, request.options);
  }
}
